"""What is read from the times of requests, on times made by hand."""

from __future__ import annotations

import math

from tests.bench import rates


def evenly(count: int, seconds: float, start: float = 100.0) -> list[float]:
    """Return `count` times over so many seconds."""
    return [start + number * seconds / count for number in range(count)]


def test_the_pace_is_reached_when_one_second_holds_it() -> None:
    """Five seconds at ten a second, then twenty: twenty are together at the end of the sixth."""
    times = evenly(50, 5) + evenly(40, 2, start=105.0)
    assert rates.seconds_to_reach(times, 10) == times[9] - times[0]
    assert math.isclose(rates.seconds_to_reach(times, 20), 5.95)


def test_a_pace_that_is_never_reached_is_told_so() -> None:
    """A run that is too slow must not look like one that is quick."""
    assert rates.seconds_to_reach(evenly(50, 5), 11) == math.inf
    assert rates.seconds_to_reach([], 11) == math.inf


def test_the_most_in_a_minute_is_found_wherever_it_lies() -> None:
    """A burst across the marks of a fixed clock is one all the same."""
    times = [*evenly(10, 60, start=0.0), *evenly(30, 5, start=118.0), *evenly(5, 60, start=180.0)]
    assert rates.most_within(times, 60) == 30
    assert rates.most_within([0.0, 59.9, 60.0], 60) == 2
    assert rates.most_within([], 60) == 0


def test_a_burst_and_a_steady_flow_at_one_pace_are_told_the_same() -> None:
    """1,000 every 61 seconds are 98.4% of the pace, however they are spread."""
    bursts = [61.0 * (number // 1000) for number in range(5100)]
    steady = [0.061 * number for number in range(5100)]
    assert math.isclose(rates.per_minute(bursts, 1000), 60_000 / 61)
    assert math.isclose(rates.per_minute(steady, 1000), 60_000 / 61)


def test_what_is_left_after_the_last_whole_quota_changes_nothing() -> None:
    """A finite run always ends with room: its tail may neither flatter nor punish."""
    times = [61.0 * (number // 1000) for number in range(3001)]
    told = rates.per_minute(times, 1000)
    assert rates.per_minute([*times, 183.0, 183.0], 1000) == told
    assert rates.per_minute([*times, 240.0], 1000) == told


def test_less_than_a_quota_is_told_over_what_there_is() -> None:
    """A run that was stopped for being slow still has a pace."""
    assert math.isclose(rates.per_minute([0.0, 1.0, 2.0, 3.0], 1000), 60)
    assert rates.per_minute([1.0], 1000) == 0
    assert rates.per_minute([], 1000) == 0
