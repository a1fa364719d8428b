"""Rate limits: every attempt takes a slot here first, and nothing else waits for quota."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

WINDOW_SECONDS = 61.0
"""The API counts 60 seconds; the one more absorbs what the way there adds or takes."""


class Window:
    """At most `size` slots in any `WINDOW_SECONDS`, and none while it is held."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken: deque[float] = deque()
        self._held_until = 0.0

    def wait(self, now: float) -> float:
        """Return the seconds until a slot is free."""
        while self._taken and self._taken[0] <= now - WINDOW_SECONDS:
            self._taken.popleft()
        full = len(self._taken) >= self._size
        room = self._taken[0] + WINDOW_SECONDS if full else now
        return max(room, self._held_until) - now

    def take(self, now: float) -> None:
        """Use a slot."""
        self._taken.append(now)

    def hold(self, until: float) -> None:
        """Give no slot before that moment."""
        self._held_until = max(self._held_until, until)


class Limiter:
    """Gives slots in several windows at once, to waiters in order."""

    def __init__(
        self,
        per_minute: Mapping[str, int],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._windows = {name: Window(size) for name, size in per_minute.items()}
        self._queues: dict[tuple[str, ...], asyncio.Lock] = {}
        self._clock = clock
        self._sleep = sleep

    async def take(self, names: Sequence[str]) -> None:
        """Wait for a slot in all the named windows, and take them together."""
        # One queue for each set of windows: a full window of events must not hold orders back.
        windows = [self._windows[name] for name in names]
        async with self._queues.setdefault(tuple(names), asyncio.Lock()):
            while (seconds := max(window.wait(self._clock()) for window in windows)) > 0:
                await self._sleep(seconds)
            now = self._clock()
            for window in windows:
                window.take(now)

    def hold(self, names: Sequence[str], seconds: float) -> None:
        """Let nobody through the named windows for so long, as a Retry-After asks."""
        for name in names:
            self._windows[name].hold(self._clock() + seconds)
