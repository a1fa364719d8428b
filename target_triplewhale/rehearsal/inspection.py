"""Looks at all that a dry run would send, and tells what a person wants to know before it is."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.journal.masking import masked
from target_triplewhale.outcomes import reject_code
from target_triplewhale.rehearsal import amounts, sales
from target_triplewhale.rehearsal.amounts import Habits
from target_triplewhale.rehearsal.bodies import Bodies
from target_triplewhale.rehearsal.dates import Dates
from target_triplewhale.rehearsal.findings import (
    DOUBLED,
    EMAIL_SHARED,
    ID_TWICE,
    PHONE_SHARED,
    Findings,
)
from target_triplewhale.rehearsal.forecast import forecast
from target_triplewhale.rehearsal.identities import EMAIL, Identities
from target_triplewhale.rehearsal.loads import Loads
from target_triplewhale.rehearsal.money import Money
from target_triplewhale.rehearsal.seen import Seen, Version, digest
from target_triplewhale.rehearsal.statuses import Statuses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.journal.tally import Count
    from target_triplewhale.rehearsal.sales import Sale

EVENTS = "events"
NO_TIME = reject_code(EVENTS, "timestamp", "missing")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class Inspection:
    """Takes in each record that would be sent; what it keeps does not grow with their number."""

    def __init__(self, now: datetime, size: int, limits: Mapping[str, int]) -> None:
        """Take the time of the run, the records of a bulk request, and the limits a minute."""
        self._limits = limits
        self._bodies = Bodies()
        self._dates = Dates(now)
        self._findings = Findings()
        self._habits = Habits()
        self._identities = Identities()
        self._loads = Loads(size)
        self._money = Money()
        self._seen = Seen()
        self._statuses = Statuses()
        self._places = {
            name: [endpoint.identity.index(path) for path in endpoint.ids]
            for name, endpoint in ENDPOINTS.items()
        }
        """Where in an identity the ids are."""
        self._is_over = False

    def look(self, parcel: Parcel) -> None:
        """Take in what would be sent; a void says nothing new."""
        self._loads.add(parcel)
        if parcel.sender.is_void:
            return
        endpoint, payload = parcel.endpoint, _decode(parcel.body)
        self._bodies.add(endpoint, parcel.body)
        if code := self._dates.look(payload):
            self._findings.add(code, endpoint.name, self._label(parcel))
        if endpoint.is_event:
            for use in self._identities.add(payload):
                self._seen.use(use)
        self._see(parcel, self._sale(parcel, payload))

    def close(self, counts: Collection[Count]) -> None:
        """Draw the conclusions that need all of the input, and let go of what was kept for them."""
        if self._is_over:
            return
        self._is_over = True
        for newest in self._seen.newest():
            self._money.add(newest)
            if newest.versions > 1:
                self._findings.add(DOUBLED, newest.endpoint, newest.label)
        for endpoint, label in self._seen.ambiguous():
            self._findings.add(ID_TWICE, endpoint, label)
        for kind, label in self._seen.shared():
            self._findings.add(EMAIL_SHARED if kind == EMAIL else PHONE_SHARED, EVENTS, label)
        for code, endpoint, number in self._habits.findings():
            self._findings.add(code, endpoint, number=number)
        self._identities.without_time = sum(count.codes[NO_TIME] for count in counts)
        self._seen.close()

    def sentences(self) -> Iterator[str]:
        """Yield, after the end, the lines that are no warnings."""
        yield from self._bodies.sentences()
        yield from self._money.sentences()
        yield from self._statuses.sentences()
        if self._identities.events:
            yield self._identities.sentence()
        if found := forecast(self._loads.by_endpoint(), self._limits):
            yield f"forecast: {found}"

    def warnings(self) -> Iterator[tuple[str, str]]:
        """Yield, after the end, the code and the line of each finding."""
        return iter(self._findings)

    def document(self) -> dict[str, Any]:
        """Return, after the end, all of it as the report has it."""
        found = forecast(self._loads.by_endpoint(), self._limits)
        return {
            "bodies": self._bodies.document(),
            "findings": self._findings.document(),
            "money": self._money.document(),
            "statuses": self._statuses.document(),
            "identities": vars(self._identities),
            "forecast": found.document() if found else None,
        }

    def _sale(self, parcel: Parcel, payload: Mapping[str, Any]) -> Sale | None:
        """Look at a record's money, if it has any; an order that is void is worth nothing."""
        name = parcel.endpoint.name
        if name not in sales.READERS or payload.get("void"):
            return None
        sale = sales.READERS[name](payload)
        self._statuses.add(name, payload)
        self._habits.add(name, sale)
        if code := amounts.suspicion(sale):
            self._findings.add(code, name, self._label(parcel))
        return sale

    def _see(self, parcel: Parcel, sale: Sale | None) -> None:
        """Remember a record, to know it again; of some each is another."""
        if not isinstance(parcel.identity, tuple):
            return
        name = identity = digest(parcel.shop, parcel.identity)
        # Only where the rest stays with an id does another rest count twice.
        if parcel.endpoint.guarded:
            name = digest(parcel.shop, self._ids(parcel))
        money = sale and (sale.day, sale.currency, str(sale.amount), str(sale.refunds))
        version = Version(parcel.endpoint.name, name, identity, self._label(parcel), *(money or ()))
        self._seen.add(version)

    def _label(self, parcel: Parcel) -> str:
        """Return what names a record to a person."""
        return masked(" ".join(part for part in self._ids(parcel) if part is not None))

    def _ids(self, parcel: Parcel) -> list[str | None]:
        identity = parcel.sender.identity
        return [identity[place] for place in self._places[parcel.endpoint.name]]
