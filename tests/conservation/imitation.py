"""An imitation of the API that fails by script: the HTTP side, in memory, one run long.

It shares nothing with the target or its sandbox: identities and bodies are read from the
published contract once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from typing import TYPE_CHECKING, Self

from tests.conservation.answers import ACCEPTED, Answer
from tests.conservation.notes import Request
from tests.conservation.service import Service
from tests.conservation.store import PATHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conservation.faults import Fault, Script
    from tests.conservation.notes import Notes
    from tests.conservation.store import Store

BASE = "/api/v2"
KEY_CHECK = "/users/api-keys/me"
API_KEY = "soak-key-a1b2c3d4e5"


@contextlib.contextmanager
def held_port() -> Iterator[int]:
    """Keep a port for the imitations of several runs: a ledger knows its server by the address."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


class Imitation:
    """Answers on a port of its own while it is open, and keeps its records in a store."""

    def __init__(self, script: Script, store: Store) -> None:
        self.on_request: Callable[[int], None] = lambda _: None
        self._port = store.port
        self._script = script
        self._service = Service(script, store)
        self._open: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._connection, "127.0.0.1", self._port, reuse_port=self._port > 0
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cut whoever is still connected."""
        if self._server:
            self._server.close()
        for connection in list(self._open):
            connection.reset()

    @property
    def url(self) -> str:
        """The base address."""
        assert self._server
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{BASE}"

    @property
    def notes(self) -> Notes:
        """What has happened so far."""
        return self._service.notes

    def receive(self, connection: _Connection, path: str, arrived: float, data: bytes) -> None:
        """Take in a request and answer it as the script says."""
        notes = self.notes
        notes.requests += 1
        number = notes.requests
        if path in PATHS:
            request = Request(number, path, len(data), json.loads(data))
            notes.arrivals += request.arrivals()
            notes.holds.look(number, arrived, request.endpoint, request.marks)
            self._answer(connection, request, self._script.faults.get(number))
        else:
            notes.holds.look(number, arrived, "", ())
            connection.send(Answer(200 if path == KEY_CHECK else 404, {}))
        self.on_request(number)

    def _answer(self, connection: _Connection, request: Request, fault: Fault | None) -> None:
        service = self._service
        if fault is None:
            connection.send(service.answer(request))
            return
        self.notes.faults[fault.name] += 1
        match fault.kind:
            case "status":
                if fault.keeps:
                    service.keep_well(request)
                connection.send(service.fail(request, fault.status, fault.wait))
            case "refusal":
                connection.send(service.refuse_some(request))
            case "goodbye":
                connection.send(service.answer(request))
                connection.close()
            case "late" if not fault.keeps:
                connection.later(fault.seconds, lambda: connection.send(service.answer(request)))
            case "late" | "drip":
                self._dawdle(connection, service.answer(request), fault)
            case _:
                if fault.keeps:
                    service.keep_well(request)
                _break(connection, fault)

    def _dawdle(self, connection: _Connection, answer: Answer, fault: Fault) -> None:
        """Answer after a while; or begin at once, and take a while to end."""
        if fault.kind == "drip":
            connection.write(answer.head)
            connection.later(fault.seconds, lambda: connection.write(answer.body))
        else:
            connection.later(fault.seconds, lambda: connection.send(answer))

    def _connection(self) -> _Connection:
        return _Connection(self, self._open)


def _break(connection: _Connection, fault: Fault) -> None:
    """End without an answer, or with one that nobody can use."""
    match fault.kind:
        case "garbage":
            connection.send(Answer(200, fault.text))
        case "torn":
            whole = ACCEPTED.head + ACCEPTED.body
            connection.write(whole[: int(len(whole) * fault.seconds)])
            connection.close()
        case "cut":
            connection.close()
        case _:
            connection.reset()


class _Connection(asyncio.Protocol):
    """Reads requests with a Content-Length, one after the other, as the target sends them."""

    def __init__(self, imitation: Imitation, opened: set[_Connection]) -> None:
        self._imitation = imitation
        self._opened = opened
        self._read = b""
        self._arrived = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._opened.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._opened.discard(self)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        if not self._read:
            self._arrived = time.monotonic()
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end:
            return
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (one.split(": ", 1) for one in rest)}
        length = int(headers.get("content-length", 0))
        if len(body) >= length:
            self._read = b""
            if headers.get("x-api-key") != API_KEY:
                self._imitation.notes.odd.append("a request came without the key")
            if len(body) > length:
                self._imitation.notes.odd.append("a request came before the former's answer")
            path = first.split(" ")[1].removeprefix(BASE)
            self._imitation.receive(self, path, self._arrived, body[:length])

    def send(self, answer: Answer) -> None:
        self.write(answer.head + answer.body)

    def write(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Act after a while, unless the other side has gone by then."""
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: act() if self._transport else None)

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def reset(self) -> None:
        if self._transport:
            self._transport.abort()
