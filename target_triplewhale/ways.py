"""The ways of a stream's records: one a route."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_triplewhale.errors import RunEnded
from target_triplewhale.journal.rejects import Entry, Source
from target_triplewhale.mapping.columns import SameName
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.origin import all_fields
from target_triplewhale.outcomes import Filtered, Reason, Rejected, reject_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from target_triplewhale.entries import Route
    from target_triplewhale.journal.tally import Count
    from target_triplewhale.mapping.counting import Undeclared
    from target_triplewhale.mapping.grouping import Groups, Ungroupable


@dataclass(slots=True)
class Way:
    """A stream's records on one route: their mapping, their count, and columns without a use."""

    route: Route
    mapper: Mapper
    count: Count
    groups: Groups[Entry] | None = None
    undeclared: Undeclared | None = None
    voids: bool = False
    """Whether its orders are voided when they are gone."""
    brings: Callable[[tuple[str, ...]], bool] = all_fields
    mapped: int = 0
    unused: Counter[str] = field(default_factory=Counter)

    @property
    def voids_rows(self) -> bool:
        """Whether a row that is gone is an order that is."""
        return self.voids and self.groups is None

    def offer(self, source: Source) -> Entry:
        """Count a record that is offered to the route."""
        return Entry(self.count.offer(), source, self.count)

    def code(self, kind: str, field: str = "group_rows") -> str:
        """Return the code of a reject of this route."""
        return reject_code(self.route.endpoint.name, field, kind)

    def rejected(self, row: Ungroupable | SameName) -> tuple[Rejected, dict[str, str]]:
        """Return how a row ends that belongs to no group, and what is known of it."""
        if isinstance(row, SameName):
            name, kind, text = row.problem
            return Rejected(self.code(kind, name), (Reason(name, text),)), {}
        by = self.route.recipe.group_rows.by if self.route.recipe.group_rows else ""
        known = {by: row.key} if row.key else {}
        return Rejected(self.code(row.kind), (Reason(by, str(row)),)), known

    def map(
        self, record: object, source: Source, *, is_gone: bool
    ) -> Mapped | Filtered | Unmappable:
        """Map a record; whatever else goes wrong with it is its own affair, never the run's."""
        try:
            return self.mapper.map(record, source.time_extracted, is_gone=is_gone)
        except RunEnded:
            raise
        except Exception as error:  # noqa: BLE001
            reason = Reason("", f"cannot be mapped ({type(error).__name__})")
            return Unmappable(Rejected(self.code("unmappable", ""), (reason,)), {})

    def ids(
        self, mapped: Mapped | Filtered | Unmappable, record: dict[str, Any]
    ) -> Mapping[str, str | None]:
        """Return what names a record at the API, by field, as far as it is known."""
        if isinstance(mapped, Mapped):
            return dict(zip(self.route.endpoint.identity, mapped.identity, strict=True))
        return self.mapper.known(record) if isinstance(mapped, Filtered) else mapped.known
