"""The rule of feedback concurrency, round by round, where a mutant lived."""

from __future__ import annotations

import asyncio
import math

from target_triplewhale.delivery.concurrency import FEW, SAMPLES, AnswerTime, Concurrency, Turn
from tests.delivery.virtual_time import Clock, play


class Rounds:
    """Requests that all take the same time, round after round."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.concurrency = Concurrency(128, self.clock)
        self.limits: list[int] = []

    def go(self, seconds: float, times: int, most: float = math.inf) -> None:
        """Send what there is room for, so many times; each answer takes so long."""
        for _ in range(times):
            sent: list[Turn] = []
            while self.concurrency.has_room and len(sent) < most:
                sent.append(self.concurrency.start())
            self.clock.now += seconds
            for turn in sent:
                self.concurrency.end(turn, "p", is_refusal=False)
            self.limits.append(self.concurrency.limit)


def test_a_few_answers_make_a_mean_and_more_a_moving_one() -> None:
    """What the first answers take is no measure yet."""
    times = AnswerTime()
    times.add(1)
    times.add(3)
    assert times.recent == 2
    for _ in range(FEW - 3):
        times.add(2)
    assert times.quickest == math.inf
    times.add(2)
    assert times.quickest == 2
    for _ in range(SAMPLES):
        times.add(2)
    times.add(2 + SAMPLES)
    assert times.recent == 3


def test_more_than_twice_as_long_is_slow() -> None:
    """As the module says."""
    times = AnswerTime()
    times.quickest, times.recent = 1.0, 2.0
    assert not times.is_slow
    times.recent = 2.1
    assert times.is_slow


def test_the_first_request_may_be_refused_too() -> None:
    """It was sent at the moment at which the clock was first looked at."""
    clock = Clock()
    concurrency = Concurrency(128, clock)
    turn = concurrency.start()
    clock.now += 1
    concurrency.end(turn, "p", is_refusal=True)
    assert concurrency.limit == 2


def test_answers_from_before_a_refusal_do_not_undo_it() -> None:
    """They tell of the limit that was too much."""
    clock = Clock()
    concurrency = Concurrency(128, clock)
    turns = [concurrency.start() for _ in range(4)]
    clock.now += 1
    for number, turn in enumerate(turns):
        concurrency.end(turn, "p", is_refusal=number == 0)
    assert concurrency.limit == 2


def test_a_limit_that_is_no_longer_reached_grows_no_more() -> None:
    """That it was reached some rounds ago shows nothing about now."""
    rounds = Rounds()
    rounds.go(1, 2)
    rounds.go(1, 1, most=1)
    before = rounds.concurrency.limit
    rounds.go(1, 5, most=1)
    assert rounds.concurrency.limit == before < 128


def test_each_slow_spell_is_judged_by_itself() -> None:
    """Half of the limit at its own beginning tells whether the load is to blame."""
    rounds = Rounds()
    rounds.go(1, 6)
    rounds.go(3, 2)
    rounds.go(1, 2)
    rounds.limits.clear()
    rounds.go(2.2, 40)
    assert min(rounds.limits) > 40
    assert rounds.limits[-1] == 128


def test_relief_at_half_the_limit_begins_a_new_look() -> None:
    """Less load has helped; if still less does not help further, the load is not to blame."""
    rounds = Rounds()
    rounds.go(1, 6)
    rounds.go(3, 4)
    rounds.limits.clear()
    rounds.go(2.2, 60)
    assert min(rounds.limits) > 20
    assert rounds.limits[-1] == 128


def test_who_waits_for_room_that_was_taken_again_waits_anew() -> None:
    """News of room that is gone is no news."""

    async def work(clock: Clock) -> bool:
        concurrency = Concurrency(1, clock)
        concurrency.start()
        concurrency.drop()
        concurrency.start()
        waiting = asyncio.create_task(concurrency.room())
        await asyncio.sleep(1)
        found_none = not waiting.done()
        concurrency.drop()
        await waiting
        return found_none

    assert play(work)
