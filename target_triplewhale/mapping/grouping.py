"""Exports with one row a line item: the rows of one order become one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from target_triplewhale.mapping.columns import Columns, letters
from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ROWS = 10_000
"""Rows of one group; with more, the column to group by is the wrong one."""
SCATTERED = "scattered"
MISSING = "missing"
TOO_LONG = "too_long"
_TEXTS = {
    SCATTERED: "has a value whose rows have ended before; sent now, a part would overwrite the "
    "whole. Sort the source by it, and send all of it again",
    MISSING: "is empty, so that it is not known which rows belong together",
    TOO_LONG: f"has a value with {MOST_ROWS} rows and more; `group_rows` names the wrong column",
}
Row = TypeVar("Row")


@dataclass(frozen=True)
class Grouping:
    """Rows with one value of the column `by` are one record, with a list of them at `into`."""

    by: str
    into: str

    @property
    def prefix(self) -> str:
        """What columns of a row begin with that are taken by name: `lineitem`."""
        return letters(self.into).removesuffix("s")


class Ungroupable(Exception):
    """A row belongs to no group that can still be sent."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(_TEXTS[kind])


@dataclass
class Group(Generic[Row]):
    """Rows of one record; a column has the first value that any of them gives it."""

    key: str
    record: dict[str, Any] = field(default_factory=dict)
    inner: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    """What the rows are known by."""

    def add(self, record: dict[str, Any], inner: dict[str, Any], row: Row) -> None:
        """Take in the next row, with what the list of rows gets of it."""
        self.inner.append(inner)
        self.rows.append(row)
        for column, value in record.items():
            if is_empty(self.record.get(column)):
                self.record[column] = value

    @property
    def is_too_long(self) -> bool:
        """Whether it can be no record of its own."""
        return len(self.rows) >= MOST_ROWS


class Groups(Generic[Row]):
    """The rows of one stream; those of one group come one after another."""

    def __init__(self, grouping: Grouping, names: Iterable[str], *, is_by_name: bool) -> None:
        """Take the names by which the mapping knows columns, at whatever depth."""
        self._grouping = grouping
        self._columns = Columns([grouping.by, *names])
        self._is_by_name = is_by_name
        self._open: Group[Row] | None = None
        self._ended: set[int] = set()

    def add(self, record: dict[str, Any], row: Row) -> Group[Row] | None:
        """Take in a row; return the group that it ends, if it does."""
        named = self._columns.named(record)
        key = self._key(named)
        inner = self._of_the_list(record) if self._is_by_name else named
        current = self._open
        if current is not None and key == current.key:
            current.add(record, inner, row)
            return self.end() if current.is_too_long else None
        if hash(key) in self._ended:
            raise Ungroupable(SCATTERED)
        ended = self.end()
        self._open = Group(key)
        self._open.add(record, inner, row)
        return ended

    def end(self) -> Group[Row] | None:
        """Return the group that is open, as no further row belongs to it."""
        ended, self._open = self._open, None
        if ended is not None:
            self._ended.add(hash(ended.key))
            ended.record[self._grouping.into] = ended.inner
        return ended

    @property
    def last_row(self) -> Row | None:
        """The newest row of the group that is open."""
        return self._open.rows[-1] if self._open else None

    def _key(self, record: dict[str, Any]) -> str:
        value = record.get(self._grouping.by)
        if is_empty(value):
            raise Ungroupable(MISSING)
        return spelled(value)

    def _of_the_list(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return what the list gets by name: the columns that say that they are of it."""
        prefix = self._grouping.prefix
        return {
            letters(name)[len(prefix) :]: value
            for name, value in record.items()
            if letters(name).startswith(prefix)
        }
