"""A dry run's delivery: all ends as if it were sent, and nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.delivery.batches import Parcel
from target_triplewhale.delivery.rehearsal import Rehearsal
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.outcomes import Delivered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.outcomes import Outcome


def test_what_is_sent_is_settled_at_once() -> None:
    """No later call has anything left to do."""
    ended: list[tuple[list[Parcel], Outcome]] = []

    def on_settled(parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        ended.append(([*parcels], outcome))
        return True

    looked_at: list[Parcel] = []
    rehearsal = Rehearsal(on_settled, looked_at.append)
    parcel = Parcel(ENDPOINTS["orders"], "shop", "A-1", ("A-1",), b"{}", 0, 1, None)
    rehearsal.send(parcel)
    rehearsal.hand_over()
    rehearsal.flush()
    rehearsal.check()
    rehearsal.finish()
    rehearsal.stop()
    rehearsal.close()
    assert looked_at == [parcel]
    assert ended == [([parcel], Delivered())]
