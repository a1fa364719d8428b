"""Rate limits: moving windows that every attempt takes a slot in."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

WINDOW_SECONDS = 61.0
"""The API counts 60 seconds; the one more absorbs what the way there adds or takes."""


SAME_WISH = 1.0
"""Seconds by which a Retry-After of the same moment may differ: it came with another answer."""
LATE = 1.0
"""Seconds that whoever waits for a slot may come too late for it."""


@dataclass(frozen=True)
class Hold:
    """A limit that holds requests back: since when, and until when it does at the least."""

    limit: str
    since: float
    until: float
    is_asked: bool
    """Whether the server has asked for it; else the limit's slots are all taken."""


class Window:
    """At most `size` slots in any `WINDOW_SECONDS`, and none while it is held."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken: deque[float] = deque()
        self._held_since = self._full_since = 0.0
        self._held_until = 0.0
        self._full_until = float("-inf")

    def wait(self, now: float) -> float:
        """Return the seconds until a slot is free."""
        while self._taken and self._taken[0] <= now - WINDOW_SECONDS:
            self._taken.popleft()
        room = now
        if len(self._taken) >= self._size:
            room = self._taken[0] + WINDOW_SECONDS
            self._note_full(now, room)
        return max(room, self._held_until) - now

    def _note_full(self, now: float, until: float) -> None:
        """Note that somebody waits; it is one hold until nobody has for a whole window."""
        if now > self._full_until + WINDOW_SECONDS:
            self._full_since = now
        self._full_until = until

    def take(self, now: float) -> None:
        """Use a slot."""
        self._taken.append(now)

    def hold(self, now: float, until: float) -> bool:
        """Give no slot before that moment; tell whether that is news."""
        is_held = now < self._held_until
        is_news = not is_held or until > self._held_until + SAME_WISH
        self._held_since = self._held_since if is_held else now
        self._held_until = max(self._held_until, until)
        return is_news

    def holds(self, limit: str, now: float) -> Iterator[Hold]:
        """Yield what holds requests back; it may be asked from any thread."""
        if now < self._held_until:
            yield Hold(limit, self._held_since, self._held_until, is_asked=True)
        if now < self._full_until + LATE:
            yield Hold(limit, self._full_since, self._full_until, is_asked=False)


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

    def hold(self, names: Iterable[str], seconds: float) -> bool:
        """Give no slot of the named windows for so long, as a Retry-After asks; tell of news."""
        now = self._clock()
        is_news = [self._windows[name].hold(now, now + seconds) for name in names]
        return any(is_news)

    def holds(self) -> list[Hold]:
        """Return what holds requests back; it may be asked from any thread."""
        now = self._clock()
        return [hold for name, window in self._windows.items() for hold in window.holds(name, now)]
