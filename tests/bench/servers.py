"""The answering sides, each in a process of its own that ends with this one."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, Self

from tests.bench.processes import ENVIRONMENT, ROOT, BenchmarkFailed, python
from tests.bench.records import STREAMS

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

STOP_SECONDS = 30


@dataclass(frozen=True)
class Counts:
    """What a server took; `times` are of the requests it let in, in seconds and in order."""

    records: int
    refused: int
    times: list[float]


class Server(Protocol):
    """Something that takes requests until it is stopped."""

    url: str

    def stop(self) -> Counts:
        """End it and return what it took."""

    def __enter__(self) -> Self:
        """Return the running server."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""


class ServerProcess:
    """A server that prints its address first, and ends when its standard input does."""

    def __init__(self, command: list[str]) -> None:
        # In a session of its own: Ctrl-C ends the benchmark, and that ends the server.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        self.address = self._stdout.readline().decode().strip()
        if not self.address:
            raise BenchmarkFailed(f"the server did not start: {command[2]}")

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def last_words(self) -> bytes:
        """End the server and return what it printed last."""
        return self._process.communicate(timeout=STOP_SECONDS)[0]

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Make sure that it is gone."""
        self._process.kill()
        self._process.communicate()


class CountingServer(ServerProcess):
    """Counts the records of a stream and forgets them."""

    def __init__(
        self,
        stream: str,
        *,
        latency: float = 0,
        jitter: float = 0,
        limit: tuple[str, int] | None = None,
        port: int = 0,
    ) -> None:
        """Start it, on any port where none is given; a limit has a name and a size."""
        needle = f'"{STREAMS[stream].key}"'
        options = {"needle": needle, "latency": latency, "jitter": jitter, "port": port}
        if limit:
            options |= dict(zip(("limit", "size"), limit, strict=True))
        words = [f"--{name}={value}" for name, value in options.items()]
        super().__init__(python("tests.bench.counting", *words))
        self.port = int(self.address)
        self.url = f"http://127.0.0.1:{self.port}/api/v2"

    def stop(self) -> Counts:
        """End it and return what it counted."""
        found = json.loads(self.last_words())
        return Counts(found["records"], found["refused"], found["times"])


class StoringServer(ServerProcess):
    """The sandbox: it checks every order against the contract and keeps it in a database."""

    def __init__(self, database: Path, *, latency: float) -> None:
        self._database = database
        super().__init__(python("tests.bench.storing", str(database), str(latency)))
        self.url = self.address

    def stop(self) -> Counts:
        """End it and return what it keeps."""
        self.last_words()
        with closing(sqlite3.connect(self._database)) as connection, connection:
            (records,) = connection.execute("SELECT count(*) FROM orders_table").fetchone()
        connection.close()
        return Counts(records, 0, [])
