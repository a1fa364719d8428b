"""Takes the place of delivery in a dry run: nothing is sent, and all ends as if it were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.outcomes import DELIVERED

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.delivery.batches import OnSettled, Parcel


class Rehearsal:
    """What a run does with records that can be sent, but for sending them."""

    def __init__(self, on_settled: OnSettled, look: Callable[[Parcel], None]) -> None:
        self._on_settled = on_settled
        self._look = look

    def send(self, parcel: Parcel) -> None:
        """Look at a record, and settle it as if it were delivered."""
        self._look(parcel)
        self._on_settled([parcel], DELIVERED)

    def hand_over(self) -> None:
        """Nothing waits."""

    def flush(self) -> None:
        """Nothing waits."""

    def finish(self, before: int | None = None) -> None:
        """Nothing is open."""

    def check(self) -> None:
        """Nothing can have ended it."""

    def stop(self) -> None:
        """Nothing is in flight."""

    def close(self) -> None:
        """There are no connections."""
