"""How many requests may be in flight: more while answers stay quick, fewer when they do not.

The rule, which is that of TCP, in rounds of about the time that one answer takes:

- The limit begins low. It doubles each round until something speaks against that; from then on
  it grows by one a round. A round in which it was not reached tells nothing, and changes nothing.
- An answer that says "too much" (429, a 5xx, none in time, a cut connection) halves it: once for
  all the requests that were in flight then, since they tell of the same moment.
- Answers that of late take more than twice as long as at their quickest take a tenth off a round.
  Where half the limit does not make them quicker, they are not slow because of us: what they
  take is then the new measure, and the limit doubles again. Slowness alone never takes the limit
  below where it began.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

START = 4.0
AFTER_REFUSAL = 0.5
AFTER_SLOWNESS = 0.9
SLOW = 2.0
"""Answers are slow that take so many times as long as the quickest."""
RELIEF = 0.8
"""Half the limit helps where answers take no more than this share of what they took."""
SAMPLES = 32
"""About so many answers make up what "of late" means."""
FEW = 8
"""So many answers are a first measure; more would be taken at limits that are too high already."""


class AnswerTime:
    """How long the answers of one path take: of late, and at their quickest."""

    def __init__(self) -> None:
        self._answers = 0
        self.recent = 0.0
        self.quickest = float("inf")

    def add(self, seconds: float) -> None:
        """Take in an answer."""
        self._answers += 1
        self.recent += (seconds - self.recent) / min(self._answers, SAMPLES)
        if self._answers >= FEW:
            self.quickest = min(self.quickest, self.recent)

    @property
    def is_slow(self) -> bool:
        """Whether answers take much longer than they did at their quickest."""
        return self.recent > SLOW * self.quickest


@dataclass(slots=True)
class Turn:
    """A request in flight, and since when."""

    sent: float


class Concurrency:
    """The limit, what is in flight, and what the answers tell; it lives in one event loop."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._limit = min(START, most)
        self._in_flight = 0
        self._is_doubling = True
        self._was_reached = False
        self._round_began = self._halved_at = clock()
        self._times: dict[str, AnswerTime] = {}
        self._before_cuts: tuple[float, float] | None = None
        self._left = asyncio.Event()

    @property
    def limit(self) -> int:
        """How many requests may be in flight now."""
        return int(self._limit)

    @property
    def has_room(self) -> bool:
        """Whether one more request may go out."""
        return self._in_flight < self.limit

    async def room(self) -> None:
        """Wait until one more request may go out."""
        while not self.has_room:
            self._left.clear()
            await self._left.wait()

    def start(self) -> Turn:
        """Count a request that goes out now."""
        self._in_flight += 1
        self._was_reached |= not self.has_room
        return Turn(self._clock())

    def drop(self) -> None:
        """Count a request out that got no answer because we gave it up."""
        self._in_flight -= 1
        self._left.set()

    def end(self, turn: Turn, path: str, *, is_refusal: bool) -> None:
        """Count a request out, and learn from its answer; only answers of one path compare."""
        now = self._clock()
        if is_refusal:
            self._refused(turn, now)
        else:
            self._answered(turn, path, now)
        self.drop()

    def _refused(self, turn: Turn, now: float) -> None:
        if turn.sent >= self._halved_at:
            self._limit = max(1.0, self._limit * AFTER_REFUSAL)
            self._halved_at = now
            self._begin_round(now)
            self._is_doubling = False

    def _answered(self, turn: Turn, path: str, now: float) -> None:
        times = self._times.setdefault(path, AnswerTime())
        times.add(now - turn.sent)
        if turn.sent < self._round_began:
            return
        if times.is_slow:
            self._cut(times)
        else:
            self._before_cuts = None
            self._grow()
        self._begin_round(now)

    def _begin_round(self, now: float) -> None:
        self._round_began = now
        self._was_reached = False

    def _grow(self) -> None:
        if self._was_reached:
            more = self._limit if self._is_doubling else 1.0
            self._limit = min(self._limit + more, float(self._most))

    def _cut(self, times: AnswerTime) -> None:
        """Take a tenth off; find out on the way whether that makes answers quicker."""
        self._is_doubling = False
        limit, slowest = self._before_cuts or (self._limit, 0.0)
        # The mean lags behind: what answers take at the old limit shows only after a first cut.
        slowest = max(slowest, times.recent)
        self._before_cuts = limit, slowest
        lowest = min(START, float(self._most))
        self._limit = max(min(lowest, self._limit), self._limit * AFTER_SLOWNESS)
        if self._limit > max(lowest, limit / 2):
            return
        if times.recent > RELIEF * slowest:
            times.quickest = times.recent
            self._is_doubling = True
        self._before_cuts = None
