"""The one module that speaks HTTP: it sends a body and returns an answer, or why there is none."""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Literal

import httpx
import msgspec

from target_triplewhale.delivery.retries import retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

SANDBOX_URL = "http://sandbox/api/v2"
CONNECTIONS = 8
"""Connections of one pool."""
KEPT_ALIVE_SECONDS = 4.0
"""Many servers close a connection that idles for 5 seconds, in the face of the next request."""
MOST_BYTES = 16 * 1024 * 1024
"""A longer answer is none of this API; it is not read to its end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `body` is the JSON read, or None where `is_json` is false."""

    status: int
    body: Any
    is_json: bool = True
    retry_after: float | None = None
    date: str | None = None
    """The server's clock, as its header writes it."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is no answer: nothing in time, no or a cut connection, or a certificate."""

    why: Literal["timeout", "connection", "tls"]


class Client:
    """Requests to one base address with one key, each whole attempt within `timeout` seconds.

    One pool of httpx loses its time in looking for a free connection once it has dozens of them,
    so there are many small ones, made as they are needed.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None,
        user_agent: str,
        timeout: float,
        app: Callable[..., Any] | None = None,
    ) -> None:
        headers = {
            "user-agent": user_agent,
            "content-type": "application/json",
            "accept-encoding": "identity",
        }
        if api_key:
            headers["x-api-key"] = api_key
        # A transport of one's own would turn the environment's proxies off.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False) if app else None
        self._secret = api_key.encode() if api_key else None
        self._timeout = timeout
        self._make = partial(
            httpx.AsyncClient,
            base_url=base_url,
            headers=headers,
            timeout=None,
            limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=KEPT_ALIVE_SECONDS),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            verify=httpx.create_ssl_context(),
            transport=transport,
        )
        try:
            self._pools = [self._make()]
        except httpx.InvalidURL as error:
            raise ValueError(str(error)) from None
        self._seats = self._pools * CONNECTIONS

    async def post(self, path: str, body: bytes) -> Answer | NoAnswer:
        """Send a JSON body."""
        return await self._request("POST", path, body)

    async def get(self, path: str) -> Answer | NoAnswer:
        """Ask for a resource."""
        return await self._request("GET", path, None)

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools:
            await pool.aclose()

    async def _request(self, method: str, path: str, body: bytes | None) -> Answer | NoAnswer:
        pool = self._seat()
        try:
            async with asyncio.timeout(self._timeout):
                async with pool.stream(method, path, content=body) as response:
                    return _answer(response, self._without_key(await _content(response)))
        except TimeoutError:
            return NoAnswer("timeout")
        except httpx.RequestError as error:
            return NoAnswer("tls" if _is_tls(error) else "connection")
        except (httpx.InvalidURL, OSError, UnicodeError):
            # httpx lets these through: a spoiled TLS record, and a redirect to no address.
            return NoAnswer("connection")
        finally:
            self._seats.append(pool)

    def _without_key(self, content: bytes) -> bytes:
        """Return an answer without the key: its words reach rejects and logs."""
        return content.replace(self._secret, b"***") if self._secret else content

    def _seat(self) -> httpx.AsyncClient:
        """Take the seat left last, whose connection is the warmest; never wait for one."""
        if not self._seats:
            self._pools.append(self._make())
            self._seats = self._pools[-1:] * CONNECTIONS
        return self._seats.pop()


async def _content(response: httpx.Response) -> bytes:
    """Return the body, or nothing of one that is too long."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            return b""
    return bytes(content)


def _answer(response: httpx.Response, content: bytes) -> Answer:
    headers = response.headers
    date = headers.get("date")
    wait = retry_after_seconds(headers.get("retry-after"), date, datetime.now(UTC))
    try:
        body = _read_json(content)
    except (ValueError, RecursionError):
        return Answer(response.status_code, None, is_json=False, retry_after=wait, date=date)
    return Answer(response.status_code, body, retry_after=wait, date=date)


def _read_json(content: bytes) -> Any:
    """Read JSON; the standard library also takes a byte order mark, and lone surrogates."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(content, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_tls(error: httpx.RequestError) -> bool:
    """Tell whether a certificate or a TLS handshake is why there is no connection."""
    cause: BaseException | None = error if isinstance(error, httpx.ConnectError) else None
    while cause is not None:
        # The other kinds say that a connection has ended, or that there was nothing to read yet.
        if type(cause) in (ssl.SSLError, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
