"""Keeps what the API has accepted, in the thread that delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.gate.versions import accepted, has_key
from target_triplewhale.outcomes import Delivered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.gate.under_way import UnderWay
    from target_triplewhale.journal.ledger.ledger import Ledger
    from target_triplewhale.outcomes import Outcome


class Keeper:
    """Stands between delivery and whoever learns how records have ended."""

    def __init__(self, ledger: Ledger, under_way: UnderWay, on_settled: OnSettled) -> None:
        self._ledger = ledger
        self._under_way = under_way
        self._on_settled = on_settled

    def settle(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        """Keep, then tell; raise LedgerUnusable where nothing can be kept any more."""
        known = [parcel for parcel in parcels if has_key(parcel)]
        if isinstance(outcome, Delivered) and known:
            self._ledger.accept([accepted(parcel) for parcel in known])
        is_kept = self._on_settled(parcels, outcome)
        self._under_way.remove(known)
        return is_kept
