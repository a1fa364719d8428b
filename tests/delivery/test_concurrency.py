"""The rule for requests in flight, proven against simulated services in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.delivery.concurrency import START, Concurrency
from tests.delivery.services import (
    Reply,
    by_path,
    course,
    down,
    exponential,
    knee,
    refusing_above,
    refusing_above_a_rate,
    slower_from,
    steady,
    uniform,
    workers,
)
from tests.delivery.virtual_time import Clock, play

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.delivery.services import Service

PACE = 25_000 / 60
"""The documented requests a second."""

SERVICES: dict[str, Callable[[], Service]] = {
    "constant": lambda: steady(0.15),
    "jittery": lambda: uniform(0.05, 0.5),
    "exponential": lambda: exponential(0.15),
    "slow": lambda: steady(5),
    "knee": lambda: knee(20, 0.15),
    "workers": lambda: workers(20, 0.15),
    "rate": lambda: refusing_above_a_rate(50, 0.15),
    "refuses all": lambda: refusing_above(0, 0.15),
    "down": lambda: down(2, 5, 0.15, 0.01),
}


@pytest.mark.parametrize("most", [1, 3, 128])
@pytest.mark.parametrize("name", SERVICES)
def test_never_more_than_the_most_and_never_none(name: str, most: int) -> None:
    """The setting is a promise, and a limit of 0 would never learn that things are better."""
    found = course(SERVICES[name](), 8, most=most)
    assert min(found.limits()) >= 1
    assert max(found.limits()) <= most
    assert found.most_in_flight <= most


def test_a_run_begins_low() -> None:
    """A service is not met with all that may be in flight at once."""
    assert Concurrency(128, Clock()).limit == START
    assert Concurrency(2, Clock()).limit == 2


def test_the_pace_is_reached_within_five_seconds() -> None:
    """417 requests a second at 150 ms are 63 in flight, found from a low start."""
    found = course(steady(0.15), 6)
    assert found.throughput(4, 5) >= PACE


def test_the_most_is_reached_where_nothing_speaks_against_it() -> None:
    """Answers that stay quick are no reason to hold back, however slow they are."""
    assert course(steady(0.15), 5).limits()[-1] == 128
    assert course(steady(5), 60).limits()[-1] == 128


def test_it_grows_by_doubling_at_first() -> None:
    """Adding one a round would take a minute at 1 s an answer."""
    limits = course(steady(1), 8).limits()
    assert list(dict.fromkeys(limits)) == [8, 16, 32, 64, 128]


def test_it_grows_by_one_a_round_after_a_refusal() -> None:
    """What was too much once is approached with care."""
    found = course(down(2, 2.5, 0.1, 0.1), 6).limits(3, 4)
    steps = [later - first for first, later in pairwise(found)]
    assert set(steps) == {0, 1}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("service", "mean"),
    [(uniform(0.05, 0.5), 0.275), (exponential(0.15), 0.15), (exponential(1), 1)],
    ids=["uniform", "exponential-150ms", "exponential-1s"],
)
def test_jitter_does_not_make_it_collapse(service: Service, mean: float, seed: int) -> None:
    """Slow answers that come by chance say nothing about the load."""
    seconds = 250 * mean
    found = course(service, 2 * seconds, seed=seed)
    assert found.throughput(seconds, 2 * seconds) >= 0.8 * 128 / mean


@pytest.mark.parametrize("at", [4, 10, 20, 40])
@pytest.mark.parametrize("make", [knee, workers])
def test_it_settles_near_the_knee(make: Callable[[int, float], Service], at: int) -> None:
    """More in flight than a service can work on only makes everyone wait."""
    found = course(make(at, 0.15), 80)
    assert found.throughput(40, 80) >= 0.9 * at / 0.15
    settled = found.limits(40)
    assert at <= sum(settled) / len(settled) <= max(3 * at, 4.5 * START)


@pytest.mark.parametrize("per_second", [50, 200])
def test_a_service_that_refuses_above_a_rate_is_used(per_second: int) -> None:
    """Half at each refusal, and up again: most of the rate is used."""
    found = course(refusing_above_a_rate(per_second, 0.15), 60)
    assert found.throughput(10, 60) >= 0.6 * per_second
    refused = sum(is_refusal for _, is_refusal, _ in found.answers)
    assert refused <= 0.2 * len(found.answers)


@pytest.mark.parametrize("in_flight", [3, 10, 30, 60])
def test_a_service_that_refuses_above_a_concurrency_is_used(in_flight: int) -> None:
    """It swings below the edge, near enough to use most of it."""
    found = course(refusing_above(in_flight, 0.15), 60)
    assert found.throughput(10, 60) >= 0.6 * in_flight / 0.15


def test_a_service_that_becomes_slower_for_good_is_used_again() -> None:
    """It is not our load that makes it slow, so less of it does not help."""
    found = course(slower_from(20, 0.15, 0.45), 50)
    assert found.throughput(10, 20) >= 0.95 * 128 / 0.15
    assert found.throughput(30, 50) >= 0.95 * 128 / 0.45


@pytest.mark.parametrize("answering_in", [0.01, 5])
def test_a_service_that_was_down_is_used_again(answering_in: float) -> None:
    """Whether it refused at once or let everyone wait."""
    found = course(down(10, 20, 0.15, answering_in), 40)
    assert min(found.limits(10, 21)) <= 64
    assert found.throughput(35, 40) >= PACE


def test_one_moment_of_refusals_halves_once() -> None:
    """All that was in flight tells of the same moment."""
    found = course(down(2, 2.0001, 0.1, 0.1), 3)
    assert min(found.limits(2)) >= 64


def test_paths_of_different_speed_are_no_slowness() -> None:
    """A bulk request takes longer than a single one, whatever the load."""
    found = course(by_path(bulk=2, single=0.1), 30, paths=("bulk", *["single"] * 9))
    assert min(found.limits(5)) == 128


def test_slowness_alone_stays_above_the_start() -> None:
    """An answer that takes long is still an answer."""
    times = {"now": 0.001}

    def ever_slower(_: object) -> Reply:
        times["now"] *= 1.01
        return Reply(times["now"])

    assert min(course(ever_slower, 60).limits()) >= START
    assert min(course(slower_from(2, 0.1, 1), 60, most=int(START)).limits()) == START


def test_a_limit_that_was_not_reached_does_not_grow() -> None:
    """A slow tap shows nothing about what the service bears."""
    clock = Clock()
    concurrency = Concurrency(128, clock)
    for _ in range(100):
        turn = concurrency.start()
        clock.now += 0.1
        concurrency.end(turn, "p", is_refusal=False)
    assert concurrency.limit == START


def test_a_request_that_was_given_up_makes_room_and_teaches_nothing() -> None:
    """It ended because the run does, not because of the service."""
    concurrency = Concurrency(1, Clock())
    found = [concurrency.has_room]
    concurrency.start()
    found.append(concurrency.has_room)
    concurrency.drop()
    assert [*found, concurrency.has_room] == [True, False, True]
    assert concurrency.limit == 1


def test_who_waits_for_room_wakes_when_there_is_some() -> None:
    """A request that ends wakes who waits; one that finds no room goes on waiting."""

    async def wait(clock: Clock) -> float:
        concurrency = Concurrency(1, clock)
        turn = concurrency.start()
        asyncio.get_running_loop().call_later(
            7, lambda: concurrency.end(turn, "p", is_refusal=False)
        )
        await concurrency.room()
        return clock.now

    assert play(wait) == 7
