"""What every sink of a run works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from target_triplewhale.gate.gate import Gate
from target_triplewhale.gate.seen import Snapshot
from target_triplewhale.journal.rejects import Entry, Source
from target_triplewhale.outcomes import FILTERED, Outcome, Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.delivery.barrier import LowWaterMark
    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.delivery.delivery import Delivery
    from target_triplewhale.delivery.rehearsal import Rehearsal
    from target_triplewhale.delivery.sample import Sample
    from target_triplewhale.journal.journal import Journal
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.mapping.grouping import Groups
    from target_triplewhale.origin import Origin
    from target_triplewhale.routes import Routes
    from target_triplewhale.states import States
    from target_triplewhale.ways import Way

SKIPPED = "skipped"
"""The route, in counts and reports, of records that the configuration leaves out."""


@dataclass(frozen=True)
class Collaborators:
    """Built once a run."""

    routes: Routes
    facts: Facts
    journal: Journal
    mark: LowWaterMark
    states: States
    delivery: Delivery | Rehearsal | Sample | Gate
    record_limit: int | None = None
    """How many records of each stream are sent; None: all."""
    groups: dict[str, Groups[Entry]] = field(default_factory=dict)
    """The rows of each route; a SCHEMA that changes makes another sink, and parts no group."""

    def settle(self, entries: Sequence[Entry], outcome: Outcome) -> None:
        """Journal how records ended, and only then let STATE pass them."""
        self.journal.settle(entries, outcome)
        self.mark.close([entry.source.number for entry in entries])

    def reject(
        self, entries: Sequence[Entry], rejected: Rejected, identity: Mapping[str, str]
    ) -> bool:
        """Keep all rows of a rejected record, and only if that is done let STATE pass them."""
        is_kept = self.journal.reject(entries, rejected, identity)
        if is_kept:
            self.mark.close([entry.source.number for entry in entries])
        return is_kept

    @cached_property
    def has_ledger(self) -> bool:
        """Whether it is known what earlier runs have sent."""
        return isinstance(self.delivery, Gate)

    def see(
        self,
        way: Way,
        source: Source,
        named: tuple[str, str] | None = None,
        identity: Sequence[str | None] | None = None,
    ) -> None:
        """Note that a stream still has a record: its shop and id, its identity."""
        is_whole = self.record_limit is None and not source.only
        if isinstance(self.delivery, Gate) and way.route.recipe.snapshot and is_whole:
            self.delivery.see(Snapshot(way.route.name, source.version), named, identity)

    def leave_out(self, source: Source, stream: str) -> None:
        """Count a record that takes no route."""
        count = self.journal.count(stream, SKIPPED, "")
        self.settle([Entry(count.offer(), source, count)], FILTERED)


def settled(run: Collaborators, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
    """Settle what parcels were made of; only a reject is told what names it."""
    for parcel in parcels:
        if not parcel.sender.entries:
            run.journal.count_void(parcel.sender.route, parcel.key, outcome)
    if isinstance(outcome, Rejected):
        return sum(_rejected(run, parcel, outcome) for parcel in parcels) == len(parcels)
    run.settle([entry for parcel in parcels for entry in parcel.sender.entries], outcome)
    return True


def _rejected(run: Collaborators, parcel: Parcel, rejected: Rejected) -> bool:
    """Keep all rows of a record; it is kept where each of them is."""
    origin: Origin = parcel.sender
    pairs = zip(parcel.endpoint.identity, origin.identity, strict=True)
    known = {path: value for path, value in pairs if value is not None}
    return not origin.entries or run.reject(origin.entries, rejected, known)
