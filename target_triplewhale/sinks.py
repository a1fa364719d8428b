"""The SDK's sink, one a stream: collects records, maps them, and hands them to delivery."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from singer_sdk.sinks import BatchSink

from target_triplewhale.delivery.batches import Parcel
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import RunEnded
from target_triplewhale.journal.masking import masked
from target_triplewhale.journal.rejects import Entry, Source
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.outcomes import Filtered, Outcome, Reason, Rejected, reject_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.sinks.core import BaseJSONSchemaValidator
    from singer_sdk.target_base import Target

    from target_triplewhale.delivery.barrier import LowWaterMark
    from target_triplewhale.delivery.delivery import Delivery
    from target_triplewhale.journal.journal import Journal
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.routes import Route, Routes

logger = logging.getLogger("target-triplewhale")

SKIPPED = "skipped"
"""The route, in counts and reports, of records that the configuration leaves out."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A record on its way: its number, where it was read, and when; `only` names one route."""

    number: int
    source: Source
    time_extracted: object = None
    only: str | None = None


@dataclass(frozen=True)
class Collaborators:
    """What every sink of a run works with."""

    routes: Routes
    facts: Facts
    journal: Journal
    mark: LowWaterMark
    delivery: Delivery

    def settle(self, entry: Entry, outcome: Outcome) -> None:
        """Journal how a record ended, and only then let STATE pass it."""
        if self.journal.settle(entry, outcome):
            self.mark.close(entry.number)

    def filter_unrouted(self, offer: Offer) -> None:
        """Count a record of a stream that is left out before it gets a sink."""
        self.mark.add(offer.number, 1)
        self.settle(self.skipped(offer, offer.source.stream), Filtered())

    def skipped(self, offer: Offer, stream: str) -> Entry:
        """Count a record that takes no route."""
        position = self.journal.offer(stream, SKIPPED, "")
        return Entry(offer.number, position, offer.source, stream, SKIPPED, "", "record")


class TripleWhaleSink(BatchSink):
    """One stream's records, along all its routes."""

    def __init__(
        self,
        target: Target,
        stream_name: str,
        schema: dict[str, Any],
        key_properties: Sequence[str] | None,
    ) -> None:
        super().__init__(target, stream_name, schema, key_properties)
        self._run: Collaborators = target.collaborators  # type: ignore[attr-defined]
        self.routes = self._run.routes.of(stream_name)
        self._mappers = {
            route.name: Mapper(route.endpoint, route.recipe, self._run.facts, self.key_properties)
            for route in self.routes
        }
        self._mapped = Counter[str]()
        self._unused: dict[str, Counter[str]] = {route.name: Counter() for route in self.routes}

    @property
    def rank(self) -> int:
        """Of what is waiting, a lower rank goes first."""
        return min((route.endpoint.rank for route in self.routes), default=0)

    def get_validator(self) -> BaseJSONSchemaValidator | None:
        """Validate nothing against the tap's SCHEMA: only the payload decides."""
        return None

    def takes(self, offer: Offer) -> bool:
        """Tell whether a record that names its only route has one here."""
        return offer.only is None or bool(self._routes_of(offer))

    def offer(self, offer: Offer) -> list[Entry]:
        """Count a record on each of its routes, open until it is settled there."""
        entries = [self._entry(offer, route) for route in self._routes_of(offer)]
        if not self.routes and offer.only is None:
            entries = [self._run.skipped(offer, self.stream_name)]
        self._run.mark.add(offer.number, len(entries))
        return entries

    def leave_out(self, offer: Offer, kind: str = "", problem: str = "") -> bool:
        """Settle a record before the mapping, rejected for a problem, else filtered."""
        entries = self.offer(offer)
        for entry in entries:
            code = reject_code(entry.endpoint, "", kind)
            rejected = Rejected(code, (Reason("", problem),))
            self._run.settle(entry, rejected if kind and entry.endpoint else Filtered())
        return bool(entries)

    def process_record(self, record: dict[str, Any], context: dict[str, Any]) -> None:
        """Collect a record together with the offer that the context brings."""
        offer: Offer = context["offer"]
        context.setdefault("records", []).append((record, offer, self.offer(offer)))

    def process_batch(self, context: dict[str, Any]) -> None:
        """Map what was collected and deliver what can be sent; return when all is settled."""
        parcels: list[tuple[int, Parcel]] = []
        for record, offer, entries in context.get("records", []):
            for entry in entries:
                parcels += self._map(record, offer, entry)
        self._deliver(parcels)

    def _deliver(self, parcels: Sequence[tuple[int, Parcel]]) -> None:
        """Deliver all, or where rejects end the run what comes before the first of them."""
        journal, delivery = self._run.journal, self._run.delivery
        if journal.is_halted:
            held = journal.allowance.hold(self._run.mark.next_number)
            delivery.deliver([parcel for number, parcel in parcels if number < held])
        else:
            delivery.deliver([parcel for _, parcel in parcels], check=journal.check)
        journal.check()

    def clean_up(self) -> None:
        """Name the columns that no route uses, once, with their fill."""
        if not self._mapped:
            return
        ((fullest, mapped),) = self._mapped.most_common(1)
        used_nowhere = set.intersection(*(set(self._unused[route]) for route in self._mapped))
        fill = {name: self._unused[fullest][name] / mapped for name in sorted(used_nowhere)}
        if fill:
            told = ", ".join(f"{masked(name)} ({share:.0%})" for name, share in fill.items())
            logger.info("stream %s: columns that no route uses: %s", self.stream_name, told)

    def _routes_of(self, offer: Offer) -> Sequence[Route]:
        return [route for route in self.routes if offer.only in (None, route.name)]

    def _entry(self, offer: Offer, route: Route) -> Entry:
        endpoint = route.endpoint
        position = self._run.journal.offer(self.stream_name, route.name, endpoint.name)
        return Entry(
            offer.number,
            position,
            offer.source,
            self.stream_name,
            route.name,
            endpoint.name,
            endpoint.noun,
        )

    def _map(self, record: object, offer: Offer, entry: Entry) -> list[tuple[int, Parcel]]:
        if not entry.endpoint:
            self._run.settle(entry, Filtered())
            return []
        mapper = self._mappers[entry.route]
        mapped = _map(mapper, record, offer, entry)
        if isinstance(mapped, Filtered):
            self._run.settle(entry, mapped)
            return []
        if isinstance(mapped, Unmappable):
            self._run.settle(replace(entry, identity=mapped.known), mapped.rejected)
            return []
        self._mapped[entry.route] += 1
        self._unused[entry.route].update(mapped.unused)
        return [(entry.number, self._parcel(mapped, entry))]

    def _parcel(self, mapped: Mapped, entry: Entry) -> Parcel:
        endpoint = ENDPOINTS[entry.endpoint]
        known = replace(entry, identity=mapped.known(endpoint))
        payload = mapped.payload
        return Parcel(
            endpoint,
            payload.shop,  # type: ignore[attr-defined]
            getattr(payload, endpoint.batch_key) if endpoint.batch_key else "",
            mapped.identity if mapped.is_mergeable else None,
            mapped.body,
            partial(self._run.settle, known),
        )


def _map(
    mapper: Mapper, record: object, offer: Offer, entry: Entry
) -> Mapped | Filtered | Unmappable:
    """Map a record; whatever else goes wrong with it is its own affair, never the run's."""
    try:
        return mapper.map(record, offer.time_extracted)
    except RunEnded:
        raise
    except Exception as error:  # noqa: BLE001
        reason = Reason("", f"cannot be mapped ({type(error).__name__})")
        code = reject_code(entry.endpoint, "", "unmappable")
        return Unmappable(Rejected(code, (reason,)), {})
