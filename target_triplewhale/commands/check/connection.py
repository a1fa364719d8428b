"""The API as the checks ask it: one question after the other."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.equipment import client_of, sandbox_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.delivery.client import Client
    from target_triplewhale.settings import Settings

NAME = "connection"
REDIRECTIONS = range(300, 400)
_WHY = {
    "timeout": "the API does not answer within `request_timeout`: check `api_url`, and any proxy "
    "on the way (HTTPS_PROXY)",
    "connection": "there is no connection to the API: check `api_url`, the network, and any proxy "
    "on the way (HTTPS_PROXY)",
    "tls": "the server's TLS certificate cannot be trusted: check `api_url`, the clock of this "
    "machine, and whether a proxy opens TLS (SSL_CERT_FILE names its certificate)",
}


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


def connection(answer: Answer | NoAnswer) -> Finding:
    """Tell whether what answers is the API."""
    if isinstance(answer, NoAnswer):
        code = "TW-API-TLS" if answer.why == "tls" else "TW-CHECK-NO-ANSWER"
        return to_do(code, NAME, _WHY[answer.why])
    if answer.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        wish = "a proxy on the way wants a user and a password (HTTPS_PROXY)"
        return to_do("TW-API-STATUS", NAME, wish)
    if answer.status == HTTPStatus.NOT_FOUND:
        wrong = "the API has no key check there (404): check `api_url`; it ends in /api/v2"
        return to_do("TW-API-URL-WRONG", NAME, wrong)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return cannot_tell(NAME, f"the API, or what is before it, fails ({answer.status})")
    if not answer.is_json or answer.status in REDIRECTIONS:
        other = f"something else than the API answers (status {answer.status})"
        return to_do("TW-API-STATUS", NAME, f"{other}: check `api_url`, and any proxy on the way")
    return ok(NAME, "the API answers")
