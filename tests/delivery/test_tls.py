"""TLS: what cannot be trusted halts with a sentence, and what breaks on the way does not."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.verdicts import Asked, Halt, verdict
from target_triplewhale.endpoints import ENDPOINTS
from tests.delivery.servers import OK, asked, client, request, resetting, saying, serving

if TYPE_CHECKING:
    import ssl

    from tests.delivery.servers import Manner


def test_a_certificate_that_nobody_trusts_halts(context: ssl.SSLContext) -> None:
    """The key must not go to whoever answers; the next try would meet the same."""
    found = asyncio.run(asked(saying(OK), context=context))
    assert found == NoAnswer("tls")
    halted = verdict(found, Asked(ENDPOINTS["orders"], "s", ["1"]))
    assert isinstance(halted, Halt)
    assert "certificate cannot be trusted" in halted.sentence


@pytest.mark.usefixtures("trusted")
def test_a_certificate_that_the_environment_names_is_trusted(context: ssl.SSLContext) -> None:
    """Behind a proxy that opens TLS there is no other way."""
    assert asyncio.run(asked(saying(OK), context=context)) == Answer(200, {})


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_halts(context: ssl.SSLContext) -> None:
    """Somebody else's certificate, however trusted, is not the API's."""

    async def work() -> Answer | NoAnswer:
        async with serving(saying(OK), context) as port:
            asking = client(f"https://localhost:{port}/")
            found = await asking.post("/x", b"{}")
            await asking.aclose()
            return found

    assert asyncio.run(work()) == NoAnswer("tls")


def test_a_server_that_speaks_no_tls_halts() -> None:
    """`https` where there is only `http`: the address is wrong."""

    async def work() -> Answer | NoAnswer:
        async def manner(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()

        async with serving(manner) as port:
            asking = client(f"https://127.0.0.1:{port}/")
            found = await asking.post("/x", b"{}")
            await asking.aclose()
            return found

    assert asyncio.run(work()) == NoAnswer("tls")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "manner",
    [saying(b""), resetting(b""), resetting(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{")],
    ids=["closed", "reset", "reset in the body"],
)
def test_a_connection_that_is_cut_is_no_fault_of_tls(
    context: ssl.SSLContext, manner: Manner
) -> None:
    """It passes, so it is tried again."""
    assert asyncio.run(asked(manner, context=context)) == NoAnswer("connection")


def test_a_connection_that_is_cut_in_the_handshake_is_no_fault_of_tls() -> None:
    """A balancer without servers behind it closes at once."""

    async def work() -> Answer | NoAnswer:
        async def manner(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
            pass

        async with serving(manner) as port:
            asking = client(f"https://127.0.0.1:{port}/")
            found = await asking.post("/x", b"{}")
            await asking.aclose()
            return found

    assert asyncio.run(work()) == NoAnswer("connection")


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("noise", [b"no TLS at all\r\n", b"\x17\x03\x03\x00\x20" + b"x" * 32])
def test_a_record_that_was_spoiled_on_the_way_is_no_answer(
    context: ssl.SSLContext, noise: bytes
) -> None:
    """The certificate was good; the next connection may be too."""

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        os.write(writer.get_extra_info("socket").fileno(), noise)
        await reader.read()

    assert asyncio.run(asked(manner, context=context)) == NoAnswer("connection")
