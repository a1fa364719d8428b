"""How fast records and requests went, as the limits are measured: within a minute."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.journal.report.moments import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALL = "all endpoints"
_WINDOWS = ((4, 60), (16, 305), (float("inf"), 915))
"""Buckets up to so many seconds are told over so long a time.

A minute cannot be put together from wide ones; the limits' own window is 61 seconds, and these
hold it a whole number of times. A bucket of a run of days is longer, and is told over itself.
"""


@dataclass(frozen=True)
class Pace:
    """What went to one endpoint, or to all of them, in buckets of so many seconds."""

    name: str
    limit: int
    """Requests a minute."""
    width: int
    records: Sequence[int]
    requests: Sequence[int]
    refused: Sequence[int]

    @property
    def window(self) -> str:
        """Name the time that a rate is of."""
        if self._window == MINUTE:
            return "in the last 60 seconds"
        return f"a minute, over the last {self._window // MINUTE} minutes"

    @property
    def peak(self) -> int:
        """Return the most requests that went out within a minute."""
        return round(max(self.rates(self.requests), default=0))

    def rates(self, counts: Sequence[int]) -> list[float]:
        """Return, at the end of each bucket, how many there were within a minute."""
        length = max(1, self._window // self.width)
        so_far = [0, *accumulate(counts)]
        per_minute = 1 if self._window == MINUTE else MINUTE / (length * self.width)
        return [
            (so_far[end] - so_far[max(0, end - length)]) * per_minute
            for end in range(1, len(so_far))
        ]

    @property
    def _window(self) -> int:
        return max(self.width, next(window for most, window in _WINDOWS if self.width <= most))


def paces(timeline: Mapping[str, Any]) -> list[Pace]:
    """Return the pace of each endpoint, before them that of all where there are several."""
    width, limits = timeline["bucket_seconds"], timeline["limits"]
    found = [
        Pace(
            name,
            min(limits[limit] for limit in _limits(name)),
            width,
            one["records"],
            one["requests"],
            one["refused"],
        )
        for name, one in timeline["endpoints"].items()
    ]
    if len(found) < 2:  # noqa: PLR2004  (one is all)
        return found
    return [Pace(ALL, limits["requests"], width, *_sums(found)), *found]


def _limits(endpoint: str) -> tuple[str, ...]:
    return ENDPOINTS[endpoint].limits if endpoint in ENDPOINTS else ("requests",)


def _sums(found: Sequence[Pace]) -> tuple[list[int], list[int], list[int]]:
    return (
        [sum(numbers) for numbers in zip(*(one.records for one in found), strict=True)],
        [sum(numbers) for numbers in zip(*(one.requests for one in found), strict=True)],
        [sum(numbers) for numbers in zip(*(one.refused for one in found), strict=True)],
    )
