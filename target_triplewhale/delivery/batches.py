"""What is sent together: parcels, the requests they make, and the body of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from target_triplewhale.delivery.verdicts import Asked
from target_triplewhale.outcomes import Outcome, Superseded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from target_triplewhale.endpoints import Endpoint


@dataclass(slots=True, eq=False)
class Parcel:
    """One record on one route, ready to be sent; `key` is what a bulk answer calls it."""

    endpoint: Endpoint
    shop: str
    key: str
    identity: tuple[str | None, ...] | None
    body: bytes
    on_settled: Callable[[Outcome], None]
    superseded: list[Parcel] = field(default_factory=list)

    def settle(self, outcome: Outcome) -> None:
        """Report how the record ended, and with it those that it superseded."""
        self.on_settled(outcome)
        for earlier in self.superseded:
            earlier.settle(Superseded())


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


def latest_of_each(parcels: Iterable[Parcel]) -> list[Parcel]:
    """Keep the last parcel of each identity, which takes the earlier ones along."""
    kept: dict[tuple[str, object], Parcel] = {}
    for parcel in parcels:
        key = (parcel.endpoint.name, parcel.identity or id(parcel))
        earlier = kept.pop(key, None)
        if earlier:
            parcel.superseded.append(earlier)
        kept[key] = parcel
    return list(kept.values())


def into_batches(parcels: Iterable[Parcel], size: int) -> list[Batch]:
    """Group parcels into requests: orders by shop, anything else one by one, by rank."""
    ordered = sorted(parcels, key=lambda parcel: (parcel.endpoint.rank, parcel.endpoint.name))
    batches: list[Batch] = []
    for _, group in groupby(ordered, key=lambda parcel: parcel.endpoint.name):
        batches += _of_one_endpoint(list(group), size)
    return batches


def _of_one_endpoint(parcels: list[Parcel], size: int) -> Iterator[Batch]:
    if not parcels[0].endpoint.is_bulk:
        yield from (Batch([parcel]) for parcel in parcels)
        return
    shops: dict[str, list[Parcel]] = {}
    for parcel in parcels:
        shops.setdefault(parcel.shop, []).append(parcel)
    for of_shop in shops.values():
        yield from _bulk(of_shop, size)


def _bulk(parcels: Sequence[Parcel], size: int) -> Iterator[Batch]:
    """Fill requests; none holds a key twice, since a bulk answer names orders by key alone."""
    while parcels:
        chosen: dict[str, Parcel] = {}
        left: list[Parcel] = []
        for parcel in parcels:
            fits = len(chosen) < size and parcel.key not in chosen
            if fits:
                chosen[parcel.key] = parcel
            else:
                left.append(parcel)
        yield Batch(list(chosen.values()))
        parcels = left
