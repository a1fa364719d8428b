"""A server that counts what it is sent and does nothing else, as cheaply as Python can.

`python -m tests.bench.counting` prints its port. When its input ends, with its parent at the
latest, it prints what it counted and is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import sys
from typing import TYPE_CHECKING

from tests.bench import limits

if TYPE_CHECKING:
    from tests.bench.limits import Limit

END_OF_HEAD = b"\r\n\r\n"
SEED = 3
BACKLOG = 1024


def _answer(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    head = b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: %d\r\n%b\r\n"
    return head % (status, len(body), more) + body


TAKEN = _answer(b"200 OK", b'{"success": true}')
NO_LENGTH = _answer(b"411 Length Required", b'{"success": false, "message": "no Content-Length"}')
KEY_CHECK = _answer(b"200 OK", b"{}")


def _refused(seconds: float) -> bytes:
    wait = b"retry-after: %d\r\n" % math.ceil(seconds)
    return _answer(b"429 Too Many Requests", b'{"success": false, "message": "slower"}', wait)


class Service:
    """What every connection shares: the counts, and how a request is answered."""

    def __init__(self, needle: bytes, limit: Limit, *, latency: float, jitter: float) -> None:
        self.needle = needle
        self.jitter = jitter
        self._limit = limit
        self._latency = latency
        self._loop = asyncio.get_running_loop()
        self._random = random.Random(SEED)  # noqa: S311  (only to be uneven)
        self._records = self._bytes = self._refused = 0
        self._times: list[float] = []

    def arrive(self, transport: asyncio.Transport, records: int, size: int) -> None:
        """Take a request that is up to `jitter` seconds away."""
        if not self.jitter:
            self._take(transport, records, size)
            return
        way = self._random.uniform(0, self.jitter)
        self._loop.call_later(way, self._take, transport, records, size)

    def counts(self) -> dict[str, object]:
        """Return what came; the times are of the requests let in, in seconds."""
        return {
            "records": self._records,
            "bytes": self._bytes,
            "refused": self._refused,
            "times": self._times,
        }

    def _take(self, transport: asyncio.Transport, records: int, size: int) -> None:
        now = self._loop.time()
        wait = self._limit.wait(now)
        if wait:
            self._refused += 1
            answer = _refused(wait)
        else:
            self._times.append(now)
            self._records += records
            self._bytes += size
            answer = TAKEN
        self._loop.call_later(self._latency, transport.write, answer)


class Connection(asyncio.Protocol):
    """Reads of a request its length and how often the needle is in its body."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._buffer = bytearray()
        self._head = 0
        self._end = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take every request that is whole."""
        self._buffer += data
        while self._buffer:
            if not self._end and not self._read_head():
                return
            if len(self._buffer) < self._end:
                return
            self._read_body()

    def _read_head(self) -> bool:
        self._head = self._buffer.find(END_OF_HEAD) + len(END_OF_HEAD)
        if self._head < len(END_OF_HEAD):
            return False
        head = bytes(self._buffer[: self._head]).lower()
        _, found, rest = head.partition(b"\r\ncontent-length:")
        self._end = self._head + int(rest.partition(b"\r\n")[0] or 0)
        if not found:
            self._transport.write(KEY_CHECK if head.startswith(b"get ") else NO_LENGTH)
        return True

    def _read_body(self) -> None:
        size = self._end - self._head
        if size:
            records = self._buffer.count(self._service.needle, self._head, self._end)
            self._service.arrive(self._transport, records, size)
        del self._buffer[: self._end]
        self._end = 0


async def serve(options: argparse.Namespace) -> None:
    """Serve until standard input ends."""
    limit = limits.named(options.limit, options.size)
    service = Service(
        options.needle.encode(), limit, latency=options.latency, jitter=options.jitter
    )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(service), "127.0.0.1", options.port, backlog=BACKLOG
    )
    _print(str(server.sockets[0].getsockname()[1]))
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()
    _print(json.dumps(service.counts()))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--needle", required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--jitter", type=float, default=0.0)
    parser.add_argument("--limit", choices=["none", "sliding", "fixed"], default="none")
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
