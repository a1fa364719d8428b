"""What a route's configuration says, compiled: where each field comes from, which records go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from target_triplewhale.mapping.counting import Counts
    from target_triplewhale.mapping.expressions import Expression
    from target_triplewhale.mapping.grouping import Grouping
    from target_triplewhale.mapping.shape import Path
    from target_triplewhale.mapping.value_maps import ValueMap

ALL_COLUMNS = ("*",)
"""Stands for every column that the mapping does not use."""


@dataclass(frozen=True)
class Recipe:
    """One route's mapping; without `fields`, columns find their place by name."""

    where: Expression | None = None
    whole_record: Expression | None = None
    fields: Mapping[Path, Expression] | None = None
    defaults: Mapping[Path, Any] = field(default_factory=dict)
    value_maps: tuple[ValueMap, ...] = ()
    minor_units: tuple[Path, ...] = ()
    as_custom: bool | str = False
    event_key: tuple[str, ...] = ()
    properties: tuple[str, ...] | None = None
    counts: Counts | None = None
    group_rows: Grouping | None = None
    currency: str | None = None
    timezone: ZoneInfo | None = None
    day_first: bool | None = None
    decimal_mark: str | None = None
    snapshot: bool = False
    """Whether the stream is read whole: what it has no more is gone."""

    @property
    def expressions(self) -> Iterator[Expression]:
        """Every expression that is searched in a record."""
        yield from (self.fields or {}).values()
        for one in (self.whole_record, self.where, self.counts and self.counts.field):
            if one:
                yield one

    @property
    def columns(self) -> frozenset[str]:
        """The names of the columns that the route uses: the record's own, and its rows'."""
        return self.read_columns.union(self.properties or ()) - {*ALL_COLUMNS}

    @property
    def read_columns(self) -> frozenset[str]:
        """The names of those that it uses for more than extra properties."""
        rows = self.group_rows is not None
        read = [one.columns if rows else one.own_columns for one in self.expressions]
        named = [*self.event_key, *(name.split(".")[0] for name in self.event_key)]
        if self.group_rows:
            named += [self.group_rows.by, self.group_rows.into]
        return frozenset(named).union(*read)

    @property
    def opened_columns(self) -> frozenset[str]:
        """The names of the columns whose insides the route reads."""
        return frozenset().union(*(one.opened_columns for one in self.expressions))

    @property
    def takes_as_it_is(self) -> bool:
        """Whether a record in the documented shape needs nothing done to it."""
        return self.fields is None and not (
            self.where
            or self.as_custom
            or self.value_maps
            or self.minor_units
            or self.properties is not None
            or self.counts
            or self.group_rows
            or self.decimal_mark
        )
