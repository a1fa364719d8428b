"""Counts what goes to each endpoint, and in how many requests."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_triplewhale.delivery.outbox import REQUEST_BYTES
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.rehearsal.forecast import Load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.journal.tally import Count


def open_loads(counts: Iterable[Count], size: int) -> dict[str, Load]:
    """Return what is not settled; rows of one record count one by one."""
    found: dict[str, Load] = {}
    for count in counts:
        if count.endpoint and count.open:
            records = count.open + found.get(count.endpoint, Load(0, 0)).records
            is_bulk = ENDPOINTS[count.endpoint].is_bulk
            found[count.endpoint] = Load(records, math.ceil(records / size) if is_bulk else records)
    return found


@dataclass
class _Pile:
    records: int = 0
    bytes: int = 0


class Loads:
    """The records of each endpoint and shop: a request holds one shop's."""

    def __init__(self, size: int) -> None:
        """Take the records that a bulk request holds at the most."""
        self._size = size
        self._piles: defaultdict[tuple[str, str], _Pile] = defaultdict(_Pile)

    def add(self, parcel: Parcel) -> None:
        """Take in a record."""
        pile = self._piles[parcel.endpoint.name, parcel.shop]
        pile.records += 1
        pile.bytes += len(parcel.body)

    def by_endpoint(self) -> dict[str, Load]:
        """Return what each endpoint gets."""
        found: dict[str, Load] = {}
        for (name, _), pile in self._piles.items():
            before = found.get(name, Load(0, 0))
            requests = before.requests + self._requests(name, pile)
            found[name] = Load(before.records + pile.records, requests)
        return found

    def _requests(self, name: str, pile: _Pile) -> int:
        if not ENDPOINTS[name].is_bulk:
            return pile.records
        by_number, by_size = pile.records / self._size, pile.bytes / REQUEST_BYTES
        return math.ceil(max(by_number, by_size))
