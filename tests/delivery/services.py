"""Services of all kinds, simulated: how long each answer takes, and whether it is a refusal."""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_triplewhale.delivery.concurrency import Concurrency
from tests.delivery.virtual_time import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_triplewhale.delivery.concurrency import Turn

    Service = Callable[["Sent"], "Reply"]

QUICK_NO = 0.02
"""Seconds that a refusal takes."""


@dataclass(frozen=True)
class Sent:
    """A request as the service sees it."""

    at: float
    in_flight: int
    path: str
    dice: random.Random


@dataclass(frozen=True)
class Reply:
    """How long the answer takes, and what it is."""

    seconds: float
    is_refusal: bool = False


def steady(seconds: float) -> Service:
    return lambda _: Reply(seconds)


def uniform(least: float, most: float) -> Service:
    return lambda sent: Reply(sent.dice.uniform(least, most))


def exponential(mean: float) -> Service:
    return lambda sent: Reply(sent.dice.expovariate(1 / mean))


def knee(at: int, seconds: float) -> Service:
    """Above `at` requests in flight each answer takes longer, in proportion."""
    return lambda sent: Reply(seconds * max(1.0, sent.in_flight / at))


def workers(count: int, seconds: float) -> Service:
    """Serve in order: whoever finds all workers busy waits for the next that is free."""
    free = [0.0] * count

    def serve(sent: Sent) -> Reply:
        begin = max(sent.at, heapq.heappop(free))
        end = begin + seconds * sent.dice.uniform(0.7, 1.3)
        heapq.heappush(free, end)
        return Reply(end - sent.at)

    return serve


def refusing_above_a_rate(per_second: int, seconds: float) -> Service:
    taken: deque[float] = deque()

    def serve(sent: Sent) -> Reply:
        while taken and taken[0] <= sent.at - 1:
            taken.popleft()
        if len(taken) >= per_second:
            return Reply(QUICK_NO, is_refusal=True)
        taken.append(sent.at)
        return Reply(seconds)

    return serve


def refusing_above(in_flight: int, seconds: float) -> Service:
    no = Reply(QUICK_NO, is_refusal=True)
    return lambda sent: no if sent.in_flight > in_flight else Reply(seconds)


def slower_from(moment: float, before: float, after: float) -> Service:
    return lambda sent: Reply(before if sent.at < moment else after)


def down(begin: float, end: float, seconds: float, answering_in: float) -> Service:
    no = Reply(answering_in, is_refusal=True)
    return lambda sent: no if begin <= sent.at < end else Reply(seconds)


def by_path(**seconds: float) -> Service:
    return lambda sent: Reply(seconds[sent.path])


@dataclass
class Course:
    """What happened: each answer's moment, whether it was a refusal, and the limit after it."""

    answers: list[tuple[float, bool, int]] = field(default_factory=list)
    most_in_flight: int = 0

    def throughput(self, begin: float, end: float) -> float:
        """Return successes a second."""
        within = [no for at, no, _ in self.answers if begin <= at < end]
        return within.count(False) / (end - begin)

    def limits(self, begin: float = 0, end: float = float("inf")) -> list[int]:
        """Return the limit after each answer."""
        return [limit for at, _, limit in self.answers if begin <= at < end]


def course(
    service: Service,
    seconds: float,
    *,
    most: int = 128,
    seed: int = 1,
    paths: tuple[str, ...] = ("p",),
) -> Course:
    """Send whenever there is room, until so many seconds have passed."""
    clock, dice, found = Clock(), random.Random(seed), Course()  # noqa: S311
    concurrency = Concurrency(most, clock)
    coming = _paths(paths)
    under_way: list[tuple[float, int, Turn, str, bool]] = []
    number = 0
    while clock.now < seconds:
        while concurrency.has_room:
            number, path = number + 1, next(coming)
            turn = concurrency.start()
            reply = service(Sent(clock.now, len(under_way) + 1, path, dice))
            answered = clock.now + reply.seconds
            heapq.heappush(under_way, (answered, number, turn, path, reply.is_refusal))
        found.most_in_flight = max(found.most_in_flight, len(under_way))
        clock.now, _, turn, path, is_refusal = heapq.heappop(under_way)
        concurrency.end(turn, path, is_refusal=is_refusal)
        found.answers.append((clock.now, is_refusal, concurrency.limit))
    return found


def _paths(paths: tuple[str, ...]) -> Iterator[str]:
    while True:
        yield from paths
