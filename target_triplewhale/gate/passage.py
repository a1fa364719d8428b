"""What lies behind the gate."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_triplewhale.gate.versions import key
from target_triplewhale.outcomes import UNCHANGED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.delivery.delivery import Delivery
    from target_triplewhale.delivery.rehearsal import Rehearsal
    from target_triplewhale.delivery.sample import Sample
    from target_triplewhale.gate.plan import Plan
    from target_triplewhale.gate.under_way import UnderWay
    from target_triplewhale.journal.ledger.keys import Key
    from target_triplewhale.journal.ledger.ledger import Ledger


@dataclass
class Passage:
    """The ledger that is asked, the delivery that sends, and what is between the two."""

    ledger: Ledger
    delivery: Delivery | Rehearsal | Sample
    under_way: UnderWay
    on_settled: OnSettled
    """Learns how records end that are not sent."""
    is_halting: Callable[[], bool]
    """Tells whether rejects have ended the run."""
    plan: Plan | None = None
    """Gathers, in a dry run, what would be sent."""
    _going: deque[Parcel] = field(default_factory=deque)
    _doubtful: list[Key] = field(default_factory=list)

    def send(self, parcel: Parcel, before: bytes | None = None, *, is_known: bool = False) -> None:
        """Take in what is to go; `before` is the body that was accepted, if it is kept."""
        if self.plan:
            self.plan.add(parcel, before, is_known=is_known)
        if is_known:
            self._doubtful.append(key(parcel))
        self.under_way.add(parcel)
        self._going.append(parcel)

    def let_through(self) -> None:
        """Let go what was taken in; a wait for room may come back to here, and go on in order.

        The API may keep what it never answers: from here on nothing is known of such a record,
        until something of it is accepted.
        """
        doubtful, self._doubtful = self._doubtful, []
        if doubtful:
            self.ledger.doubt(doubtful)
        while self._going:
            self.delivery.send(self._going.popleft())

    def drop_from(self, number: int) -> None:
        """Forget what came from a record on."""
        dropped = [parcel for parcel in self._going if parcel.number >= number]
        self._going = deque(parcel for parcel in self._going if parcel.number < number)
        self.under_way.remove(dropped)

    def keep(self, parcels: Sequence[Parcel]) -> None:
        """Settle what is as the API has it."""
        if self.plan:
            for parcel in parcels:
                self.plan.keep(parcel)
        self.on_settled(parcels, UNCHANGED)
