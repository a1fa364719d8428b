"""Sends parcels and settles each: the loop, its requests in flight, and how it ends early."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING

from target_triplewhale.delivery.batches import into_batches, latest_of_each
from target_triplewhale.delivery.halting import Abandoned
from target_triplewhale.delivery.settling import Settling

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from typing import Any

    from target_triplewhale.delivery.attempts import Attempts
    from target_triplewhale.delivery.batches import Batch, Parcel
    from target_triplewhale.delivery.client import Client
    from target_triplewhale.delivery.halting import HaltSwitch

AT_ONCE = 16
"""Requests in flight."""
GRACE_SECONDS = 25
"""How long requests in flight may take when the run ends early."""


def _go_on() -> None:
    """Let a run go on."""


class Delivery:
    """Delivers from the caller's thread through an event loop in a thread of its own."""

    def __init__(
        self,
        client: Client,
        attempts: Attempts,
        switch: HaltSwitch,
        *,
        batch_size: int,
        before_wait: Callable[[], None],
    ) -> None:
        """Take `before_wait`, which may raise to end the run before the wait for answers."""
        self._client = client
        self._switch = switch
        self._batch_size = batch_size
        self._before_wait = before_wait
        self.is_waiting = False
        self._settling = Settling(attempts)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def deliver(self, parcels: Sequence[Parcel], check: Callable[[], None] = _go_on) -> None:
        """Send all and return when each is settled; raise RunEnded where that cannot be.

        `check` is called before each request and may raise to end the run.
        """
        if not parcels:
            return
        batches = into_batches(latest_of_each(parcels), self._batch_size)
        loop = self._running_loop()
        future = asyncio.run_coroutine_threadsafe(self._deliver(batches, check), loop)
        try:
            self.is_waiting = True
            self._before_wait()
            future.result()
        except BaseException:
            self.is_waiting = False
            loop.call_soon_threadsafe(self._switch.trip)
            with contextlib.suppress(CancelledError, Exception):
                future.result(timeout=GRACE_SECONDS + 2)
            future.cancel()
            raise
        finally:
            self.is_waiting = False

    def close(self) -> None:
        """Close connections and end the thread."""
        if self._loop is None or self._thread is None:
            return
        closing = asyncio.run_coroutine_threadsafe(self._client.aclose(), self._loop)
        with contextlib.suppress(FutureTimeoutError):
            closing.result(timeout=GRACE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=GRACE_SECONDS)
        self._loop.close()
        self._loop = self._thread = None

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=self._loop.run_forever, name="delivery", daemon=True
            )
            self._thread.start()
        return self._loop

    async def _deliver(self, batches: Sequence[Batch], check: Callable[[], None]) -> None:
        waiting = iter(batches)
        await self._together(
            [self._work(waiting, check) for _ in range(min(AT_ONCE, len(batches)))]
        )
        await self._settling.second_look()

    async def _together(self, works: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Run all; once the run has to end let only what is in flight go on, for a while."""
        tasks = [asyncio.create_task(work) for work in works]
        await self._until_done_or_halted(tasks)
        in_flight = [task for task in tasks if not task.done()]
        if in_flight:
            self._switch.trip()
            _, late = await asyncio.wait(in_flight, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        errors = [error for error in results if isinstance(error, BaseException)]
        errors.sort(key=lambda error: isinstance(error, Abandoned | asyncio.CancelledError))
        if errors:
            raise errors[0]

    async def _until_done_or_halted(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Wait until all are done, one of them fails, or the switch is tripped."""
        watching = asyncio.create_task(asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION))
        tripped = asyncio.create_task(self._switch.wait())
        await asyncio.wait({watching, tripped}, return_when=asyncio.FIRST_COMPLETED)
        for waiter in (watching, tripped):
            waiter.cancel()
        await asyncio.gather(watching, tripped, return_exceptions=True)

    async def _work(self, waiting: Iterator[Batch], check: Callable[[], None]) -> None:
        for batch in waiting:
            check()
            await self._settling.settle(batch)
