"""Waits that end when the run does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.delivery.halting import Abandoned, HaltSwitch
from tests.delivery.virtual_time import play

if TYPE_CHECKING:
    from tests.delivery.virtual_time import Clock


def test_a_wait_lasts_as_long_as_it_should() -> None:
    """Where nothing ends the run."""

    async def wait(clock: Clock) -> float:
        await HaltSwitch().sleep(3600)
        return clock.now

    assert play(wait) == 3600


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_wait_is_no_wait(seconds: float) -> None:
    """A slot that is free needs no turn of the loop."""

    async def wait(clock: Clock) -> float:
        await HaltSwitch().sleep(seconds)
        return clock.now

    assert play(wait) == 0


@pytest.mark.parametrize("seconds", [0, 3600])
def test_no_wait_begins_once_the_run_ends(seconds: float) -> None:
    """Not even one of nothing: what follows it would be an attempt."""

    async def wait(_: Clock) -> None:
        switch = HaltSwitch()
        switch.trip()
        assert switch.is_tripped
        await switch.sleep(seconds)

    with pytest.raises(Abandoned):
        play(wait)


def test_a_tripped_switch_wakes_all_that_wait() -> None:
    """An hour of Retry-After ends with the run, and so does the wait for room."""

    async def wait(clock: Clock) -> tuple[list[object], float]:
        switch = HaltSwitch()
        asyncio.get_running_loop().call_later(5, switch.trip)
        never: asyncio.Event = asyncio.Event()

        async def forever() -> None:
            await never.wait()

        waits = [switch.sleep(3600), switch.sleep(7200), switch.unless_tripped(forever())]
        return await asyncio.gather(*waits, return_exceptions=True), clock.now

    found, at = play(wait)
    assert [type(one) for one in found] == [Abandoned] * 3
    assert at == 5


def test_waiting_for_something_ends_with_it() -> None:
    """And what was waited for is not left behind as a task."""

    async def wait(clock: Clock) -> tuple[float, int]:
        switch = HaltSwitch()
        await switch.unless_tripped(asyncio.sleep(7))
        await asyncio.sleep(0)
        return clock.now, len(asyncio.all_tasks())

    assert play(wait) == (7, 1)


def test_what_was_waited_for_is_given_up_with_the_run() -> None:
    """It would take room that nobody uses."""

    async def wait(_: Clock) -> int:
        switch = HaltSwitch()
        asyncio.get_running_loop().call_later(5, switch.trip)
        with pytest.raises(Abandoned):
            await switch.unless_tripped(asyncio.sleep(3600))
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert play(wait) == 1
