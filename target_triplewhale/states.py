"""STATE lines that wait until every record before them has ended."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS_BETWEEN = 5.0
MOST_BYTES = 8 * 1024 * 1024
STATE_BYTES = 200
"""What a STATE that waits takes beside its text."""
EMPTY = {b"", b"null", b"{}"}


class States:
    """Emits the newest STATE that is true, at most one in five seconds, and always the last."""

    def __init__(
        self, write: Callable[[bytes], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._due = float("-inf")
        self.last: bytes | None = None
        """The one that went out last."""
        self.emitted = 0
        """How many went out."""

    def take(self, position: int, value: bytes) -> None:
        """Hold a STATE until the records numbered below `position` have ended."""
        if value.replace(b" ", b"") in EMPTY:
            return
        if self._waiting and self._waiting[-1][0] == position:
            self._bytes -= len(self._waiting.pop()[1])
        self._waiting.append((position, value))
        self._bytes += len(value)
        if self._bytes + len(self._waiting) * STATE_BYTES > MOST_BYTES:
            self._thin_out()

    def forget(self, number: int) -> None:
        """Let go of each that came after a record, since one more belongs together with it."""
        while self._waiting and self._waiting[-1][0] > number:
            self._bytes -= len(self._waiting.pop()[1])

    def _thin_out(self) -> None:
        """Let go of every other one, never the newest: the next run then begins a bit earlier."""
        self._waiting = deque(list(self._waiting)[::-2][::-1])
        self._bytes = sum(len(value) for _, value in self._waiting)

    def emit(self, settled: int, *, is_last: bool = False) -> None:
        """Emit the newest STATE that needs no record from `settled` on, if it is time."""
        if not is_last and self._clock() < self._due:
            return
        newest = None
        while self._waiting and self._waiting[0][0] <= settled:
            _, newest = self._waiting.popleft()
            self._bytes -= len(newest)
        if newest is not None:
            self._write(newest)
            self.last = newest
            self.emitted += 1
            self._due = self._clock() + SECONDS_BETWEEN

    def seconds_until_due(self, settled: int) -> float | None:
        """Return how long a STATE that is true must wait, or None where there is none."""
        if not self._waiting or self._waiting[0][0] > settled:
            return None
        return max(0.0, self._due - self._clock())
