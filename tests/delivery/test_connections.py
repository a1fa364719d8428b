"""Every fault that a connection knows ends as the reason why there is no answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.endpoints import ENDPOINTS
from tests.delivery.servers import (
    OK,
    Answering,
    answer,
    asked,
    client,
    request,
    reset,
    resetting,
    saying,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.delivery.servers import Manner

LINE = b"HTTP/1.1 200 OK\r\n"
SOON = 0.3
"""Seconds that stand for `request_timeout` where a test has to wait it out."""

CUT: dict[str, Manner] = {
    "before an answer": saying(b""),
    "by a reset before an answer": resetting(b""),
    "in the headers": saying(LINE + b"content-le"),
    "in a body": saying(LINE + b"content-length: 100\r\n\r\n{"),
    "in a body by a reset": resetting(LINE + b"content-length: 100\r\n\r\n{"),
    "in a chunk": saying(LINE + b"transfer-encoding: chunked\r\n\r\n5\r\n{"),
}
GARBAGE: dict[str, Manner] = {
    "no HTTP": saying(b"220 mail.example.com ESMTP\r\n\r\n"),
    "HTTP 0.9": saying(b"<html>"),
    "HTTP 2": saying(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "another protocol": saying(
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"
    ),
    "headers without end": saying(LINE + b"x: " + b"y" * 200_000 + b"\r\n\r\n"),
    "a bad chunk": saying(LINE + b"transfer-encoding: chunked\r\n\r\nzz\r\n"),
    "no gzip": saying(LINE + b"content-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello"),
    "no deflate": saying(LINE + b"content-encoding: deflate\r\ncontent-length: 5\r\n\r\nhello"),
}
"""Answers that httpx cannot read."""


def found(manner: Manner, **options: Any) -> Answer | NoAnswer:
    return asyncio.run(asked(manner, **options))


@pytest.mark.parametrize("name", [*CUT, *GARBAGE])
def test_a_cut_connection_and_garbage_are_no_answer(name: str) -> None:
    """Nothing is known of the records then, so they are asked again."""
    assert found({**CUT, **GARBAGE}[name]) == NoAnswer("connection")


def test_a_server_that_closes_on_a_large_body_is_no_answer() -> None:
    """Writing fails then, instead of reading."""

    async def manner(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reset(writer)

    assert found(manner, body=b"x" * 20_000_000) == NoAnswer("connection")


def test_an_answer_that_comes_before_a_large_body_is_heard() -> None:
    """A gateway says 413 before it has read all of what is too large."""

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(413, {}))
        await writer.drain()
        while await reader.read(1 << 20):
            pass

    assert found(manner, body=b"x" * 5_000_000) == Answer(413, {})


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port whose queue is full: the next one who connects hears nothing at all."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def ask_at(url: str, seconds: float) -> Answer | NoAnswer:
    async def work() -> Answer | NoAnswer:
        asking = client(url, seconds)
        try:
            return await asking.post("/data-in/customers", b"{}")
        finally:
            await asking.aclose()

    return asyncio.run(work())


def test_a_refused_connection_is_no_answer(closed_port: int) -> None:
    """The service may be back soon."""
    assert ask_at(f"http://127.0.0.1:{closed_port}/", 5) == NoAnswer("connection")


def test_a_name_that_nobody_knows_is_no_answer() -> None:
    """The name service may be what is down; `.invalid` is reserved for this."""
    assert ask_at("http://nobody.invalid/", 5) == NoAnswer("connection")


def test_a_connection_that_never_comes_costs_the_timeout(deaf_port: int) -> None:
    """A firewall drops packets without a word."""
    assert ask_at(f"http://127.0.0.1:{deaf_port}/", SOON) == NoAnswer("timeout")


def test_a_server_that_never_answers_costs_the_timeout() -> None:
    """And not the run."""

    async def manner(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 16):
            pass

    assert found(manner, seconds=SOON) == NoAnswer("timeout")


@pytest.mark.parametrize("start", [LINE + b"content-length: 9999\r\n\r\n", LINE + b"x: "])
def test_a_server_that_answers_a_byte_at_a_time_costs_the_timeout(start: bytes) -> None:
    """Each byte comes in time, so only the whole attempt can be too long."""

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(start)
        for _ in range(100):  # and then cuts the connection, which is no timeout
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    assert found(manner, seconds=SOON) == NoAnswer("timeout")


def test_a_body_that_nobody_reads_costs_the_timeout() -> None:
    """The server's window is full, so the rest of the request cannot leave."""

    async def work() -> Answer | NoAnswer:
        done = asyncio.Event()

        async def manner(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await done.wait()

        async with serving(manner) as port:
            asking = client(f"http://127.0.0.1:{port}/", SOON)
            answered = await asking.post("/x", b"x" * 50_000_000)
            done.set()
            await asking.aclose()
            return answered

    assert asyncio.run(work()) == NoAnswer("timeout")


LOCATIONS = [
    "/elsewhere",
    "https://triplewhale.example/",
    "",
    "//",
    "http://",
    "mailto:x@example.com",
    "http://xn--/",
    "https://xn--a/",
    "http://a:b/",
    "http://[::1",
    "x" * 70_000,
]


@pytest.mark.parametrize("location", LOCATIONS, ids=lambda location: location[:20])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status: int, location: str) -> None:
    """A POST would arrive as a GET, or the key at another's; the address is wrong, then."""
    server = Answering([answer(status, "", location=location)])
    assert found(server) in (
        Answer(status, None, is_json=False),
        # Where httpx cannot read the address, it does not give us the answer.
        NoAnswer("connection"),
    )
    assert len(server.requests) == 1


def concrete(kind: type[Exception]) -> Iterator[type[Exception]]:
    for one in kind.__subclasses__():
        yield from concrete(one) if one.__subclasses__() else [one]


@pytest.mark.parametrize("kind", list(concrete(httpx.RequestError)), ids=lambda kind: kind.__name__)
def test_every_error_of_a_request_that_httpx_knows_is_no_answer(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those which cannot come today: redirects are not followed, httpx's timers are off."""

    async def failing(*_: object, **__: object) -> None:
        raise kind("made up")

    monkeypatch.setattr(httpx.AsyncClient, "send", failing)
    assert found(saying(OK)) == NoAnswer("connection")


NEVER_A_REQUESTS = {
    "HTTPStatusError": "only `raise_for_status` raises it, which nobody calls",
    "InvalidURL": "addresses are the settings' and the table's; a redirect's is caught",
    "CookieConflict": "only reading a cookie by its name raises it, which nobody does",
    "StreamConsumed": "answers are read once, by httpx, as a whole",
    "StreamClosed": "the same",
    "ResponseNotRead": "the same",
    "RequestNotRead": "bodies are bytes, never streams",
}
"""What httpx can raise beside the errors of a request, and why no request does."""


def test_nothing_else_of_httpx_is_forgotten() -> None:
    """A new version may bring a new kind of error: then this fails, and somebody looks."""
    known = [one for one in vars(httpx).values() if isinstance(one, type)]
    errors = {one for one in known if issubclass(one, Exception) and not one.__subclasses__()}
    others = {one.__name__ for one in errors if not issubclass(one, httpx.RequestError)}
    assert others == set(NEVER_A_REQUESTS)


@pytest.mark.parametrize(
    "error",
    [
        ssl.SSLError(1, "bad record mac"),
        httpx.InvalidURL("in a redirect"),
        UnicodeError("in the host of a redirect"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_httpx_lets_through_is_no_answer_too(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from real servers: a broken TLS record, and redirects to addresses that are none."""

    async def failing(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(httpx.AsyncClient, "send", failing)
    assert found(saying(OK)) == NoAnswer("connection")


def test_a_connection_that_was_cut_is_replaced() -> None:
    """A fault leaves no dead connection in the way of the next request."""

    async def work() -> list[Answer | NoAnswer]:
        faults = iter([*CUT.values()])

        async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await next(faults, saying(OK))(reader, writer)

        async with serving(manner) as port:
            asking = client(f"http://127.0.0.1:{port}/")
            answers = [await asking.post("/x", b"{}") for _ in range(len(CUT) + 2)]
            await asking.aclose()
            return answers

    assert asyncio.run(work())[-2:] == [Answer(200, {})] * 2


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.name)
def test_no_path_can_make_an_address_wrong(endpoint: Any) -> None:
    """So neither InvalidURL nor UnsupportedProtocol can come from ours."""
    base = "https://api.triplewhale.com/api/v2"
    assert str(httpx.URL(base + endpoint.path)) == base + endpoint.path
