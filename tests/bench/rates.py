"""What the times of requests say of a pace; times are seconds, in order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUTE = 60.0


def seconds_to_reach(times: Sequence[float], per_second: float) -> float:
    """Return the seconds from the first request until one second has held so many."""
    need = math.ceil(per_second)
    for first, last in zip(times, times[need - 1 :], strict=False):
        if last - first < 1:
            return last - times[0]
    return math.inf


def most_within(times: Sequence[float], seconds: float) -> int:
    """Return the highest number of requests in any stretch of that length."""
    most = start = 0
    for position, time in enumerate(times):
        while time - times[start] >= seconds:
            start += 1
        most = max(most, position - start + 1)
    return most


def per_minute(times: Sequence[float], quota: int) -> float:
    """Return the requests a minute, over whole quotas.

    From the first request to the one after the last whole quota: a sender that uses its quota at
    once and one that spreads it are told the same, and what is left at the end tells nothing.
    Where not one quota was used up, over everything there is.
    """
    used = (len(times) - 1) // quota * quota or len(times) - 1
    return MINUTE * used / (times[used] - times[0]) if used > 0 else 0.0
