"""How a server may count a minute: over the last sixty seconds, or from mark to mark."""

from __future__ import annotations

from collections import deque
from typing import Protocol

SECONDS = 60.0


class Limit(Protocol):
    """Says how long a request has to wait; 0 lets it in."""

    def wait(self, now: float) -> float:
        """Take a place, or return the seconds until there is one."""


class Unlimited:
    """Lets everything in."""

    def wait(self, now: float) -> float:  # noqa: ARG002  (the shape of a limit)
        """Return 0."""
        return 0.0


class Sliding:
    """At most `size` requests in any sixty seconds."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Take a place, or return the seconds until there is one."""
        while self._taken and self._taken[0] <= now - SECONDS:
            self._taken.popleft()
        if len(self._taken) >= self._size:
            return self._taken[0] + SECONDS - now
        self._taken.append(now)
        return 0.0


class Fixed:
    """At most `size` requests from one full minute of the clock to the next."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._window = -1.0
        self._taken = 0

    def wait(self, now: float) -> float:
        """Take a place, or return the seconds until there is one."""
        window = now // SECONDS
        if window != self._window:
            self._window, self._taken = window, 0
        if self._taken >= self._size:
            return (window + 1) * SECONDS - now
        self._taken += 1
        return 0.0


def named(name: str, size: int) -> Limit:
    """Return a new limit by its name."""
    if name == "sliding":
        return Sliding(size)
    return Fixed(size) if name == "fixed" else Unlimited()
