"""The low-water mark over open records, which tells what STATE may go out."""

from __future__ import annotations

import threading
from collections import deque


class LowWaterMark:
    """Counts what each record still waits for; records are numbered from 0 as they are read."""

    def __init__(self) -> None:
        self._waiting: deque[int] = deque()
        self._first = 0
        self._lock = threading.Lock()

    def open(self) -> int:
        """Take in the next record, open until it and all parts added to it are closed."""
        with self._lock:
            self._waiting.append(1)
            return self._first + len(self._waiting) - 1

    def add(self, number: int, parts: int) -> None:
        """Let a record that is still open wait for more parts."""
        with self._lock:
            self._waiting[number - self._first] += parts

    def close(self, number: int) -> None:
        """Close one part of a record."""
        with self._lock:
            self._waiting[number - self._first] -= 1
            while self._waiting and self._waiting[0] == 0:
                self._waiting.popleft()
                self._first += 1

    @property
    def next_number(self) -> int:
        """The number that the next record gets."""
        with self._lock:
            return self._first + len(self._waiting)

    @property
    def unsettled(self) -> int:
        """How many records there are from the first open one on."""
        with self._lock:
            return len(self._waiting)

    @property
    def settled(self) -> int:
        """The first open record; all before it have ended."""
        with self._lock:
            return self._first
