"""What stands between this machine and the API, and whether their clocks agree."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.check.checking import Checked, check
from tests.delivery.servers import answer, saying, serving

if TYPE_CHECKING:
    from tests.whole_runs import Runner


def told(run: Runner, said: bytes, **config: Any) -> Checked:
    """Check against a server that says this to everything."""

    async def ask() -> Checked:
        async with serving(saying(said)) as port:
            run.config["api_url"] = f"http://127.0.0.1:{port}/api/v2"
            return await asyncio.to_thread(check, run, **config)

    return asyncio.run(ask())


def http_date(seconds: float) -> str:
    """Return a time by a clock that is off by so much."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def test_a_port_where_nobody_listens(run: Runner) -> None:
    """What to look at is named; what was not found out is not guessed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = check(run, api_url=f"http://127.0.0.1:{port}/api/v2")
    assert found.to_do == ["connection"]
    assert "HTTPS_PROXY" in found.sentence("connection")
    for name in ("clock", "key", "scopes", "shop"):
        assert found.verdict(name) == "cannot tell"


def test_a_server_that_says_nothing(run: Runner) -> None:
    """It is waited for no longer than a run would."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/v2"
        found = check(run, api_url=url, request_timeout=0.2)
    assert found.to_do == ["connection"]
    assert "`request_timeout`" in found.sentence("connection")


def test_a_server_that_speaks_no_tls(run: Runner) -> None:
    """A port for http, or a proxy that opens TLS."""

    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    async def ask() -> Checked:
        async with serving(plain) as port:
            url = f"https://127.0.0.1:{port}/api/v2"
            return await asyncio.to_thread(check, run, api_url=url)

    found = asyncio.run(ask())
    assert found.to_do == ["connection"]
    assert "TLS certificate" in found.sentence("connection")


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (answer(404, {"message": "no"}), "/api/v2"),
        (answer(407, "<html>"), "a user and a password"),
        (answer(200, "<html>"), "something else than the API"),
        (answer(302, {}, location="http://127.0.0.1/"), "something else than the API"),
    ],
    ids=["404", "407", "page", "redirection"],
)
def test_what_is_not_the_api_is_told(run: Runner, said: bytes, word: str) -> None:
    """A wrong address, a login page, a proxy."""
    found = told(run, said)
    assert found.to_do == ["connection"]
    assert word in found.sentence("connection")


def test_a_proxy_that_cannot_be_used_is_a_sentence(run: Runner) -> None:
    """The environment's value may hold a password."""
    env = {"HTTP_PROXY": "ftp://user:hidden-word@127.0.0.1", "NO_PROXY": ""}
    env |= {f"TARGET_TRIPLEWHALE_{name.upper()}": str(one) for name, one in run.config.items()}
    done = run.execute(["--config=ENV", "check"], b"", env)
    assert done.code == 1
    assert "to do        connection  the environment names a proxy" in done.out
    assert "hidden-word" not in done.out + done.log


@pytest.mark.parametrize(
    ("seconds", "side"), [(-300, "ahead of"), (300, "behind")], ids=["fast", "slow"]
)
def test_a_clock_that_is_wrong_is_told(run: Runner, seconds: float, side: str) -> None:
    """By which side, and by how much."""
    found = told(run, answer(200, {}, date=http_date(seconds)))
    assert found.to_do == ["clock"]
    assert side in found.sentence("clock")
    assert any(f"{near} seconds" in found.sentence("clock") for near in range(290, 311))


@pytest.mark.parametrize(("date", "verdict"), [(None, "cannot tell"), ("yesterday", "cannot tell")])
def test_a_server_without_a_clock_cannot_tell(run: Runner, date: str | None, verdict: str) -> None:
    """No header, or none that can be read."""
    headers = {"date": date} if date else {}
    assert told(run, answer(200, {}, **headers)).verdict("clock") == verdict


def test_clocks_that_agree(run: Runner) -> None:
    """Some seconds are the way of the answer."""
    assert told(run, answer(200, {}, date=http_date(20))).verdict("clock") == "ok"
