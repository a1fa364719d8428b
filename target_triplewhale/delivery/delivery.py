"""Delivers beside the thread that reads: takes parcels in, sends them, and tells how each ended."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_triplewhale.delivery.halting import Abandoned
from target_triplewhale.delivery.outbox import FLUSH_SECONDS, Outbox
from target_triplewhale.delivery.settling import Settling
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.outcomes import DELIVERED, SUPERSEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from typing import Any

    from target_triplewhale.delivery.attempts import Attempts
    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.delivery.client import Client
    from target_triplewhale.delivery.halting import HaltSwitch
    from target_triplewhale.outcomes import Outcome

BUDGET = 32 * 1024 * 1024
"""Bytes of parcels that are open at the most; over it the thread that reads waits."""
HANDED_OVER = 256
"""Parcels that go from thread to thread together."""
GRACE_SECONDS = 25.0
"""How long requests in flight may take when the run ends early."""


@dataclass(frozen=True)
class Sender:
    """Who hands parcels in, in the thread that reads."""

    on_settled: OnSettled
    """Is called in the loop's thread."""
    on_news: Callable[[], None]
    """Is called when requests have ended, and when the delivery has failed."""
    wait: Callable[[], object]
    """Waits for such news, and raises where the run has to end."""


class Delivery:
    """One event loop in a thread of its own; every method is for the thread that reads."""

    def __init__(
        self,
        client: Client,
        attempts: Attempts,
        switch: HaltSwitch,
        sender: Sender,
        batch_size: int,
    ) -> None:
        self._client = client
        self._attempts = attempts
        self._switch = switch
        self._sender = sender
        self._outbox = Outbox(batch_size)
        self._settling = Settling(attempts, self._outbox, self._settle)
        self._lanes: set[asyncio.Task[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._fresh: list[Parcel] = []
        # Each is written by one thread only: what was taken in, and what has been settled.
        self._taken = self._ended = 0
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # In the thread that reads

    def send(self, parcel: Parcel) -> None:
        """Take a parcel in; wait for room where too much is open."""
        self._fresh.append(parcel)
        self._taken += parcel.weight
        if self._taken - self._ended > BUDGET:
            self.flush()
            while self._taken - self._ended > BUDGET:
                self._sender.wait()
        elif len(self._fresh) >= HANDED_OVER:
            self.hand_over()

    def hand_over(self) -> None:
        """Let the loop have what was taken in."""
        if self._fresh:
            fresh, self._fresh = self._fresh, []
            self._call(self._outbox.add, fresh, time.monotonic())

    def flush(self) -> None:
        """Let nothing wait for company any longer."""
        self.hand_over()
        self._call(self._outbox.flush)

    def finish(self, before: int | None = None) -> None:
        """Return when all is settled that was taken in, or that came `before` a record."""
        self.hand_over()
        if before is not None:
            self._call(self._drop_from, before)
        self.flush()
        while self._taken > self._ended:
            self._sender.wait()

    def check(self) -> None:
        """Raise what has ended the delivery, if anything has."""
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Begin nothing more, and give what is in flight a while to be answered."""
        if self._loop is None:
            return
        self._call(self._switch.trip)
        stopping = asyncio.run_coroutine_threadsafe(self._stopped(), self._loop)
        with contextlib.suppress(FutureTimeoutError, CancelledError):
            stopping.result(timeout=GRACE_SECONDS + 2)

    def close(self) -> None:
        """Close connections and end the thread."""
        if self._loop is None or self._thread is None:
            return
        closing = asyncio.run_coroutine_threadsafe(self._closed(), self._loop)
        with contextlib.suppress(FutureTimeoutError, CancelledError):
            closing.result(timeout=GRACE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=GRACE_SECONDS)
        self._loop.close()
        self._loop = self._thread = None

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._loop.run_forever, name="delivery", daemon=True
            )
            self._thread.start()
            self._loop.call_soon_threadsafe(self._begin)
        self._loop.call_soon_threadsafe(self._attempt, function, *arguments)

    # In the loop's thread

    def _attempt(self, function: Callable[..., object], *arguments: object) -> None:
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001  (told in the thread that reads)
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
        self._switch.trip()
        self._sender.on_news()

    def _begin(self) -> None:
        for limits in dict.fromkeys(endpoint.limits for endpoint in ENDPOINTS.values()):
            self._start(self._lane(limits), self._lanes)
        self._start(self._flush_in_time(), self._lanes)

    async def _lane(self, limits: tuple[str, ...]) -> None:
        """Send what goes under the same limits; what goes is chosen when its turn has come."""
        while True:
            await self._outbox.ripe(limits)
            turn = await self._attempts.turn(limits)
            batch = self._outbox.take(limits, time.monotonic())
            if batch:
                self._start(self._settling.settle(batch, turn=turn), self._tasks)
                # Answers are read between two starts: one of them may ask to wait.
                await asyncio.sleep(0)
            else:
                self._attempts.give_back()
                self._look_again_where_due()

    async def _flush_in_time(self) -> None:
        while True:
            await asyncio.sleep(1)
            self._outbox.flush(before=time.monotonic() - FLUSH_SECONDS)

    def _start(self, work: Coroutine[Any, Any, None], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        """Look what became of a request: it may end the delivery, or allow a second look."""
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, Abandoned):
            self._fail(error)
        self._look_again_where_due()
        self._sender.on_news()

    def _settle(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        """Tell how records ended, and then those that they superseded."""
        if outcome is DELIVERED:
            self._attempts.traffic.count(parcels[0].endpoint.name, "records", len(parcels))
        superseded = [one for parcel in parcels for one in parcel.superseded or ()]
        is_kept = self._sender.on_settled(parcels, outcome)
        if superseded and is_kept:
            self._sender.on_settled(superseded, SUPERSEDED)
        for parcel in parcels:
            parcel.superseded = None
        self._ended += sum(parcel.weight for parcel in (*superseded, *parcels))
        self._outbox.settled(parcels)
        self._sender.on_news()
        return is_kept

    def _drop_from(self, number: int) -> None:
        self._ended += sum(parcel.weight for parcel in self._outbox.drop_from(number))
        self._look_again_where_due()
        self._sender.on_news()

    def _look_again_where_due(self) -> None:
        """Ask again for what is alone at 500, once others have succeeded or none is left."""
        is_idle = not self._tasks and not self._outbox.is_ripe
        if not self._switch.is_tripped and self._settling.doubtful(is_idle=is_idle):
            self._start(self._settling.second_look(), self._tasks)

    async def _stopped(self) -> None:
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _closed(self) -> None:
        left = [*self._lanes, *self._tasks]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._client.aclose()
