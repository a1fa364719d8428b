"""What waits to be sent: in order for each identity, and in company where that saves requests."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from target_triplewhale.delivery.batches import Batch

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.endpoints import Endpoint

Limits = tuple[str, ...]
FLUSH_SECONDS = 30.0
"""How long a parcel waits for company, and for what ranks before it."""
REQUEST_BYTES = 4 * 1024 * 1024
"""A request that holds so much is full."""


class Queue:
    """The parcels of one endpoint and shop; the first `ripe` of them wait for no company.

    Of each identity at most one parcel is under way: a later one is held until the former's
    answer. Of two that wait the later one goes in the place of the earlier, and settles it.
    """

    def __init__(self, endpoint: Endpoint, size: int) -> None:
        self.endpoint = endpoint
        self.ripe = 0
        self._size = size
        self._unripe_since = 0.0
        self._unripe_bytes = 0
        self._waiting: OrderedDict[Hashable, Parcel] = OrderedDict()
        self._held: dict[Hashable, Parcel] = {}
        self._under_way: set[Hashable] = set()

    @property
    def oldest(self) -> float:
        """Since when the next parcel has waited."""
        return next(iter(self._waiting.values())).since

    def add(self, parcel: Parcel, now: float) -> None:
        """Let a parcel wait for others, until there are enough for a request."""
        identity = parcel.identity
        parcel.since = now
        if earlier := self._waiting.get(identity):
            self._waiting[identity] = parcel.instead_of(earlier)
        elif identity in self._under_way:
            held = self._held.get(identity)
            self._held[identity] = parcel.instead_of(held) if held else parcel
        else:
            self._wait(parcel)

    def _wait(self, parcel: Parcel) -> None:
        if len(self._waiting) == self.ripe:
            self._unripe_since, self._unripe_bytes = parcel.since, 0
        self._waiting[parcel.identity] = parcel
        self._unripe_bytes += len(parcel.body)
        unripe = len(self._waiting) - self.ripe
        if unripe >= self._size or self._unripe_bytes >= REQUEST_BYTES:
            self.ripe = len(self._waiting)

    def ripen(self, before: float) -> None:
        """Let what has waited since `before` wait no longer."""
        if self._unripe_since < before:
            self.ripe = len(self._waiting)

    @property
    def is_under_way(self) -> bool:
        """Whether anything was sent that has no answer yet."""
        return bool(self._under_way)

    def take(self) -> Batch:
        """Take what fits into one request; a key comes but once, as answers name orders by it."""
        size = self._size if self.endpoint.is_bulk else 1
        taken: dict[str, Parcel] = {}
        left: list[Parcel] = []
        room = REQUEST_BYTES
        while self._waiting and len(taken) < size and len(left) < size and room > 0:
            _, parcel = self._waiting.popitem(last=False)
            if parcel.key in taken:
                left.append(parcel)
            else:
                taken[parcel.key] = parcel
                room -= len(parcel.body)
        self.ripe = max(self.ripe - len(taken) - len(left), 0)
        for parcel in reversed(left):
            self._put_first(parcel)
        self._under_way.update(parcel.identity for parcel in taken.values())
        return Batch(list(taken.values()))

    def is_free(self, parcel: Parcel) -> bool:
        """Whether no version of a record is under way, or waits."""
        return parcel.identity not in self._waiting and parcel.identity not in self._under_way

    def reserve(self, parcel: Parcel) -> None:
        """Hold other versions of a record until it is settled."""
        self._under_way.add(parcel.identity)

    def settled(self, parcels: Sequence[Parcel]) -> None:
        """Let the next parcels of the same identities go."""
        self._under_way.difference_update(parcel.identity for parcel in parcels)
        if self._held:
            for parcel in parcels:
                if held := self._held.pop(parcel.identity, None):
                    self._put_first(held)

    def drop_from(self, number: int) -> list[Parcel]:
        """Take the records from `number` on out; those that they superseded come back."""
        self.ripe = 0
        dropped: list[Parcel] = []
        for parcels in (self._waiting, self._held):
            for identity, parcel in list(parcels.items()):
                earlier, later = parcel.parted(number)
                dropped += later
                if earlier:
                    parcels[identity] = earlier
                else:
                    del parcels[identity]
        return dropped

    def _put_first(self, parcel: Parcel) -> None:
        """Let a parcel that has waited long enough go next."""
        self._waiting[parcel.identity] = parcel
        self._waiting.move_to_end(parcel.identity, last=False)
        self.ripe += 1


class Outbox:
    """A queue for each endpoint and shop; it lives in one event loop."""

    def __init__(self, batch_size: int) -> None:
        self._size = batch_size
        self._queues: dict[tuple[str, str], Queue] = {}
        self._ripe: dict[Limits, dict[Queue, None]] = {}
        self._news: dict[Limits, asyncio.Event] = {}
        self._overdue = float("-inf")

    @property
    def is_ripe(self) -> bool:
        """Whether anything waits for no more company."""
        return any(self._ripe.values())

    def add(self, parcels: Iterable[Parcel], now: float) -> None:
        """Take in parcels, in the order of their records."""
        for parcel in parcels:
            key = (parcel.endpoint.name, parcel.shop)
            queue = self._queues.get(key)
            if queue is None:
                queue = self._queues[key] = Queue(parcel.endpoint, self._size)
            queue.add(parcel, now)
        self._look()

    def flush(self, before: float = float("inf")) -> None:
        """Let what has waited for company since `before` wait no longer."""
        self._overdue = before if before < float("inf") else self._overdue
        for queue in self._queues.values():
            queue.ripen(before)
        self._look()

    def drop_from(self, number: int) -> list[Parcel]:
        """Take the records from `number` on out, as far as they are not under way."""
        dropped = [one for queue in self._queues.values() for one in queue.drop_from(number)]
        self._look()
        return dropped

    async def ripe(self, limits: Limits) -> None:
        """Wait until there is something to take that goes under these limits."""
        news = self._news.setdefault(limits, asyncio.Event())
        while not self._ripe.get(limits):
            news.clear()
            await news.wait()

    def take(self, limits: Limits, now: float) -> Batch | None:
        """Take the next request under these limits: what waits too long, or else by rank."""
        queues = self._ripe.get(limits)
        if not queues:
            return None
        queue = min(queues, key=lambda queue: _urgency(queue, now))
        batch = queue.take()
        del queues[queue]
        self._file(queue)
        return batch

    def is_free(self, parcel: Parcel) -> bool:
        """Whether no version of a record is under way, or waits."""
        return self._queues[parcel.endpoint.name, parcel.shop].is_free(parcel)

    def reserve(self, parcel: Parcel) -> None:
        """Hold other versions of a record until it is settled."""
        self._queues[parcel.endpoint.name, parcel.shop].reserve(parcel)

    def settled(self, parcels: Sequence[Parcel]) -> None:
        """Let the next parcels of the same identities go; all are of one endpoint and shop."""
        queue = self._queues[parcels[0].endpoint.name, parcels[0].shop]
        queue.settled(parcels)
        self._file(queue)
        if queue.endpoint.counts_sales and not queue.is_under_way:
            self._look()

    def _look(self) -> None:
        for queue in self._queues.values():
            self._file(queue)

    def _file(self, queue: Queue) -> None:
        """Keep a queue among the ripe ones, in its place there, or out of them."""
        limits = queue.endpoint.limits
        ripe = self._ripe.setdefault(limits, {})
        if not queue.ripe or self._waits_for_orders(queue):
            ripe.pop(queue, None)
        elif queue not in ripe:
            ripe[queue] = None
            self._news.setdefault(limits, asyncio.Event()).set()

    def _waits_for_orders(self, queue: Queue) -> bool:
        """Hold surveys, for a while, until the orders sent before have been answered."""
        if not queue.endpoint.needs_order or queue.oldest < self._overdue:
            return False
        return any(
            other.endpoint.counts_sales and (other.ripe or other.is_under_way)
            for other in self._queues.values()
        )


def _urgency(queue: Queue, now: float) -> tuple[float, ...]:
    """Rank decides for a while only, or an endless stream of customers would hold orders back."""
    is_late = now - queue.oldest > FLUSH_SECONDS
    return (0, queue.oldest) if is_late else (1, queue.endpoint.rank)
