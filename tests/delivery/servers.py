"""Servers of all manners on a loopback port, in the loop of the test itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from target_triplewhale.delivery.client import Client

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from target_triplewhale.delivery.client import Answer, NoAnswer

    Manner = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@contextlib.asynccontextmanager
async def serving(manner: Manner, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve in a manner, and return the port; every connection is closed in the end."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        talks.add(task)
        try:
            await manner(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*talks, return_exceptions=True)


async def request(reader: asyncio.StreamReader) -> tuple[str, Mapping[str, str], bytes]:
    """Read a request: its first line, its headers, its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return first, headers, await reader.readexactly(int(headers.get("content-length", 0)))


def saying(answer: bytes) -> Manner:
    """Read a request, say this, and close."""

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(answer)
        await writer.drain()

    return manner


def resetting(after: bytes) -> Manner:
    """Read a request, say this, and reset the connection."""

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(after)
        await writer.drain()
        # Time for what was said to be read: a reset throws away what has not been.
        await asyncio.sleep(0.02)
        reset(writer)

    return manner


def reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection in the rude way, which the other side meets as an error."""
    found = writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def answer(status: int, body: Any = None, **headers: str) -> bytes:
    """Write an answer as it goes over the wire; text stands for itself, all else for JSON."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unheard Of"
    payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} {phrase}", f"content-length: {len(payload)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + payload


class Answering:
    """Gives prepared answers, one a request, over connections that stay open; then the last one."""

    def __init__(self, answers: Iterable[bytes]) -> None:
        self._answers = list(answers)
        self.requests: list[tuple[str, Mapping[str, str], bytes]] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes over one connection, until it is closed."""
        self.connections += 1
        while True:
            self.requests.append(await request(reader))
            writer.write(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])
            await writer.drain()


def client(url: str, seconds: float = 5, **options: Any) -> Client:
    """Make a client as a run makes it."""
    given = {"base_url": url, "api_key": "made-up", "user_agent": "tests", "timeout": seconds}
    return Client(**{**given, **options})


async def asked(
    manner: Manner,
    *,
    seconds: float = 5,
    body: bytes = b"{}",
    context: ssl.SSLContext | None = None,
) -> Answer | NoAnswer:
    """Ask a server of a manner once, as a run asks."""
    scheme = "https" if context else "http"
    async with serving(manner, context) as port:
        asking = client(f"{scheme}://127.0.0.1:{port}/api/v2", seconds)
        try:
            return await asking.post("/data-in/customers", body)
        finally:
            await asking.aclose()
