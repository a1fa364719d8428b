"""Where the main thread waits: for input, for news from delivery, or for a signal."""

from __future__ import annotations

import contextlib
import select
import socket
import weakref
from typing import Any


class Doorbell:
    """Rung from any thread, and from a signal's handler; one ring that nobody heard is enough."""

    def __init__(self) -> None:
        self._inside, self._outside = socket.socketpair()
        for end in (self._inside, self._outside):
            end.settimeout(0)
        self._is_rung = False
        self._let_go = weakref.finalize(self, _close, self._inside, self._outside)

    def ring(self) -> None:
        """End the wait that goes on, or else the next one."""
        if not self._is_rung:
            self._is_rung = True
            with contextlib.suppress(OSError):
                self._outside.send(b"\0")

    def wait(self, seconds: float | None = None, descriptor: int | None = None) -> bool:
        """Wait for a ring, for input, or so long; return whether there is input to read."""
        watched: list[Any] = [self._inside] if descriptor is None else [self._inside, descriptor]
        try:
            found, _, _ = select.select(watched, [], [], seconds)
        except (OSError, ValueError):
            # Some systems can wait for sockets only; there reading itself waits for input.
            return descriptor is not None
        if self._inside in found:
            with contextlib.suppress(OSError):
                self._inside.recv(4096)
            self._is_rung = False
        return descriptor in found

    def close(self) -> None:
        """Let go of both ends; it is done for a bell that nobody has any more, too."""
        self._let_go()


def _close(*ends: socket.socket) -> None:
    for end in ends:
        end.close()
