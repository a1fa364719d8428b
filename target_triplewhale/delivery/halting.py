"""The switch that ends a run early: what waits for a slot or a retry wakes, and gives up."""

from __future__ import annotations

import asyncio


class Abandoned(Exception):
    """A request was given up before its next attempt, because the run ends."""


class HaltSwitch:
    """Off until the run has to end; then every wait through it ends at once."""

    def __init__(self) -> None:
        self._tripped = asyncio.Event()

    def trip(self) -> None:
        """Begin no further attempt, and wake all that wait for one."""
        self._tripped.set()

    def check(self) -> None:
        """Raise Abandoned where the run has to end."""
        if self._tripped.is_set():
            raise Abandoned

    async def wait(self) -> None:
        """Wait until the run has to end."""
        await self._tripped.wait()

    async def sleep(self, seconds: float) -> None:
        """Wait, but no longer than the run goes on."""
        try:
            await asyncio.wait_for(self._tripped.wait(), seconds)
        except TimeoutError:
            return
        raise Abandoned
