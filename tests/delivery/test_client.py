"""A body goes out and an answer comes back, as it was said."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from target_triplewhale.delivery import client as module
from target_triplewhale.delivery.client import CONNECTIONS, SANDBOX_URL, Answer, NoAnswer
from tests.delivery.servers import OK, Answering, answer, asked, client, request, saying, serving


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"success": true}', Answer(200, {"success": True})),
        ("[1, 2]", Answer(200, [1, 2])),
        ("null", Answer(200, None)),
        ("\ufeff{}", Answer(200, {})),
        ('{"a": "\\ud800"}', Answer(200, {"a": "\ud800"})),
        ("", Answer(200, None, is_json=False)),
        ("<html>", Answer(200, None, is_json=False)),
        ('{"a": 1', Answer(200, None, is_json=False)),
        ("[" * 100_000, Answer(200, None, is_json=False)),
        ("1" * 5000, Answer(200, None, is_json=False)),
        ("NaN", Answer(200, None, is_json=False)),
    ],
    ids=[
        "object",
        "list",
        "null",
        "mark",
        "surrogate",
        "empty",
        "page",
        "torn",
        "deep",
        "long",
        "NaN",
    ],
)
def test_a_body_is_json_or_said_to_be_none(body: str, expected: Answer) -> None:
    """Null is JSON, a page is not; neither may be taken for the other."""
    assert asyncio.run(asked(saying(answer(200, body)))) == expected


def test_a_body_in_a_wrong_encoding_is_no_json() -> None:
    """It may still be an answer, by its status."""
    body = b'{"a": "\xff"}'
    raw = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
    assert asyncio.run(asked(saying(raw))) == Answer(200, None, is_json=False)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0"}, 0.0),
        (
            {
                "retry_after": "Thu, 01 Jan 2026 00:01:00 GMT",
                "date": "Thu, 01 Jan 2026 00:00:50 GMT",
            },
            10.0,
        ),
        ({"retry_after": "Thu, 01 Jan 2026 00:01:00 GMT"}, 0.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "1, 3"}, 3.0),
        ({"retry_after": "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
    ],
)
@pytest.mark.parametrize("body", [{}, "<html>"], ids=["JSON", "page"])
def test_a_wish_to_wait_is_read_from_the_headers(
    headers: dict[str, str], seconds: float | None, body: Any
) -> None:
    """In both forms, whatever the body is."""
    answered = asyncio.run(asked(saying(answer(503, body, **headers))))
    assert isinstance(answered, Answer)
    assert answered.retry_after == seconds


def test_a_request_names_key_sender_and_kind() -> None:
    """And goes to the path under the base address, whether that ends in a slash or not."""

    async def work(slash: str) -> Answering:
        server = Answering([OK])
        async with serving(server) as port:
            asking = client(f"http://127.0.0.1:{port}/api/v2{slash}")
            await asking.post("/data-in/customers", b'{"a":1}')
            await asking.get("/users/api-keys/me")
            await asking.aclose()
        return server

    for slash in ("", "/"):
        (posted, headers, body), (got, _, nothing) = asyncio.run(work(slash)).requests
        assert posted == "POST /api/v2/data-in/customers HTTP/1.1"
        assert got == "GET /api/v2/users/api-keys/me HTTP/1.1"
        assert headers["x-api-key"] == "made-up"
        assert headers["user-agent"] == "tests"
        assert headers["content-type"] == "application/json"
        assert (body, nothing) == (b'{"a":1}', b"")


def test_without_a_key_none_is_sent() -> None:
    """The sandbox needs none; an empty one would be a wrong one."""

    async def work() -> Answering:
        server = Answering([OK])
        async with serving(server) as port:
            asking = client(f"http://127.0.0.1:{port}/", api_key=None)
            await asking.post("/x", b"{}")
            await asking.aclose()
        return server

    ((_, headers, _),) = asyncio.run(work()).requests
    assert "x-api-key" not in headers


def test_connections_are_used_again_and_none_is_waited_for() -> None:
    """Many at once each get their own; one after another share the warmest."""

    async def work() -> tuple[int, int, int]:
        release = asyncio.Event()
        served: list[asyncio.StreamWriter] = []

        async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while True:
                await request(reader)
                served.append(writer)
                if len(served) >= 3 * CONNECTIONS:
                    release.set()
                await release.wait()
                writer.write(OK)

        async with serving(manner) as port:
            asking = client(f"http://127.0.0.1:{port}/")
            many = [asking.post("/x", b"{}") for _ in range(3 * CONNECTIONS)]
            assert await asyncio.gather(*many) == [Answer(200, {})] * len(many)
            at_once = len(set(served))
            for _ in range(20):
                await asking.post("/x", b"{}")
            await asking.aclose()
        return at_once, len(set(served)), len(set(served[-20:]))

    assert asyncio.run(work()) == (3 * CONNECTIONS, 3 * CONNECTIONS, 1)


def test_an_app_is_asked_without_a_socket() -> None:
    """The embedded sandbox; what breaks in it is its answer, not ours."""
    asked_for: list[tuple[str, str]] = []

    async def app(scope: Any, _: Any, send: Any) -> None:
        asked_for.append((scope["method"], scope["path"]))
        if scope["path"].endswith("broken"):
            raise ZeroDivisionError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def work() -> list[Answer | NoAnswer]:
        asking = client(SANDBOX_URL, app=app)
        answers = [await asking.post("/data-in/ads", b"{}"), await asking.get("/broken")]
        await asking.aclose()
        return answers

    assert asyncio.run(work()) == [Answer(200, {}), Answer(500, None, is_json=False)]
    assert asked_for == [("POST", "/api/v2/data-in/ads"), ("GET", "/api/v2/broken")]


def test_an_answer_without_end_is_broken_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would be kept in memory, for each request in flight."""
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    long = "[" + "1," * 1000 + "1]"
    assert asyncio.run(asked(saying(answer(200, long)))) == Answer(200, None, is_json=False)


def test_cookies_are_not_sent_back() -> None:
    """An API needs none, and they would grow from answer to answer."""

    async def work() -> Answering:
        server = Answering([answer(200, "{}", set_cookie="a=b; path=/"), OK])
        async with serving(server) as port:
            asking = client(f"http://127.0.0.1:{port}/")
            for _ in range(2):
                await asking.post("/x", b"{}")
            await asking.aclose()
        return server

    (_, (_, headers, _)) = asyncio.run(work()).requests
    assert "cookie" not in headers
