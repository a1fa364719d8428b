"""Both rate limits of the API as moving windows, and who comes back before the time asked for."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Hold:
    """A wait that an answer asked for."""

    since: float
    until: float


class Limits:
    """Named limits, each on the requests of the last `window` seconds; the time is passed in."""

    def __init__(self, allowed: Mapping[str, int], window: float) -> None:
        """Take the requests each name allows in a window."""
        self._allowed = dict(allowed)
        self._window = window
        self._taken: dict[str, deque[float]] = {name: deque() for name in allowed}
        self._holds: dict[str, Hold] = {}

    def take(self, names: Sequence[str], now: float) -> int | None:
        """Take a place under every name or under none; return the seconds to wait if none."""
        waits = {name: self._wait(name, now) for name in names}
        full = {name: max(1, math.ceil(wait)) for name, wait in waits.items() if wait is not None}
        for name, wait in full.items():
            self.hold(name, now, wait)
        if full:
            return max(full.values())
        for name in names:
            self._taken[name].append(now)
        return None

    def left(self, name: str, now: float) -> int:
        """Return how many requests a limit still allows now."""
        self._forget(name, now)
        return max(0, self._allowed[name] - len(self._taken[name]))

    def hold(self, name: str, now: float, seconds: float) -> None:
        """Remember that an answer has asked to wait."""
        held = self._holds.get(name)
        if held is None or held.until < now + seconds:
            since = held.since if held is not None and held.until > now else now
            self._holds[name] = Hold(since, now + seconds)

    def held_for(self, names: Sequence[str], now: float) -> float | None:
        """Return the seconds since a wait still running was asked for; None: there is none."""
        holds = [self._holds[name] for name in names if name in self._holds]
        return max((now - held.since for held in holds if now < held.until), default=None)

    def _wait(self, name: str, now: float) -> float | None:
        if self.left(name, now):
            return None
        taken = self._taken[name]
        return taken[0] + self._window - now if taken else self._window

    def _forget(self, name: str, now: float) -> None:
        taken = self._taken[name]
        while taken and taken[0] <= now - self._window:
            taken.popleft()
