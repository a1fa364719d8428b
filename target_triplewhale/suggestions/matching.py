"""Which column fills which field: by name first, then by what only one column looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_triplewhale.suggestions.amounts import largest
from target_triplewhale.suggestions.fields import FITS, Kind, Wanted
from target_triplewhale.suggestions.likeness import likeness
from target_triplewhale.suggestions.shapes import PHONE_DIGITS, Shape
from target_triplewhale.suggestions.statuses import is_status
from target_triplewhale.suggestions.times import earliest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from target_triplewhale.suggestions.columns import Column

_LEAST = 0.58
"""How well a column must fit at the least."""
_LEAST_OF_EMPTY = 0.95
_LEAST_IN_ALL = 0.5
"""The same with what its values look like."""
_EMPTY_FITS = 0.6
_KEY_COUNTS = 0.25
_NAMED_UTC = 0.02
_SURE = 0.75


@dataclass(frozen=True)
class Match:
    """A column for a field, and how sure that is."""

    wanted: Wanted
    column: Column
    score: float
    why: str = ""
    """What speaks for it beside its name."""

    @property
    def is_sure(self) -> bool:
        """Whether its name says so plainly."""
        return self.score >= _SURE


def matched(
    wanted: Iterable[Wanted], columns: Sequence[Column], identity: str = ""
) -> dict[str, Match]:
    """Give each field the column that fits best, and each column to one field.

    The field `identity` tells records apart, so it takes no column that cannot.
    """
    found = [
        match
        for one in wanted
        for column in columns
        if (match := _match(one, column)) and (one.path != identity or _can_tell_apart(column))
    ]
    found.sort(key=lambda match: -match.score)
    taken: dict[str, Match] = {}
    used: set[tuple[str, ...]] = set()
    for match in found:
        if match.wanted.path not in taken and match.column.path not in used:
            taken[match.wanted.path] = match
            used.add(match.column.path)
    return taken


def _can_tell_apart(column: Column) -> bool:
    """Tell whether records may be known by a column: its values differ, and are their own."""
    is_same = len(column.values) > 1 and len(column.counts) == 1
    return len(column.path) == 1 and "address" not in column.words and not is_same


def fits(kind: Kind, column: Column) -> float:
    """Return how well a column's values fit a kind of field."""
    if column.shape is Shape.EMPTY:
        return 0.0 if column.has_placeholders else _EMPTY_FITS
    return FITS[kind].get(column.shape, 0.0) * _by_values(kind, column)


def named(wanted: Wanted, column: Column) -> float:
    """Return how well a column's name fits a field."""
    return max(
        phrase.sureness * likeness(column.words, phrase.words, phrase.optional)
        for phrase in wanted.phrases
    )


def _match(wanted: Wanted, column: Column) -> Match | None:
    fit = fits(wanted.kind, column)
    if not fit:
        return None
    score = named(wanted, column)
    if score < (_LEAST_OF_EMPTY if column.shape is Shape.EMPTY else _LEAST):
        return None
    if wanted.kind is Kind.ID and column.is_key:
        score += _KEY_COUNTS
    if wanted.kind is Kind.TIME and "utc" in column.words:
        score += _NAMED_UTC
    score *= fit
    return Match(wanted, column, score) if score >= _LEAST_IN_ALL else None


def _by_values(kind: Kind, column: Column) -> float:
    """Weigh by what the shape does not say: how many values there are, and how long."""
    weigh = _WEIGHED.get(kind)
    return weigh(column) if weigh else 1.0


def _as_status(column: Column) -> float:
    return 1.0 if len(column.counts) <= max(_MOST_STATES, len(column.values) / 3) else 0.6


def _as_phone(column: Column) -> float:
    """Take digits for a phone where they are as many as phones have."""
    return float(column.shape is not Shape.WHOLE or _longest(column) in PHONE_DIGITS)


def _as_code(column: Column) -> float:
    return 1.0 if _longest(column) <= _LONGEST_CODE else 0.3


def _longest(column: Column) -> int:
    return max(map(len, column.counts), default=0)


_MOST_STATES = 12
_LONGEST_CODE = 3
_OF_OTHER_UNITS = frozenset(("micro", "percent"))
_WEIGHED: Mapping[Kind, Callable[[Column], float]] = {
    Kind.STATUS: _as_status,
    Kind.MONEY: lambda column: float(not _OF_OTHER_UNITS & {*column.words}),
    Kind.PERSON: lambda column: float("heading" not in column.words),
    Kind.PLACE: lambda column: float(not is_status(column)),
    Kind.CODE: _as_code,
    Kind.PHONE: _as_phone,
}


def completed(
    endpoint: str, wanted: Mapping[str, Wanted], taken: dict[str, Match], columns: Sequence[Column]
) -> dict[str, Match]:
    """Fill fields that no name fits by what their values tell; such a match says so."""
    found = dict(taken)
    for path, one in wanted.items():
        if path in found:
            continue
        used = {match.column.path for match in found.values()}
        left = [column for column in columns if column.path not in used and column.values]
        guess, why = _guess(endpoint, one, left)
        if guess:
            found[path] = Match(one, guess, _LEAST, why)
    return found


def _guess(endpoint: str, wanted: Wanted, left: Sequence[Column]) -> tuple[Column | None, str]:
    """Return the column that looks like a field's, and what speaks for it."""
    path = wanted.path
    if IDENTITIES.get(endpoint) == path:
        return identifying(left), "what tells its rows apart"
    if (endpoint, path) in _BEGINNINGS:
        return earliest(left), "the earliest time"
    if path == _TOTAL:
        return largest(left), "the largest amount"
    shapes = _TELLING.get(wanted.kind)
    alike = [column for column in left if shapes and column.shape in shapes]
    return (alike[0], f"the only {alike[0].shape}") if len(alike) == 1 else (None, "")


def identifying(columns: Sequence[Column]) -> Column | None:
    """Return the only key, or else the first column that looks like an id and repeats nowhere."""
    keys = [column for column in columns if column.is_key]
    if len(keys) == 1 and fits(Kind.ID, keys[0]):
        return keys[0]
    shapes = (Shape.WHOLE, Shape.TOKEN, Shape.EPOCH)
    first = [one for one in columns if one.shape in shapes and one.is_unique and one.fill == 1]
    return first[0] if first and len(first[0].values) > 1 else None


IDENTITIES = {f"{noun}s": f"{noun}_id" for noun in ("order", "customer", "product", "subscription")}
"""Endpoint, then the field that tells its records apart."""
_BEGINNINGS = frozenset(
    (
        ("orders", "created_at"),
        ("subscriptions", "created_at"),
        ("events", "timestamp"),
        ("ads", "event_date"),
    )
)
_TOTAL = "order_revenue"
_TELLING: Mapping[Kind, tuple[Shape, ...]] = {
    Kind.EMAIL: (Shape.EMAIL,),
    Kind.ADDRESS: (Shape.EMAIL,),
    Kind.PHONE: (Shape.PHONE,),
}
"""Shapes that say by themselves what a column holds."""
