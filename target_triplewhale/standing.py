"""How far a run has come: what was read, how it ended, at what pace, and what holds it."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from target_triplewhale.delivery.limits import WINDOW_SECONDS, Hold
from target_triplewhale.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from target_triplewhale.delivery.limits import Limiter
    from target_triplewhale.delivery.traffic import Traffic
    from target_triplewhale.journal.journal import Journal
    from target_triplewhale.journal.tally import Count

MINUTE = 60.0


@dataclass(frozen=True)
class Way:
    """The records of one stream on one route."""

    stream: str
    route: str
    endpoint: str
    read: int
    ended: Mapping[str, int]


@dataclass(frozen=True)
class Rate:
    """The requests of the last minute that one limit counts, and how many it allows."""

    limit: str
    sent: int
    allowed: int

    @property
    def share(self) -> float:
        """How near to the limit that is."""
        return self.sent / self.allowed


@dataclass(frozen=True)
class Standing:
    """One look at a run."""

    ways: tuple[Way, ...]
    rates: tuple[Rate, ...]
    holds: tuple[Hold, ...]
    now: float
    share: float | None
    """How much of the input is read; None where nobody knows."""
    seconds_left: float | None
    """None where it is not known."""

    @property
    def read(self) -> int:
        """Records, counted once on each of their routes."""
        return sum(way.read for way in self.ways)

    @property
    def ended(self) -> Counter[str]:
        """How they have ended so far."""
        total = Counter[str]()
        for way in self.ways:
            total.update(way.ended)
        return total

    @property
    def nearest(self) -> Rate:
        """The rate that is nearest to its limit."""
        return max(self.rates, key=lambda rate: rate.share)

    @property
    def full(self) -> Hold | None:
        """The limit that has held the run for longest, since its slots are all taken."""
        full = [hold for hold in self.holds if not hold.is_asked]
        return min(full, key=lambda hold: hold.since, default=None)


class Sample(NamedTuple):
    """What had been done at a moment."""

    at: float
    ended: int
    sent: Mapping[str, int]


class Observer:
    """Looks at a run, and remembers the last minute of its looks."""

    def __init__(
        self,
        journal: Journal,
        traffic: Traffic,
        limiter: Limiter,
        share_read: Callable[[], float | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._traffic = traffic
        self._limiter = limiter
        self._share_read = share_read
        self._clock = clock
        self._samples = deque([Sample(clock(), 0, {})])

    def look(self) -> Standing:
        """Return how far the run has come."""
        now, share = self._clock(), self._share_read()
        ways = tuple(_way(count) for count in self._journal.counts())
        ended = sum(sum(way.ended.values()) for way in ways)
        requests = self._traffic.totals("requests")
        latest = Sample(now, ended, _by_limit(requests))
        former = self._a_minute_before(latest)
        pace = (ended - former.ended) / (now - former.at) if now > former.at else 0.0
        left = _seconds_left(ways, requests, share, pace, self._traffic.limits)
        rates = tuple(
            _rate(limit, allowed, former, latest) for limit, allowed in self._traffic.limits.items()
        )
        return Standing(ways, rates, tuple(self._limiter.holds()), now, share, left)

    def _a_minute_before(self, latest: Sample) -> Sample:
        """Keep a sample; return the latest that is a minute old, or else the oldest."""
        self._samples.append(latest)
        while self._samples[1].at <= latest.at - MINUTE:
            self._samples.popleft()
        return self._samples[0]


def _way(count: Count) -> Way:
    return Way(count.stream, count.route, count.endpoint, count.offered, dict(count.ended))


def _by_limit(requests: Mapping[str, int]) -> Counter[str]:
    """Return how many requests each limit has counted, or will."""
    found = Counter[str]()
    for endpoint, number in requests.items():
        for limit in ENDPOINTS[endpoint].limits:
            found[limit] += number
    return found


def _rate(limit: str, allowed: int, former: Sample, latest: Sample) -> Rate:
    sent = latest.sent.get(limit, 0) - former.sent.get(limit, 0)
    minutes = max(1.0, (latest.at - former.at) / MINUTE)
    return Rate(limit, round(sent / minutes), allowed)


def _seconds_left(
    ways: Iterable[Way],
    requests: Mapping[str, int],
    share: float | None,
    pace: float,
    limits: Mapping[str, int],
) -> float | None:
    """Take the pace of the last minute, or that of a limit where it is slower."""
    if not share or not pace:
        return None
    left, ended = Counter[str](), Counter[str]()
    for way in ways:
        total = sum(way.ended.values())
        ended[way.endpoint] += total
        left[way.endpoint] += round(way.read / share) - total
    to_send = {
        name: round(left[name] * number / max(1, ended[name])) for name, number in requests.items()
    }
    at_limits = (number / limits[name] for name, number in _by_limit(to_send).items())
    return max(left.total() / pace, max(at_limits, default=0.0) * WINDOW_SECONDS)
