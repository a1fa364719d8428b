"""How long a run waits for one answer."""

from __future__ import annotations

import asyncio

from target_triplewhale.delivery.client import Answer, NoAnswer
from tests.delivery.servers import client, request, serving

PATIENCE = 20
"""Seconds after which the test itself gives up."""


def test_an_answer_without_an_end_is_given_up_in_time() -> None:
    """Its head comes at once, so only the whole attempt can be too long."""

    async def manner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{")
        while await reader.read(1 << 16):
            pass

    async def work() -> Answer | NoAnswer:
        async with serving(manner) as port:
            asking = client(f"http://127.0.0.1:{port}/", 0.2)
            try:
                async with asyncio.timeout(PATIENCE):
                    return await asking.post("/x", b"{}")
            finally:
                await asking.aclose()

    assert asyncio.run(work()) == NoAnswer("timeout")
