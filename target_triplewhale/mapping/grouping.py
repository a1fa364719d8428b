"""Exports with one row a line item: the rows of one order become one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from target_triplewhale.mapping.columns import Columns, after, letters
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

    def __init__(self, kind: str, key: str = "") -> None:
        self.kind = kind
        self.key = key
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
        self._too_long: str | None = None

    def add(
        self, record: dict[str, Any], row: Row, *, is_scattered: bool = False
    ) -> Group[Row] | None:
        """Take in a row, unless it was scattered before; return the group that it ends, if any."""
        named = self._columns.named(record)
        key = self._key(named)
        if key == self._too_long:
            raise Ungroupable(TOO_LONG, key)
        if is_scattered or hash(key) in self._ended:
            raise Ungroupable(SCATTERED, key)
        own, inner = self._parted(record) if self._is_by_name else (record, named)
        current = self._open
        if current is not None and key == current.key:
            current.add(own, inner, row)
            return self._end_too_long(current) if current.is_too_long else None
        ended = self.end()
        self._open = Group(key)
        self._open.add(own, inner, row)
        return ended

    def begins(self, record: dict[str, Any]) -> bool:
        """Tell whether a row is the first of its group; one without a group is not."""
        named = self._columns.named(record)
        if is_empty(named.get(self._grouping.by)):
            return False
        key = self._key(named)
        is_open = self._open is not None and key == self._open.key
        return not is_open and hash(key) not in self._ended

    @property
    def begun(self) -> int:
        """How many groups there are so far."""
        return len(self._ended) + (self._open is not None)

    def end(self) -> Group[Row] | None:
        """Return the group that is open, as no further row belongs to it."""
        ended, self._open = self._open, None
        if ended is not None:
            self._ended.add(hash(ended.key))
            ended.record[self._grouping.into] = ended.inner
        return ended

    def _end_too_long(self, group: Group[Row]) -> Group[Row] | None:
        self._too_long = group.key
        return self.end()

    @property
    def joined(self) -> Row | None:
        """The row that the newest one has joined, None where that one is alone."""
        rows = self._open.rows if self._open else []
        return rows[-2] if len(rows) > 1 else None

    @property
    def last_row(self) -> Row | None:
        """The newest row of the group that is open."""
        return self._open.rows[-1] if self._open else None

    def _key(self, record: dict[str, Any]) -> str:
        value = record.get(self._grouping.by)
        if is_empty(value):
            raise Ungroupable(MISSING)
        return spelled(value)

    def _parted(self, record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the record gets by name, and its list: the columns that say so."""
        prefix = self._grouping.prefix
        own: dict[str, Any] = {}
        inner: dict[str, Any] = {}
        for name, value in record.items():
            rest = after(prefix, name)
            if rest is None:
                own[name] = value
            else:
                inner[rest] = value
        return own, inner
