"""The limiter, proven with a clock that the tests turn themselves."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.limits import WINDOW_SECONDS, Limiter


class Clock:
    """A clock whose sleepers move it on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.now += seconds


def limiter(clock: Clock, **per_minute: int) -> Limiter:
    return Limiter(per_minute, clock=clock, sleep=clock.sleep)


def taken(limits: Limiter, clock: Clock, names: tuple[str, ...], times: int) -> list[float]:
    async def take_all() -> list[float]:
        moments = []
        for _ in range(times):
            await limits.take(names)
            moments.append(clock.now)
        return moments

    return asyncio.run(take_all())


@given(size=st.integers(1, 20), times=st.integers(1, 100))
def test_no_window_ever_holds_more_than_its_size(size: int, times: int) -> None:
    """The limit is a promise to the API, over any stretch of a minute."""
    clock = Clock()
    moments = taken(limiter(clock, requests=size), clock, ("requests",), times)
    for first, later in zip(moments, moments[size:], strict=False):
        assert later - first >= WINDOW_SECONDS


@given(size=st.integers(1, 10), delays=st.lists(st.floats(0, 1), min_size=30, max_size=60))
def test_no_minute_of_the_server_holds_more_than_its_size(size: int, delays: list[float]) -> None:
    """Requests take up to a second on their way, each another time, and the server counts 60 s."""
    clock = Clock()
    moments = taken(limiter(clock, requests=size), clock, ("requests",), len(delays))
    arrivals = sorted(sent + delay for sent, delay in zip(moments, delays, strict=True))
    for first, later in zip(arrivals, arrivals[size:], strict=False):
        assert later - first > 60 - 1e-6


def test_a_window_is_used_to_the_full_at_once() -> None:
    """Slots that are free are not held back."""
    clock = Clock()
    moments = taken(limiter(clock, requests=5), clock, ("requests",), 5)
    assert moments == [1000.0] * 5


def test_a_full_window_of_events_takes_no_slot_of_the_requests() -> None:
    """Both slots are taken together or not at all, or waiting events would starve orders."""
    clock = Clock()
    limits = limiter(clock, requests=3, events=1)

    async def both() -> list[str]:
        order: list[str] = []
        await limits.take(("requests", "events"))

        async def event() -> None:
            await limits.take(("requests", "events"))
            order.append("event")

        async def plain() -> None:
            await limits.take(("requests",))
            order.append("order")

        clock_sleep = asyncio.Event()

        async def slow_sleep(seconds: float) -> None:
            await clock_sleep.wait()
            clock.now += seconds

        limits._sleep = slow_sleep  # noqa: SLF001
        waiting = asyncio.create_task(event())
        await asyncio.sleep(0)
        await plain()
        await plain()
        clock_sleep.set()
        await waiting
        return order

    assert asyncio.run(both()) == ["order", "order", "event"]


def test_nobody_passes_while_a_retry_after_lasts() -> None:
    """A request inside a Retry-After would be answered with a longer one."""
    clock = Clock()
    limits = limiter(clock, requests=100)
    limits.hold(("requests",), 30)
    assert taken(limits, clock, ("requests",), 2) == [1030.0, 1030.0]


def test_waiters_are_served_in_their_order() -> None:
    """A later request never overtakes an earlier one."""
    clock = Clock()
    limits = limiter(clock, requests=1)
    served: list[int] = []

    async def one(number: int) -> None:
        await limits.take(("requests",))
        served.append(number)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(number) for number in range(10)))

    asyncio.run(all_of_them())
    assert served == list(range(10))
