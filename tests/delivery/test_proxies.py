"""A proxy that the environment names is used, and its faults are faults of the way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.delivery.client import SANDBOX_URL, Answer, NoAnswer
from tests.delivery.servers import OK, Answering, answer, client, request, saying, serving

if TYPE_CHECKING:
    import ssl

    from tests.delivery.servers import Manner

NOWHERE = "127.0.0.1:9"
"""Nobody listens there; only a proxy can answer for it."""


class Tunnel:
    """A proxy that connects what asks for it, and remembers whereto."""

    def __init__(self) -> None:
        self.targets: list[str] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect, and carry both ways."""
        first, _, _ = await request(reader)
        method, target, _ = first.split(" ")
        assert method == "CONNECT"
        self.targets.append(target)
        host, port = target.split(":")
        there = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_carry(reader, there[1]), _carry(there[0], writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
    writer.close()


async def ask(url: str, **options: Any) -> Answer | NoAnswer:
    asking = client(url, **options)
    try:
        return await asking.post("/data-in/ads", b"{}")
    finally:
        await asking.aclose()


async def ask_through(
    proxy: Manner, url: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> Answer | NoAnswer:
    async with serving(proxy) as port:
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        return await ask(url)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_plain_requests_go_through_the_proxy(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also to loopback, where nothing says that they should not."""
    proxy = Answering([answer(200, {"through": "the proxy"})])
    found = asyncio.run(ask_through(proxy, f"http://{NOWHERE}/api/v2", monkeypatch, name))
    assert found == Answer(200, {"through": "the proxy"})
    ((first, _, _),) = proxy.requests
    assert first == f"POST http://{NOWHERE}/api/v2/data-in/ads HTTP/1.1"


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
def test_tls_goes_through_the_proxy_unopened(
    name: str,
    context: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The proxy is told whereto, and no key."""

    async def work() -> tuple[Answer | NoAnswer, list[str], int]:
        tunnel = Tunnel()
        async with serving(saying(OK), context) as port:
            url = f"https://127.0.0.1:{port}/api/v2"
            return await ask_through(tunnel, url, monkeypatch, name), tunnel.targets, port

    found, targets, port = asyncio.run(work())
    assert found == Answer(200, {})
    assert targets == [f"127.0.0.1:{port}"]


def test_a_certificate_behind_a_proxy_is_looked_at_too(
    context: ssl.SSLContext,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy that opens TLS shows its own, and must be named to be trusted."""

    async def work() -> Answer | NoAnswer:
        async with serving(saying(OK), context) as port:
            url = f"https://127.0.0.1:{port}/"
            return await ask_through(Tunnel(), url, monkeypatch, "HTTPS_PROXY")

    assert asyncio.run(work()) == NoAnswer("tls")


@pytest.mark.parametrize("status", [407, 502])
def test_a_proxy_that_refuses_is_no_answer(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The API has said nothing then."""
    proxy = Answering([answer(status, {})])
    found = asyncio.run(ask_through(proxy, f"https://{NOWHERE}/", monkeypatch, "HTTPS_PROXY"))
    assert found == NoAnswer("connection")


def test_a_proxy_that_is_down_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request must not go another way than the user has said."""
    monkeypatch.setenv("HTTP_PROXY", f"http://{NOWHERE}")

    async def work() -> Answer | NoAnswer:
        async with serving(saying(OK)) as port:
            return await ask(f"http://127.0.0.1:{port}/")

    assert asyncio.run(work()) == NoAnswer("connection")


def test_a_host_that_needs_no_proxy_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY wins."""
    monkeypatch.setenv("HTTP_PROXY", f"http://{NOWHERE}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    async def work() -> Answer | NoAnswer:
        async with serving(saying(OK)) as port:
            return await ask(f"http://127.0.0.1:{port}/")

    assert asyncio.run(work()) == Answer(200, {})


def test_the_embedded_sandbox_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no address; what a proxy would say of it is nothing."""
    monkeypatch.setenv("ALL_PROXY", f"http://{NOWHERE}")

    async def app(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    assert asyncio.run(ask(SANDBOX_URL, app=app)) == Answer(200, {})


@pytest.mark.parametrize("proxy", ["ftp://127.0.0.1:9", "http://127.0.0.1:port", "socks5://x:9"])
def test_a_proxy_that_cannot_be_used_is_refused_at_once(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is read, where it can still be told as a wrong environment."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises((OSError, ValueError, ImportError)):
        client("https://api.triplewhale.com/api/v2")
