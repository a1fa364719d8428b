"""A tap's output taken through the whole mapping: nothing is sent, and nothing is written."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from target_triplewhale.commands.check.sent import ORDERS, Order, Period, Sent
from target_triplewhale.delivery.rehearsal import Rehearsal
from target_triplewhale.equipment import choices
from target_triplewhale.errors import StreamUnmapped
from target_triplewhale.journal.rejects import RejectsFile
from target_triplewhale.outcomes import DELIVERED
from target_triplewhale.routes import Routes
from target_triplewhale.settings import PRODUCTION_URL
from target_triplewhale.target import TargetTripleWhale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.entries import Choices, Route
    from target_triplewhale.errors import TooManyRejects
    from target_triplewhale.journal.rejects import Entry
    from target_triplewhale.journal.tally import Tally
    from target_triplewhale.outcomes import Rejected

_NOWHERE = {
    "api_url": PRODUCTION_URL,
    "dry_run": True,
    "ledger_url": None,
    "report_path": None,
    "record_limit": None,
    "rejects_path": tempfile.gettempdir(),
}
"""Settings without the places where a run would write, and without an embedded sandbox."""


class Trial(TargetTripleWhale):
    """A run that maps everything and ends for nothing but input that cannot be read."""

    orders: dict[str, Sent]
    failure: TooManyRejects | None = None

    @property
    def routes(self) -> SeenRoutes:
        """The routes of the input's streams."""
        return cast("SeenRoutes", self.collaborators.routes)

    @property
    def tally(self) -> Tally:
        """How the records ended."""
        return self.collaborators.journal.tally

    def take(self, path: Path) -> None:
        """Take the records of a file; raise RunEnded where it cannot be read on."""
        with path.open("rb") as file:
            self.listen(cast("IO[str]", file))

    def process_endofpipe(self) -> None:
        """Learn whether a run would fail for its rejects."""
        run = self.collaborators
        self._end_groups()
        run.delivery.finish()
        for sink in self._sinks_active.values():
            sink.clean_up()
        allowance = run.journal.allowance
        self.failure = allowance.halt or allowance.verdict(run.journal.tally)

    def _end_where_rejects_must(self) -> None:
        """Go on: all that is wrong is told at once."""

    def _build(self, started: datetime) -> None:
        self.orders = {}
        self.settings = self.settings.model_copy(update=_NOWHERE)
        super()._build(started)
        self.collaborators.journal.rejects = KeptNowhere(Path(), started)
        routes = SeenRoutes(choices(self.settings))
        self.collaborators = replace(self.collaborators, routes=routes)

    def _delivery_or_rehearsal(self, on_settled: OnSettled) -> Rehearsal:
        return Looking(on_settled, self.orders)


class Looking(Rehearsal):
    """Looks at the orders that would be sent, and settles all as if it were."""

    def __init__(self, on_settled: OnSettled, orders: dict[str, Sent]) -> None:
        self._settle = on_settled
        self._orders = orders

    def send(self, parcel: Parcel) -> None:
        """Note an order; a void counts no sale twice."""
        if parcel.endpoint is ORDERS and not parcel.sender.is_void:
            order = Order(*parcel.sender.identity)
            day = date.fromisoformat(order.created_at[:10])
            self._orders.setdefault(order.shop, Sent(Period(day, day))).add(order)
        self._settle([parcel], DELIVERED)


class SeenRoutes(Routes):
    """Remembers where streams go, and those that go nowhere; a run would end at the first."""

    def __init__(self, choices: Choices) -> None:
        super().__init__(choices)
        self.seen: dict[str, tuple[Route, ...]] = {}
        self.unmapped: dict[str, StreamUnmapped] = {}

    def of(self, stream: str) -> tuple[Route, ...]:
        """Return a stream's routes, none where a run would not know any."""
        try:
            self.seen[stream] = super().of(stream)
        except StreamUnmapped as unmapped:
            self.unmapped[stream] = unmapped
            self.seen[stream] = ()
        return self.seen[stream]


class KeptNowhere(RejectsFile):
    """Keeps no record: what is rejected was not to be sent yet."""

    def write(self, entry: Entry, rejected: Rejected, identity: Mapping[str, str]) -> None:
        """Write nothing."""
