"""The API as the tools ask it: one question after the other."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from target_triplewhale.equipment import client_of, sandbox_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.delivery.client import Answer, Client, NoAnswer
    from target_triplewhale.settings import Settings


class Api:
    """Asks, and waits for the answer."""

    def __init__(self, client: Client, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def get(self, path: str) -> Answer | NoAnswer:
        """Ask for a resource."""
        return self._runner.run(self._client.get(path))

    def post(self, path: str, body: bytes) -> Answer | NoAnswer:
        """Send a body."""
        return self._runner.run(self._client.post(path, body))


@contextmanager
def connected(settings: Settings) -> Iterator[Api]:
    """Open the API, or the embedded sandbox; raise UsageError."""
    sandbox = sandbox_of(settings)
    try:
        client = client_of(settings, sandbox)
        with asyncio.Runner() as runner:
            yield Api(client, runner)
            runner.run(client.aclose())
    finally:
        if sandbox:
            sandbox.state.store.close()
