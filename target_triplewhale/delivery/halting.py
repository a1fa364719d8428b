"""The switch that ends a run early: what waits for its turn or a retry wakes, and gives up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any


class Abandoned(Exception):
    """A request was given up before its next attempt, because the run ends."""


class HaltSwitch:
    """Off until the run has to end; then every wait through it ends at once."""

    def __init__(self) -> None:
        self._tripped = asyncio.Event()

    def trip(self) -> None:
        """Begin no further attempt, and wake all that wait for one."""
        self._tripped.set()

    @property
    def is_tripped(self) -> bool:
        """Whether the run has to end."""
        return self._tripped.is_set()

    def check(self) -> None:
        """Raise Abandoned where the run has to end."""
        if self._tripped.is_set():
            raise Abandoned

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than the run goes on."""
        self.check()
        if seconds <= 0:
            return
        try:
            await asyncio.wait_for(self._tripped.wait(), seconds)
        except TimeoutError:
            return
        raise Abandoned

    async def unless_tripped(self, waiting: Coroutine[Any, Any, None]) -> None:
        """Wait for something, but no longer than the run goes on."""
        task = asyncio.ensure_future(waiting)
        tripped = asyncio.ensure_future(self._tripped.wait())
        try:
            await asyncio.wait((task, tripped), return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
            tripped.cancel()
        self.check()
