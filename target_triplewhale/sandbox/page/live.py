"""Server-sent events: the overview anew whenever the file has changed, whoever wrote to it."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from os.path import samestat
from typing import TYPE_CHECKING

import msgspec

from target_triplewhale.sandbox.page.overview import read_overview
from target_triplewhale.sandbox.page.reading import open_file

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOOK_SECONDS = 0.5
SHARE = 10
"""Between two readings lies so many times what one takes, so that writers are not held up."""
ALIVE_SECONDS = 15
MOST_STREAMS = 20


class Live:
    """The open streams of one page; each ends with its browser, or with the server."""

    def __init__(self, path: Path) -> None:
        """Take the file to look at."""
        self._path = path
        self._ended = asyncio.Event()
        self._open = 0

    @property
    def is_full(self) -> bool:
        """Return whether another stream would be one too many."""
        return self._open >= MOST_STREAMS

    def end(self) -> None:
        """End all streams: the server waits for open answers."""
        self._ended.set()

    async def events(self) -> AsyncIterator[bytes]:
        """Send the overview at once, and again after each change."""
        if self.is_full:
            return  # others have begun since it was asked for
        self._open += 1
        try:
            with closing(open_file(self._path)) as connection:
                async for event in self._changes(connection):
                    yield event
        except (sqlite3.Error, OSError):
            # The file is gone or no longer one of a sandbox: the browser asks again, and is told.
            return
        finally:
            self._open -= 1

    async def _changes(self, connection: sqlite3.Connection) -> AsyncIterator[bytes]:
        seen, told = None, time.monotonic()
        file = self._path.stat()
        # Of a file that was deleted and made anew this connection would go on to read the old one.
        while not self._ended.is_set() and samestat(file, self._path.stat()):
            pause = LOOK_SECONDS
            (version,) = connection.execute("PRAGMA data_version").fetchone()
            if version != seen:
                started = time.monotonic()
                overview = await asyncio.to_thread(read_overview, self._path)
                told = time.monotonic()
                pause = max(pause, SHARE * (told - started))
                seen = version
                yield b"data: " + msgspec.json.encode(overview) + b"\n\n"
            elif time.monotonic() - told > ALIVE_SECONDS:
                told = time.monotonic()
                yield b": still here\n\n"
            await self._wait(pause)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return
