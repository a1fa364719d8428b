"""Lets attempts go, in their order: with a slot of every limit, and room among those in flight."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from target_triplewhale.delivery.concurrency import Concurrency, Turn
    from target_triplewhale.delivery.halting import HaltSwitch
    from target_triplewhale.delivery.limits import Limiter


class Turns:
    """A turn is slot and room taken together, so that nobody holds the one and waits for the other.

    There is one queue for each set of limits: a full window of events must not hold orders back.
    """

    def __init__(self, limiter: Limiter, concurrency: Concurrency, switch: HaltSwitch) -> None:
        self._limiter = limiter
        self._concurrency = concurrency
        self._switch = switch
        self._queues: dict[tuple[str, ...], asyncio.Lock] = {}
        self._room = asyncio.Lock()

    async def take(self, limits: tuple[str, ...]) -> Turn:
        """Wait for a turn; raise Abandoned where the run ends before."""
        async with self._queues.setdefault(limits, asyncio.Lock()):
            self._switch.check()
            while not self._may_go(limits):
                await self._switch.sleep(self._limiter.wait(limits))
                # First come, first served among the queues too; nobody waits for a slot in here.
                async with self._room:
                    await self._switch.unless_tripped(self._concurrency.room())
                    if self._concurrency.has_room and self._limiter.wait(limits) <= 0:
                        break
            self._limiter.take(limits)
            return self._concurrency.start()

    def _may_go(self, limits: tuple[str, ...]) -> bool:
        has_room = self._concurrency.has_room and not self._room.locked()
        return has_room and self._limiter.wait(limits) <= 0

    def hold(self, limits: tuple[str, ...], seconds: float) -> bool:
        """Let nobody through those limits for so long, as a Retry-After asks; tell of news."""
        return self._limiter.hold(limits, seconds)

    def end(self, turn: Turn, path: str, *, is_refusal: bool) -> None:
        """Make room, and learn from how the request ended."""
        self._concurrency.end(turn, path, is_refusal=is_refusal)

    def drop(self) -> None:
        """Make room after a request that was given up."""
        self._concurrency.drop()
