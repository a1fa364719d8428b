"""Requests to the API, one after the other at a gentle pace; shares no code with delivery."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx

from target_triplewhale.journal.masking import masked
from tests.live.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

UNKNOWN_KEY = "not-a-key-of-anyone"
TIMEOUT = 30
AGENT = {"User-Agent": "target-triplewhale live kit"}


class Client:
    """Speaks to one API with one key, which it never shows."""

    def __init__(
        self, url: str, key: str, *, pause: float = 0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Take the address, the key, and how many seconds lie between two requests."""
        self._url = url
        self._auth = KeyAuth(key)
        self._pause = pause
        self._sleep = sleep
        self._http = httpx.Client(
            timeout=TIMEOUT, headers={"User-Agent": "target-triplewhale live"}
        )
        self.requests = 0

    def get(self, path: str, *, is_known: bool = True) -> Answer:
        """Ask for a path, or ask with a key that nobody has."""
        auth = self._auth if is_known else KeyAuth(UNKNOWN_KEY)
        return self._send(httpx.Request("GET", self._url + path), auth)

    def post(self, path: str, body: Any) -> Answer:
        """Send a body as JSON."""
        return self._send(httpx.Request("POST", self._url + path, json=body), self._auth)

    def cleaned(self, text: str) -> str:
        """Return a text without the key, e-mails and phone numbers."""
        return masked(self._auth.without_key(text))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, request: httpx.Request, auth: KeyAuth) -> Answer:
        if self.requests:
            self._sleep(self._pause)
        self.requests += 1
        try:
            response = self._http.send(request, auth=auth)
        except httpx.HTTPError:
            return Answer(None)
        return Answer(response.status_code, _body(response), response.headers)


class KeyAuth(httpx.Auth):
    """Puts a key on each request as it goes out, so that nothing that is shown holds it."""

    def __init__(self, key: str) -> None:
        """Take the key."""
        self.__key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header."""
        request.headers["x-api-key"] = self.__key
        yield request

    def without_key(self, text: str) -> str:
        """Return a text in which the key is no more."""
        return text.replace(self.__key, "***")


def _body(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
