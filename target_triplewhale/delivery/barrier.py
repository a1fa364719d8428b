"""The low-water mark over open records, which tells what STATE may go out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class LowWaterMark:
    """Counts what each record still waits for; records are numbered from 0 as they are read."""

    def __init__(self) -> None:
        self._open: dict[int, int] = {}
        self._first = 0
        self._next = 0
        self._lock = threading.Lock()

    def open(self, parts: int) -> int:
        """Take in the next record, open until so many parts of it are closed."""
        with self._lock:
            number = self._next
            self._next += 1
            if parts:
                self._open[number] = parts
            return number

    def close(self, numbers: Iterable[int]) -> None:
        """Close one part of each of these records."""
        with self._lock:
            for number in numbers:
                left = self._open[number] - 1
                if left:
                    self._open[number] = left
                else:
                    del self._open[number]

    @property
    def next_number(self) -> int:
        """The number that the next record gets."""
        return self._next

    @property
    def settled(self) -> int:
        """The first open record; all before it have ended."""
        with self._lock:
            while self._first < self._next and self._first not in self._open:
                self._first += 1
            return self._first

    @property
    def unsettled(self) -> int:
        """How many records there are from the first open one on."""
        return self.next_number - self.settled


class NoMark(LowWaterMark):
    """Numbers the records of a run that emits no STATE, and keeps nothing of them.

    Reading waits where too many records came after one that is still open; a run that holds its
    first records to the end of the input would wait for ever.
    """

    def open(self, parts: int) -> int:  # noqa: ARG002
        """Take in the next record."""
        self._next += 1
        return self._next - 1

    def close(self, numbers: Iterable[int]) -> None:
        """Nothing waits for any."""

    @property
    def settled(self) -> int:
        """The number that the next record gets: none holds anything back."""
        return self._next
