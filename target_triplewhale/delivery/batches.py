"""What is sent together: parcels, the requests they make, and the body of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.delivery.verdicts import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.outcomes import Outcome

    OnSettled = Callable[[Sequence["Parcel"], Outcome], bool]
    """Learns how parcels of one request have ended, all alike; tells whether that is kept."""


@dataclass(slots=True, eq=False)
class Parcel:
    """One record on one route, ready to be sent."""

    endpoint: Endpoint
    shop: str
    key: str
    """What a bulk answer calls it."""
    identity: Hashable
    """Equal for versions of one record, within an endpoint and shop."""
    body: bytes
    number: int
    """Of the record, in the order as read."""
    weight: int
    """Bytes that are kept until it is settled."""
    sender: Any
    """Whatever the sender knows it by."""
    since: float = 0.0
    """When it, or what it took the place of, came to wait."""
    superseded: list[Parcel] | None = None
    known_as: Any = None
    """What a ledger knows it by, once that was asked for."""
    has_waited: bool = False
    """Whether an earlier run was refused it: what comes of it now says nothing of the server."""

    def instead_of(self, earlier: Parcel) -> Parcel:
        """Take the place of an earlier version, and of those whose place that one took."""
        self.superseded, earlier.superseded = earlier.superseded or [], None
        self.superseded.append(earlier)
        self.since = earlier.since
        return self

    def parted(self, number: int) -> tuple[Parcel | None, list[Parcel]]:
        """Return the newest version from before a record, and all versions from it on."""
        versions = [*(self.superseded or ()), self]
        self.superseded = None
        earlier = [version for version in versions if version.number < number]
        if not earlier:
            return None, versions
        earlier[-1].superseded = earlier[:-1]
        return earlier[-1], versions[len(earlier) :]


@dataclass(frozen=True, slots=True)
class Batch:
    """The parcels of one request: one, or several orders of one shop."""

    parcels: Sequence[Parcel]

    @property
    def endpoint(self) -> Endpoint:
        """Where the request goes."""
        return self.parcels[0].endpoint

    @property
    def asked(self) -> Asked:
        """What the request asks, for the verdict on its answer."""
        keys = [parcel.key for parcel in self.parcels]
        return Asked(self.endpoint, self.parcels[0].shop, keys)

    @property
    def body(self) -> bytes:
        """The JSON to send."""
        if not self.endpoint.is_bulk:
            return self.parcels[0].body
        orders = b",".join(parcel.body for parcel in self.parcels)
        shop = msgspec.json.encode(self.parcels[0].shop)
        return b'{"shop":' + shop + b',"orders":[' + orders + b"]}"

    def halves(self) -> tuple[Batch, Batch]:
        """Split in the middle."""
        middle = len(self.parcels) // 2
        return Batch(self.parcels[:middle]), Batch(self.parcels[middle:])
