"""A delivery as it runs, with a service that a test opens and closes."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING

from target_triplewhale.delivery.attempts import Attempts
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.concurrency import Concurrency
from target_triplewhale.delivery.delivery import Delivery, Sender
from target_triplewhale.delivery.halting import HaltSwitch
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.retries import Backoff
from target_triplewhale.delivery.turns import Turns
from target_triplewhale.doorbell import Doorbell
from tests.delivery.parcels import parcel, traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.outcomes import Outcome

PATIENCE = 10.0
"""Seconds that nothing takes: a test that waits for them has failed."""
OK = Answer(200, {})


class Service:
    """A client whose answers wait until a test lets them go."""

    def __init__(self, *answers: Answer | NoAnswer | Exception) -> None:
        self._answers = list(answers)
        self.is_open = True
        self.is_closed = False
        self.requests: list[list[str]] = []
        self.answered = self.given_up = 0

    async def post(self, _: str, body: bytes) -> Answer | NoAnswer:
        """Take a request, and answer it when the service is open."""
        found = json.loads(body)
        self.requests.append([one["order_id"] for one in found.get("orders", [found])])
        try:
            while not self.is_open:  # noqa: ASYNC110  (it is opened from another thread)
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        answer = self._answers.pop(0) if self._answers else OK
        self.answered += 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def get(self, _: str) -> Answer:
        """Know the key."""
        return OK

    async def aclose(self) -> None:
        """Remember that nothing was left open."""
        self.is_closed = True


class Run:
    """A delivery, and how its parcels ended."""

    def __init__(
        self, service: Service, *, batch_size: int = 1, most: int = 8, retries: int = 2
    ) -> None:
        self.service = service
        self.bell = Doorbell()
        self.keeps = True
        self.ended: list[tuple[Parcel, Outcome]] = []
        self.waits = self.news = 0
        self.on_wait: Callable[[], None] = lambda: None
        self.switch = switch = HaltSwitch()
        turns = Turns(Limiter({"requests": 999, "events": 999}), Concurrency(most), switch)
        self.traffic = traffic()
        backoff = Backoff(retries, 0.001, 0.001)
        attempts = Attempts(service, turns, backoff, switch, self.traffic)  # type: ignore[arg-type]
        sender = Sender(self._settled, self._ring, self.wait)
        self.delivery = Delivery(service, attempts, switch, sender, batch_size)  # type: ignore[arg-type]

    def _settled(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        self.ended += [(one, outcome) for one in parcels]
        return self.keeps

    def _ring(self) -> None:
        self.news += 1
        self.bell.ring()

    def wait(self) -> None:
        """Wait for news, as the thread that reads does."""
        self.waits += 1
        self.on_wait()
        self.delivery.check()
        self.bell.wait(PATIENCE)

    def send(self, *parcels: Parcel) -> None:
        """Take parcels in, and hand them over."""
        for one in parcels:
            self.delivery.send(one)
        self.delivery.hand_over()

    def outcomes(self) -> dict[str, type]:
        """Return how each key ended at last."""
        return {one.key: type(outcome) for one, outcome in self.ended}

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, as seen from another thread."""
        moment = threading.Event()
        for _ in range(int(PATIENCE / 0.002)):
            if condition():
                return
            moment.wait(0.002)
        raise TimeoutError("it never came")


def customers(*keys: str, first: int = 0, weight: int = 1) -> list[Parcel]:
    return [
        parcel("customers", key, number=first + number, weight=weight)
        for number, key in enumerate(keys)
    ]
