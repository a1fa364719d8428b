"""What lies behind the gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.delivery.delivery import Delivery
    from target_triplewhale.gate.under_way import UnderWay
    from target_triplewhale.journal.ledger.ledger import Ledger


@dataclass(frozen=True)
class Passage:
    """The ledger that is asked, the delivery that sends, and what is between the two."""

    ledger: Ledger
    delivery: Delivery
    under_way: UnderWay
    on_settled: OnSettled
    """Learns how records end that are not sent."""

    def send(self, parcel: Parcel) -> None:
        """Let a parcel through."""
        self.under_way.add(parcel)
        self.delivery.send(parcel)
