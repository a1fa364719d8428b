"""Closing a connection without an answer, which no ordinary ASGI response can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

TRANSPORT = "transport"


class Cut(Response):
    """No answer: the server's protocol has left its transport in the scope's state."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI signature
        """Close the connection; embedded there is none, so the client gets the error itself."""
        transport = scope.get("state", {}).get(TRANSPORT)
        if transport is None:
            raise ConnectionResetError("the connection was cut, as the script of faults says")
        transport.close()
        # Until the server knows, it would take the silence for a failure of the app.
        while (await receive())["type"] != "http.disconnect":
            pass
