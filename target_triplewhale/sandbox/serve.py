"""The imitation behind a real socket: in this thread, or in one of its own for a test."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from target_triplewhale.sandbox.app import PREFIX
from target_triplewhale.sandbox.cut import TRANSPORT

if TYPE_CHECKING:
    import asyncio
    from types import TracebackType

    from starlette.applications import Starlette

START_SECONDS = 10


class ExposingProtocol(H11Protocol):
    """Hands each connection's transport to the app, so that a scripted fault can close it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport beside the app's own state."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class EndingServer(uvicorn.Server):
    """Ends the page's open streams before it waits for the answers under way."""

    def __init__(self, app: Starlette, log_level: str) -> None:
        """Take the app."""
        super().__init__(_config(app, log_level))
        self._page = app.state.page

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let no stream hold the end up."""
        self._page.live.end()
        await super().shutdown(sockets)


class Served:
    """An app on a port, run by a thread; a context manager that stops it."""

    def __init__(self, app: Starlette, listener: socket.socket) -> None:
        """Start serving; ready when this returns."""
        self._listener = listener
        self.port: int = listener.getsockname()[1]
        self.url = url_of(listener)
        self._server = EndingServer(app, "critical")
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.005)

    def stop(self) -> None:
        """End the server and wait for it."""
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
        self._listener.close()

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()


def serve(app: Starlette, host: str = "127.0.0.1", port: int = 0) -> Served:
    """Serve an app from a thread; port 0 takes a free one."""
    return Served(app, listen(host, port))


def run(app: Starlette, listener: socket.socket) -> None:
    """Serve an app from this thread until a signal ends it."""
    EndingServer(app, "warning").run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections from now on; OSError where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=1024)
    # Or each small answer waits 40 ms for the client's word that it has the headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the `api_url` under which a listener is reached."""
    return page_of(listener).removesuffix("/") + PREFIX


def page_of(listener: socket.socket) -> str:
    """Return the address of the page of a listener."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _config(app: Starlette, log_level: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=ExposingProtocol,
        ws="none",
        log_level=log_level,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
