"""An event loop whose time jumps to the next timer, so that an hour passes in no time."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

Result = TypeVar("Result")


class Clock:
    """Told by the loop; what is under test takes it for its own clock."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class Jumping(selectors.DefaultSelector):
    """Moves the clock on instead of waiting; fails where nothing would ever happen again."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time pass."""
        if timeout is None:
            raise RuntimeError("every task waits, and no timer is set: they would wait for ever")
        self._clock.now += timeout
        return []


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop on a clock of its own."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(Jumping(clock))
        self._its_clock = clock

    def time(self) -> float:
        """Tell the loop's time."""
        return self._its_clock.now


def play(work: Callable[[Clock], Coroutine[Any, Any, Result]]) -> Result:
    """Run a coroutine in virtual time, from 0 on."""
    clock = Clock()
    with asyncio.Runner(loop_factory=lambda: JumpingLoop(clock)) as runner:
        return runner.run(work(clock))
