"""What was sent when, per endpoint: for the report's chart, and for who watches the run."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

Kind = Literal["requests", "records", "refused"]
KINDS: tuple[Kind, ...] = ("requests", "records", "refused")
MOST_BUCKETS = 600
"""A run of any length is told in so many stretches of time at the most."""


class Traffic:
    """Counts in buckets of a second, which double in width when there would be too many.

    A request is counted when it goes out, its records when the API has accepted them; it is
    refused where the answer may mean that the server has too much to do, or where none came.
    Delivery's thread writes, and the one that reads looks.
    """

    def __init__(
        self,
        limits: Mapping[str, int],
        started: datetime,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = dict(limits)
        """Requests a minute, by the name of the limit that counts them."""
        self._started = started
        self._clock = clock
        self._began = clock()
        self._width = 1
        self._endpoints: dict[str, dict[Kind, Counter[int]]] = {}
        self._lock = threading.Lock()

    def count(self, endpoint: str, kind: Kind, number: int = 1) -> None:
        """Count what has happened now."""
        with self._lock:
            bucket = self._bucket()
            found = self._endpoints.setdefault(endpoint, {kind: Counter() for kind in KINDS})
            found[kind][bucket] += number

    def totals(self, kind: Kind) -> dict[str, int]:
        """Return how many there were so far, by endpoint."""
        with self._lock:
            return {name: found[kind].total() for name, found in self._endpoints.items()}

    def document(self) -> dict[str, Any]:
        """Return the run's report of it; all lists are of one length."""
        with self._lock:
            used = [
                bucket
                for found in self._endpoints.values()
                for counter in found.values()
                for bucket in counter
            ]
            buckets = range(max(used, default=-1) + 1)
            return {
                "started": self._started.isoformat(timespec="seconds"),
                "bucket_seconds": self._width,
                "endpoints": {
                    name: {kind: [found[kind][bucket] for bucket in buckets] for kind in KINDS}
                    for name, found in self._endpoints.items()
                },
                "limits": self.limits,
            }

    def _bucket(self) -> int:
        bucket = int((self._clock() - self._began) // self._width)
        while bucket >= MOST_BUCKETS:
            self._widen()
            bucket //= 2
        return bucket

    def _widen(self) -> None:
        """Let each two buckets become one."""
        self._width *= 2
        for found in self._endpoints.values():
            for kind, counter in found.items():
                wider = Counter[int]()
                for bucket, number in counter.items():
                    wider[bucket // 2] += number
                found[kind] = wider
