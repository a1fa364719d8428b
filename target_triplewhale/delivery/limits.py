"""Rate limits: moving windows that every attempt takes a slot in."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    """Gives slots in several windows at once: all of them, or none."""

    def __init__(
        self, per_minute: Mapping[str, int], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._windows = {name: Window(size) for name, size in per_minute.items()}
        self._clock = clock

    def wait(self, names: Iterable[str]) -> float:
        """Return the seconds until all the named windows have a slot, not above 0 if they do."""
        now = self._clock()
        return max(self._windows[name].wait(now) for name in names)

    def take(self, names: Iterable[str]) -> None:
        """Use a slot of each."""
        now = self._clock()
        for name in names:
            self._windows[name].take(now)

    def hold(self, names: Iterable[str], seconds: float) -> None:
        """Give no slot of the named windows for so long, as a Retry-After asks."""
        for name in names:
            self._windows[name].hold(self._clock() + seconds)
