"""Retry-After as the imitation announces it, and the requests that came inside it all the same.

A request is inside when its first byte arrives before the announced moment and its sender could
know of it. What the answer was for may not come again at all: its sender has read the answer.
Anything else may for a while: it may have been on the wire, or its connection in the making, or
the answer unread. How long that takes depends on how busy the machine is, so it is measured in
processor time of the run as well: `GRACE_CPU` for taking in what has been answered at once, by a
process that does other work beside it, and `GRACE` for the wire. A sender that does not wait at
all is caught by what it repeats, one that holds back too little by what it goes on to send.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING

from tests.conservation.faults import LONG_SECONDS, OWN_CLOCK_AHEAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.conservation.faults import Wait

GRACE = 0.05
GRACE_CPU = 0.1


def limits_of(endpoint: str) -> frozenset[str]:
    """Return the limits that a request to an endpoint counts against."""
    return frozenset({"requests", "events"} if endpoint == "events" else {"requests"})


@dataclass(frozen=True)
class Hold:
    """One Retry-After: from when to when, for which limits, and what was answered with it."""

    since: float
    since_cpu: float
    until: float
    limits: frozenset[str]
    answered: frozenset[str]


@dataclass
class Holds:
    """All that was announced in a run, and what came inside; `cpu` is the run's own clock."""

    announced: list[Hold] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    """What came all the same, told in sentences."""
    cpu: Callable[[], float] = time.monotonic

    def headers(self, wait: Wait, endpoint: str, marks: Iterable[str]) -> Mapping[str, str]:
        """Announce a wait from now on, and return the headers that say so."""
        if not wait:
            return {}
        seconds, headers = _announcement(wait)
        if seconds > 0:
            now, answered = time.monotonic(), frozenset(marks)
            self.announced.append(
                Hold(now, self.cpu(), now + seconds, limits_of(endpoint), answered)
            )
        return headers

    def look(self, number: int, arrived: float, endpoint: str, marks: Iterable[str]) -> None:
        """Note a request that came inside an announced wait."""
        sent = set(marks)
        for hold in self.announced:
            if not (limits_of(endpoint) & hold.limits and hold.since < arrived < hold.until):
                continue
            late, late_cpu = arrived - hold.since, self.cpu() - hold.since_cpu
            is_repeat = bool(sent & hold.answered)
            if is_repeat or (late > GRACE and late_cpu > GRACE_CPU):
                self.inside.append(
                    f"request {number} to {endpoint or 'the key check'} came inside a Retry-After,"
                    f" {late:.3f} s after it ({late_cpu:.3f} s of processor)"
                    + ", and it is the one that was answered so"
                    * is_repeat
                )


def _announcement(wait: Wait) -> tuple[float, Mapping[str, str]]:
    """Return how long a sender has to wait, and the headers that tell it."""
    now = time.time()
    if wait == "long":
        return LONG_SECONDS, {"Retry-After": str(LONG_SECONDS)}
    if wait == "junk":
        return 0.0, {"Retry-After": "in a while"}
    if wait in ("date", "skewed"):
        base = now + (OWN_CLOCK_AHEAD if wait == "skewed" else 0)
        date = {"Date": formatdate(base, usegmt=True)}
        return 1.0, {"Retry-After": formatdate(base + 1, usegmt=True), **date}
    if wait == "dateless":
        until = int(now) + 1
        return until - now, {"Retry-After": formatdate(until, usegmt=True)}
    return float(wait), {"Retry-After": wait}
