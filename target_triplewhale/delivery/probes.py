"""Records that the API has taken lately: asked again, they tell a faulty record from an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from target_triplewhale.delivery.batches import Parcel

KEPT = 8


class Probes:
    """The last few records taken per endpoint and shop, each in the newest version sent."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], dict[Hashable, Parcel]] = {}

    def add(self, parcels: Sequence[Parcel]) -> None:
        """Remember what one endpoint took for one shop, and forget older versions of it."""
        key = (parcels[0].endpoint.name, parcels[0].shop)
        taken = self._taken.setdefault(key, {})
        for parcel in parcels:
            taken.pop(parcel.identity, None)
        taken.update((parcel.identity, parcel) for parcel in parcels[-KEPT:])
        for identity in list(taken)[:-KEPT]:
            del taken[identity]

    def find(self, like: Parcel, is_free: Callable[[Parcel], bool]) -> Parcel | None:
        """Return one that was taken where `like` was not, if no newer version of it is open."""
        taken = self._taken.get((like.endpoint.name, like.shop), {})
        return next((parcel for parcel in reversed(taken.values()) if is_free(parcel)), None)
