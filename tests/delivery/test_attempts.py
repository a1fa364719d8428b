"""One request until it has a verdict, with a clock that waits turn."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.delivery.attempts import Attempts
from target_triplewhale.delivery.batches import Batch, Parcel
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.halting import Abandoned, HaltSwitch
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.retries import Backoff
from target_triplewhale.delivery.verdicts import Accepted, ServerFault
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import DeliveryHalted

if TYPE_CHECKING:
    from collections.abc import Sequence

OK = Answer(200, {"success": True})


class Played:
    """A client that gives prepared answers, and a switch whose waits turn the clock."""

    def __init__(self, answers: Sequence[Answer | NoAnswer]) -> None:
        self.now = 0.0
        self.asked: list[float] = []
        self._answers = list(answers)
        self.switch = HaltSwitch()
        limiter = Limiter(
            {"requests": 1000, "events": 1000}, clock=lambda: self.now, sleep=self.sleep
        )
        self.switch.sleep = self.sleep  # type: ignore[method-assign]
        self.attempts = Attempts(self, limiter, Backoff(3, 2, 16), self.switch)  # type: ignore[arg-type]

    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.now += seconds

    async def post(self, *_: Any) -> Answer | NoAnswer:
        """Give the next answer."""
        self.asked.append(self.now)
        return self._answers.pop(0)

    def send(self) -> Any:
        """Send one customer."""
        parcel = Parcel(ENDPOINTS["customers"], "s", "", ("1",), b"{}", lambda _: None)
        return asyncio.run(self.attempts.send(Batch([parcel])))


def test_nothing_is_asked_inside_a_retry_after() -> None:
    """The server's wish wins, however long, and counts against no number of tries."""
    played = Played([*[Answer(429, {}, retry_after=90.0)] * 6, OK])
    assert isinstance(played.send(), Accepted)
    assert played.asked == [0, 90, 180, 270, 360, 450, 540]


def test_out_of_tries_halts() -> None:
    """A record is never rejected because the way to the API was cut."""
    played = Played([NoAnswer("connection")] * 4)
    with pytest.raises(DeliveryHalted, match="given up after 4 tries"):
        played.send()
    assert len(played.asked) == 4


def test_a_retry_after_of_nothing_does_not_go_on_for_ever() -> None:
    """It is a try like any other."""
    played = Played([Answer(429, {}, retry_after=0.0)] * 4)
    with pytest.raises(DeliveryHalted):
        played.send()


def test_a_server_fault_is_tried_three_times() -> None:
    """Then it is halved, or the record is asked again after others."""
    played = Played([Answer(500, {})] * 3)
    assert isinstance(played.send(), ServerFault)
    assert len(played.asked) == 3


def test_no_attempt_begins_once_the_run_ends() -> None:
    """What waits for a slot is given up, and stays open."""
    played = Played([])
    played.switch.trip()
    with pytest.raises(Abandoned):
        played.send()
