"""Who may see the page, and what its answers tell a browser to allow."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "sandbox_page"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
        " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
FOREIGN_HOST = (
    "This page answers on this machine only, as localhost or 127.0.0.1: the request names another"
    " host.\n"
)
LED_HERE = (
    "Another web site has asked for this. Open the address yourself, in the bar of the browser.\n"
)
UNASKED = (
    "This page wants the token that the sandbox printed when it started: open the address that"
    " stands there.\n"
)


class Door:
    """Lets in who asks this machine by its own name, or with a token who has it."""

    def __init__(self, app: ASGIApp, token: str | None = None) -> None:
        """Take what lies behind; without a token only names of this machine are good."""
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let through, with the same headers on every answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer = self._answer(Request(scope)) or self._app
        await answer(scope, receive, send_with_headers)

    def _answer(self, request: Request) -> Response | None:
        if _is_of_another_site(request):
            return PlainTextResponse(LED_HERE, 403)
        if self._token is None:
            # A foreign name that resolves to this machine is some web site's way to read it.
            is_own = _is_own(request.headers.get("host", ""))
            return None if is_own else PlainTextResponse(FOREIGN_HOST, 403)
        if self._is_good(request.query_params.get("token", "")):
            return self._welcome()
        if self._is_good(request.cookies.get(COOKIE, "")):
            return None
        return PlainTextResponse(UNASKED, 403)

    def _welcome(self) -> Response:
        """Move the token from the address, which others see, into a cookie."""
        answer = RedirectResponse("/", 303)
        answer.set_cookie(COOKIE, self._token or "", httponly=True, samesite="strict")
        return answer

    def _is_good(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), (self._token or "").encode())


def _is_of_another_site(request: Request) -> bool:
    """Tell whether another site has made the browser ask, other than by a plain link.

    It could not read the answer, but have queries run as often as it likes.
    """
    if request.headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
        return False
    return request.headers.get("sec-fetch-dest") != "document" or "query" in request.query_params


def _is_own(host: str) -> bool:
    """Tell whether a `Host` header names this machine by loopback; any port is good."""
    name = host.partition("]")[0][1:] if host.startswith("[") else host.partition(":")[0]
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name.lower() == "localhost"
