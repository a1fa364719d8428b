"""Edges of the delivery that a mutant found where no other test looked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from target_triplewhale.delivery.client import Answer
from target_triplewhale.delivery.concurrency import Concurrency, Turn
from target_triplewhale.delivery.halting import Abandoned, HaltSwitch
from target_triplewhale.delivery.limits import WINDOW_SECONDS, Limiter, Window
from target_triplewhale.delivery.outbox import FLUSH_SECONDS, Outbox
from target_triplewhale.delivery.retries import retry_after_seconds
from target_triplewhale.delivery.turns import Turns
from target_triplewhale.delivery.verdicts import Accepted, Asked, Mixed, Refused, verdict
from target_triplewhale.endpoints import ENDPOINTS
from tests.delivery.parcels import parcel
from tests.delivery.virtual_time import Clock, play

PLAIN = ("requests",)
BOTH = ("requests", "events")


class Crowd:
    """Turns of which none is left, and who gets one after that."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.concurrency = Concurrency(8, clock)
        limiter = Limiter({"requests": 99, "events": 99}, clock=clock)
        self.turns = Turns(limiter, self.concurrency, HaltSwitch())
        self.went: list[tuple[str, float]] = []
        self.in_flight: list[Turn] = []
        while self.concurrency.has_room:
            self.in_flight.append(self.concurrency.start())

    async def take(self, name: str, limits: tuple[str, ...]) -> None:
        """Take a turn as soon as there is one."""
        self.in_flight.append(await self.turns.take(limits))
        assert len(self.in_flight) <= self.concurrency.limit
        self.went.append((name, self.clock.now))

    def end(self, *, is_refusal: bool = False) -> None:
        """Let a request have its answer."""
        self.turns.end(self.in_flight.pop(), "p", is_refusal=is_refusal)

    def give_up(self) -> None:
        """Make room, and learn nothing."""
        self.in_flight.pop()
        self.turns.drop()


def test_who_came_first_goes_first_under_other_limits_too() -> None:
    """Room that has just been left is for who waits for it, not for who comes by."""

    async def work(clock: Clock) -> list[str]:
        crowd = Crowd(clock)
        async with asyncio.TaskGroup() as waiting:
            waiting.create_task(crowd.take("event", BOTH))
            await asyncio.sleep(1)
            crowd.end()
            waiting.create_task(crowd.take("order", PLAIN))
            await asyncio.sleep(1)
            crowd.end()
        return [name for name, _ in crowd.went]

    assert play(work) == ["event", "order"]


def test_who_has_waited_for_room_still_waits_for_a_slot() -> None:
    """A Retry-After may have come in between."""

    async def work(clock: Clock) -> list[tuple[str, float]]:
        crowd = Crowd(clock)
        async with asyncio.TaskGroup() as waiting:
            waiting.create_task(crowd.take("order", PLAIN))
            await asyncio.sleep(1)
            crowd.turns.hold(PLAIN, 0.5)
            crowd.end()
        return crowd.went

    assert play(work) == [("order", 1.5)]


@pytest.mark.parametrize("steps", range(6))
def test_room_that_is_gone_again_is_not_taken(steps: int) -> None:
    """A refusal may halve the limit between the moment of room and the turn."""

    async def work(clock: Clock) -> list[tuple[str, float]]:
        crowd = Crowd(clock)
        async with asyncio.TaskGroup() as waiting:
            waiting.create_task(crowd.take("order", PLAIN))
            await asyncio.sleep(1)
            crowd.give_up()
            for _ in range(steps):
                await asyncio.sleep(0)
            crowd.end(is_refusal=True)
            await asyncio.sleep(1)
            crowd.end()
        return crowd.went

    ((name, _),) = play(work)
    assert name == "order"


def test_of_several_wishes_to_wait_the_longest_is_heard() -> None:
    """A gateway may add its own to the server's."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after_seconds("5, 120", None, now) == 120
    assert retry_after_seconds("120, 5", None, now) == 120


def test_each_slot_comes_back_when_its_own_minute_is_over() -> None:
    """Not with the others, sooner or later: slots are taken at different moments."""
    window = Window(2)
    window.take(0)
    window.take(10)
    assert window.wait(20) == WINDOW_SECONDS - 20
    window.take(WINDOW_SECONDS)
    assert window.wait(WINDOW_SECONDS + 1) == 9
    assert window.wait(WINDOW_SECONDS + 10) == 0


def test_a_turn_waits_out_the_last_part_of_a_second() -> None:
    """The server counts in finer steps than seconds."""

    async def work(clock: Clock) -> float:
        waiting = Turns(Limiter({"requests": 9}, clock=clock), Concurrency(8, clock), HaltSwitch())
        waiting.hold(PLAIN, 0.5)
        await waiting.take(PLAIN)
        return clock.now

    assert play(work) == 0.5


def test_no_turn_is_taken_once_the_run_ends() -> None:
    """Not even where slot and room are free: what follows would be an attempt."""

    async def work(clock: Clock) -> None:
        switch = HaltSwitch()
        switch.trip()
        limiter = Limiter({"requests": 9}, clock=clock)
        await Turns(limiter, Concurrency(8, clock), switch).take(PLAIN)

    with pytest.raises(Abandoned):
        play(work)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "", "message": "no such ad"}, "no such ad"),
        ({"error": "no such ad", "code": 0}, "no such ad"),
    ],
)
def test_an_empty_part_of_a_refusal_is_not_told(body: Any, words: str) -> None:
    """A sentence that begins with a colon looks like a fault of ours."""
    assert verdict(Answer(400, body), Asked(ENDPOINTS["ads"], "s")) == Refused(words, 400)


def test_a_list_of_errors_means_something_on_bulk_requests_only() -> None:
    """One record that a 200 has taken is delivered, whatever else is told."""
    body = {"success": True, "errors": [{"order_id": "1", "error": "old"}]}
    assert verdict(Answer(200, body), Asked(ENDPOINTS["customers"], "s")) == Accepted()
    both = Asked(ENDPOINTS["orders"], "s", ["1", "2"])
    assert verdict(Answer(200, body), both) == Mixed({"1": "old"}, frozenset(), 200)


def test_of_several_errors_for_one_order_the_first_is_told() -> None:
    """As of a form that is read from the top."""
    body = {"errors": [{"order_id": "1", "error": "no id"}, {"order_id": "1", "error": "later"}]}
    found = verdict(Answer(400, body), Asked(ENDPOINTS["orders"], "s", ["1"]))
    assert found == Refused("no id", 400)


def test_what_is_refused_without_a_kind_is_just_refused() -> None:
    """Its code is kept in files and read by people: TW-ADS-RECORD-REFUSED."""
    assert Refused("no", 400).kind == "refused"
    assert Refused("no", 400).field == ""


def test_nothing_waits_for_company_longer_than_the_design_says() -> None:
    """30 seconds: a slow stream must not hold the others' STATE back."""
    assert FLUSH_SECONDS == 30


def test_what_waits_too_long_goes_first_whatever_the_clock_shows() -> None:
    """A monotonic clock begins anywhere, and its seconds are no ranks."""
    outbox = Outbox(1)
    outbox.add([parcel("orders", "1")], 1000)
    outbox.add([parcel("customers", key) for key in "123"], 1020)
    taken = [outbox.take(PLAIN, now) for now in (1000 + FLUSH_SECONDS, 1001 + FLUSH_SECONDS)]
    assert [one and one.endpoint.name for one in taken] == ["customers", "orders"]


def test_who_finds_nothing_to_send_waits_anew() -> None:
    """News that led to a request are no news for the next one."""

    async def work(_: Clock) -> bool:
        outbox = Outbox(1)
        outbox.add([parcel("orders", "1")], 0)
        assert outbox.take(PLAIN, 0)
        waiting = asyncio.create_task(outbox.ripe(PLAIN))
        await asyncio.sleep(1)
        had_nothing = not waiting.done()
        outbox.add([parcel("orders", "2")], 1)
        await waiting
        return had_nothing

    assert play(work)
