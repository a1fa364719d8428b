"""Who may send next: slots and room together, first come first served."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.concurrency import START, Concurrency
from target_triplewhale.delivery.halting import Abandoned, HaltSwitch
from target_triplewhale.delivery.limits import WINDOW_SECONDS, Limiter
from target_triplewhale.delivery.turns import Turns
from tests.delivery.virtual_time import play

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.delivery.virtual_time import Clock

PLAIN = ("requests",)
BOTH = ("requests", "events")


class Going:
    """Turns in virtual time, and what went when."""

    def __init__(self, clock: Clock, requests: int = 9999, events: int = 9999) -> None:
        self.clock = clock
        self.switch = HaltSwitch()
        self.concurrency = Concurrency(128, clock)
        limiter = Limiter({"requests": requests, "events": events}, clock=clock)
        self.turns = Turns(limiter, self.concurrency, self.switch)
        self.went: list[tuple[int, float]] = []
        self.in_flight = 0

    async def one(self, number: int, limits: tuple[str, ...] = PLAIN, seconds: float = 1) -> None:
        """Wait for a turn, use it, and end it."""
        turn = await self.turns.take(limits)
        self.in_flight += 1
        assert self.in_flight <= self.concurrency.limit
        self.went.append((number, self.clock.now))
        await asyncio.sleep(seconds)
        self.in_flight -= 1
        self.turns.end(turn, "p", is_refusal=False)

    async def all(self, kinds: Sequence[tuple[str, ...]], seconds: float = 1) -> None:
        """Let one of each kind wait, in their order."""
        await asyncio.gather(
            *(self.one(number, kind, seconds) for number, kind in enumerate(kinds))
        )


@given(st.lists(st.sampled_from([PLAIN, BOTH]), max_size=40), st.integers(1, 5), st.integers(1, 3))
def test_under_the_same_limits_who_came_first_goes_first(
    kinds: list[tuple[str, ...]], requests: int, events: int
) -> None:
    """A later request never overtakes an earlier one, and each goes in the end."""

    async def work(clock: Clock) -> list[tuple[int, float]]:
        going = Going(clock, requests, events)
        await going.all(kinds)
        return going.went

    went = play(work)
    for kind in (PLAIN, BOTH):
        order = [number for number, _ in went if kinds[number] == kind]
        assert order == [number for number, one in enumerate(kinds) if one == kind]
    for names, size in ((PLAIN + BOTH, requests), (BOTH, events)):
        moments = [at for number, at in went if kinds[number] == names or names != BOTH]
        for first, later in zip(moments, moments[size:], strict=False):
            assert later - first >= WINDOW_SECONDS


def test_a_full_window_of_events_does_not_hold_orders_back() -> None:
    """Who waits for a slot holds no room and stands in nobody's way."""

    async def work(clock: Clock) -> list[tuple[int, float]]:
        going = Going(clock, events=1)
        await going.all([BOTH] * 10 + [PLAIN] * 10)
        return going.went

    went = dict(play(work))
    assert all(went[number] < 10 for number in range(10, 20))
    assert [went[number] for number in range(10)] == [WINDOW_SECONDS * n for n in range(10)]


def test_who_waits_for_a_window_holds_no_room() -> None:
    """Else a few events that wait would leave no room for anything else."""

    async def work(clock: Clock) -> int:
        going = Going(clock, events=0)
        going.turns.hold(("events",), 3600)
        waiting = [asyncio.create_task(going.one(n, BOTH)) for n in range(int(START) * 2)]
        await asyncio.sleep(10)
        await asyncio.gather(*(going.one(n) for n in range(int(START))))
        for task in waiting:
            task.cancel()
        return len([at for _, at in going.went if at == 10])

    assert play(work) == START


def test_who_waits_for_room_takes_no_slot() -> None:
    """A slot is counted from when the request goes, or the server would count more than we do."""

    async def work(clock: Clock) -> list[float]:
        going = Going(clock, requests=5)
        busy = [asyncio.create_task(going.one(number, seconds=30)) for number in range(4)]
        await asyncio.sleep(1)
        await asyncio.gather(*busy, going.one(4), *(going.one(number) for number in range(5, 10)))
        return [at for _, at in going.went]

    assert play(work) == [0.0] * 4 + [30.0] + [61.0] * 4 + [91.0]


def test_nobody_goes_inside_a_retry_after() -> None:
    """Not even who waited before it came."""

    async def work(clock: Clock) -> list[tuple[int, float]]:
        going = Going(clock)
        asyncio.get_running_loop().call_later(0.5, going.turns.hold, PLAIN, 90)
        await going.all([PLAIN] * 9)
        return going.went

    moments = [at for _, at in play(work)]
    assert moments == [0.0] * int(START) + [90.5] * (9 - int(START))


def test_room_that_is_given_back_is_anothers() -> None:
    """A turn without a request leaves no trace in flight."""

    async def work(clock: Clock) -> int:
        going = Going(clock)
        for _ in range(100):
            await going.turns.take(PLAIN)
            going.turns.drop()
        return going.concurrency.limit

    assert play(work) == START


def test_the_end_of_the_run_wakes_all_that_wait_for_a_turn() -> None:
    """For a slot, for room, or for those before them."""

    async def work(clock: Clock) -> tuple[int, float]:
        going = Going(clock, events=1)
        asyncio.get_running_loop().call_later(5, going.switch.trip)
        abandoned = 0

        async def one(number: int, limits: tuple[str, ...]) -> None:
            nonlocal abandoned
            with suppress(Abandoned):
                await going.one(number, limits, seconds=100)
                return
            abandoned += 1
            assert clock.now == 5

        kinds = [BOTH] * 10 + [PLAIN] * 10
        await asyncio.gather(*(one(number, kind) for number, kind in enumerate(kinds)))
        return abandoned, len(going.went)

    assert play(work) == (20 - START, START)


def test_no_set_of_limits_keeps_all_the_room_to_itself() -> None:
    """Events go while there are customers without end, though room is always short."""

    async def work(clock: Clock) -> list[int]:
        going = Going(clock)
        kinds = [PLAIN] * 200 + [BOTH] * 20
        await going.all(kinds)
        return [place for place, (number, _) in enumerate(going.went) if number >= 200]

    assert max(play(work)) < 100
