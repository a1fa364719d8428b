"""What a column's times lack: a zone, or the order of day and month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from target_triplewhale.suggestions.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.suggestions.columns import Column

DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
_ZONE = re.compile(r"(?:Z|UTC|GMT|[-+]\d{2}:?\d{2}|\d[-+]\d{2})$", re.IGNORECASE)
_TWO_ORDERS = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}")
_CLOCK = re.compile(r"\d:\d\d")
_MONTHS = 12


def lacks_zone(column: Column) -> bool:
    """Tell whether there are times without a zone."""
    return column.shape is Shape.TIME and any(
        not (_CLOCK.search(text) and _ZONE.search(text)) for text in _texts(column)
    )


def is_ambiguous(column: Column) -> bool:
    """Tell whether there are dates whose day and month could be exchanged."""
    return any(
        first <= _MONTHS and second <= _MONTHS and first != second
        for first, second in _pairs(column)
    )


def order(columns: Iterable[Column]) -> str | None:
    """Return which of day and month comes first, where the values of a source tell."""
    pairs = [pair for column in columns for pair in _pairs(column)]
    is_day_first = any(first > _MONTHS for first, _ in pairs)
    is_month_first = any(second > _MONTHS for _, second in pairs)
    if is_day_first == is_month_first:
        return None
    return DAY_FIRST if is_day_first else MONTH_FIRST


def has_two_orders(column: Column) -> bool:
    """Tell whether its dates are written such that the order matters."""
    return any(True for _ in _pairs(column))


def earliest(columns: Iterable[Column]) -> Column | None:
    """Return the column of times that are nowhere later than another's: things begin there."""
    candidates = [one for one in columns if one.shape in (Shape.TIME, Shape.EPOCH)]
    full = [one for one in candidates if one.fill == max(other.fill for other in candidates)]
    full = [one for one in full if not {"sync", "birth"} & {*one.words}]
    return min(full, key=lambda one: [str(value) for value in one.values], default=None)


def _texts(column: Column) -> Iterable[str]:
    return (value.strip() for value in column.values if isinstance(value, str))


def _pairs(column: Column) -> Iterable[tuple[int, int]]:
    if column.shape is not Shape.TIME:
        return
    for text in _texts(column):
        if found := _TWO_ORDERS.match(text):
            yield int(found[1]), int(found[2])
