"""Stands before delivery in a run of the first records only: holds them until all are known."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.delivery.delivery import Delivery
    from target_triplewhale.delivery.rehearsal import Rehearsal


class Sample:
    """Sends nothing before `release`, which tells first how many records of what go."""

    def __init__(
        self, delivery: Delivery | Rehearsal, tell: Callable[[Mapping[str, int]], None]
    ) -> None:
        self._delivery = delivery
        self._tell = tell
        self._held: list[Parcel] = []

    def send(self, parcel: Parcel) -> None:
        """Hold a record."""
        self._held.append(parcel)

    def release(self) -> None:
        """Tell of what is held, by endpoint, and let it go."""
        held, self._held = self._held, []
        self._tell(Counter(parcel.endpoint.name for parcel in held))
        for parcel in held:
            self._delivery.send(parcel)

    def hand_over(self) -> None:
        """Let delivery have what was let go."""
        self._delivery.hand_over()

    def flush(self) -> None:
        """Let nothing that was let go wait any longer."""
        self._delivery.flush()

    def finish(self, before: int | None = None) -> None:
        """Return when all is settled that was let go; what is held stays so."""
        self._delivery.finish(before)

    def check(self) -> None:
        """Raise what has ended the delivery, if anything has."""
        self._delivery.check()

    def stop(self) -> None:
        """Begin nothing more, and give what is in flight a while to be answered."""
        self._delivery.stop()

    def close(self) -> None:
        """Close connections and end the thread."""
        self._delivery.close()
