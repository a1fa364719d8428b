"""What counts as an order: declared by a table of the source's statuses, never guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.columns import letters
from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.mapping.expressions import Expression

SEND, VOID, FILTER = ACTIONS = ("send", "void", "filter")
UNDECLARED = {letters(name) for name in ("test", "cancelled_at", "financial_status", "status")}
"""Columns that often tell that an order is none."""
LOOKED_AT = 1000
"""Records whose statuses are gathered for the warning."""
TOLD = 8
"""Values of a column that the warning names."""


@dataclass(frozen=True)
class Counts:
    """Which values of a field send an order, void it, or filter it."""

    field: Expression
    actions: Mapping[str, str]

    def action(self, value: Any) -> str | None:
        """Return what is done with a record of this value, None where the table does not say."""
        return self.actions.get(status(value))


def status(value: Any) -> str:
    """Return a status as the table has it, whatever its case: text, or `true` and `false`."""
    return "" if is_empty(value) else spelled(value).casefold()


class Undeclared:
    """Gathers the statuses of orders for which nothing declares what counts."""

    def __init__(self) -> None:
        self._left = LOOKED_AT
        self._values: dict[str, Counter[str]] = {}
        self._columns = lru_cache(maxsize=64)(_telling)

    def look(self, record: dict[str, Any]) -> None:
        """Take in the statuses of one order; after a while none any more."""
        if not self._left:
            return
        self._left -= 1
        for column in self._columns(tuple(record)):
            seen = self._values.setdefault(column, Counter())
            seen[_told(column, record[column])] += 1

    def __str__(self) -> str:
        """Return the columns with the values seen, or nothing."""
        return "; ".join(
            f"{column}: " + ", ".join(f"{value} ({n})" for value, n in seen.most_common(TOLD))
            for column, seen in self._values.items()
        )


def _telling(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if letters(column) in UNDECLARED)


def _told(column: str, value: Any) -> str:
    """Tell a status as it is, and of a time only whether there is one."""
    if is_empty(value):
        return "empty"
    if letters(column).endswith("at"):
        return "set"
    return spelled(value)[:40] if isinstance(value, str | int | float) else "nested"
