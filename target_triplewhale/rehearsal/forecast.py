"""How many requests a run takes, and how long they last at the limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.endpoints import Endpoint

MINUTE = 60
HOUR = 60 * MINUTE
REQUESTS = "requests"
"""The limit that every request takes."""


@dataclass(frozen=True)
class Load:
    """What goes to one endpoint."""

    records: int
    requests: int


@dataclass(frozen=True)
class Forecast:
    """What a run has to send, and how long that takes where nothing but the limits holds it."""

    loads: Mapping[str, Load]
    seconds: float
    decides: str
    """The endpoint that the others wait for, empty where there is nothing to send."""
    limit: str
    per_minute: int

    @property
    def requests(self) -> int:
        """All requests together."""
        return sum(load.requests for load in self.loads.values())

    def __str__(self) -> str:
        """Say it in one line."""
        parts = [counted(name, load.records) for name, load in self.loads.items()]
        over = "" if self.limit != REQUESTS else " requests"
        requests = f"{self.requests:,} request{'s' if self.requests > 1 else ''}"
        last = " and ".join(parts[-2:])
        return (
            f"{', '.join([*parts[:-2], last])}: {requests}; about "
            f"{duration(self.seconds)} at the limits; {plural(ENDPOINTS[self.decides])} decide "
            f"({self.per_minute:,}{over} a minute)"
        )

    def document(self) -> dict[str, Any]:
        """Return it as the report has it."""
        loads = {name: vars(load) for name, load in self.loads.items()}
        return {
            "endpoints": loads,
            "requests": self.requests,
            "seconds": round(self.seconds, 1),
            "decides": self.decides,
            "limit": self.limit,
            "per_minute": self.per_minute,
        }


def forecast(counts: Mapping[str, Load], limits: Mapping[str, int]) -> Forecast | None:
    """Return what sending takes: each limit alone, and the slowest decides; None for nothing."""
    loads = {name: counts[name] for name in ENDPOINTS if name in counts and counts[name].requests}
    found = []
    for limit, per_minute in limits.items():
        under = [name for name in loads if limit in ENDPOINTS[name].limits]
        if under:
            seconds = sum(loads[name].requests for name in under) * MINUTE / per_minute
            largest = max(under, key=lambda name: loads[name].requests)
            found.append(Forecast(loads, seconds, largest, limit, per_minute))
    return max(found, key=lambda one: one.seconds, default=None)


def duration(seconds: float) -> str:
    """Return a time as a person says it: `18 min 34 s`."""
    whole = math.ceil(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


def counted(endpoint: str, number: int) -> str:
    """Return a number with what it counts: `1 order`, `18,568 events`."""
    row = ENDPOINTS[endpoint]
    return f"{number:,} {row.noun if number == 1 else plural(row)}"


def plural(endpoint: Endpoint) -> str:
    """Return what many records of an endpoint are called."""
    return f"{endpoint.noun}s"
