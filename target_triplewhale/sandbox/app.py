"""The imitation as an ASGI app, to be served on a port or embedded in a client."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Mount

from target_triplewhale.sandbox.cut import Cut
from target_triplewhale.sandbox.keys import Key, Keys
from target_triplewhale.sandbox.limits import Limits
from target_triplewhale.sandbox.page import show_page
from target_triplewhale.sandbox.routes import (
    EVENTS,
    KEY_CHECK_PATH,
    KEY_CHECKS,
    REQUESTS,
    ROUTES,
    Route,
)
from target_triplewhale.sandbox.store import Entry, Store
from target_triplewhale.sandbox.verdicts import Verdict, judge, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from target_triplewhale.sandbox.faults import Fault, Faults

PREFIX = "/api/v2"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
KEY_CHECKS_PER_MINUTE = 100
CUT_STATUS = 0
SCRIPTED = {"success": False, "message": "A fault of the script"}


def create_app(  # noqa: PLR0913 - each is one thing that a test wants to choose
    db: Path | str,
    *,
    faults: Faults | None = None,
    keys: Keys | None = None,
    clock: Callable[[], float] = time.time,
    requests_per_minute: int = 25_000,
    events_per_minute: int = 1_000,
    rate_limit_window: float = 60,
) -> Starlette:
    """Return the app on its database; `rate_limit_window` is how long a "minute" lasts.

    Without `keys` every key is good, even none. OSError says why the file cannot be used.
    """
    allowed = {
        REQUESTS: requests_per_minute,
        EVENTS: events_per_minute,
        KEY_CHECKS: KEY_CHECKS_PER_MINUTE,
    }
    store = Store(db)
    api = Api(store, Limits(allowed, rate_limit_window), keys or Keys(), faults, clock)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    routes = [
        Mount("/", show_page),
        Mount(PREFIX + "/{path:path}", api.answer, methods=METHODS),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.store = store
    return app


class Api:
    """One answer a request: key, scope, pace, body, then what the script of faults makes of it."""

    def __init__(
        self,
        store: Store,
        limits: Limits,
        keys: Keys,
        faults: Faults | None,
        clock: Callable[[], float],
    ) -> None:
        """Take the collaborators."""
        self._store = store
        self._limits = limits
        self._keys = keys
        self._faults = faults
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        """Answer any request under the API's prefix and keep a record of it."""
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        path = "/" + request.path_params["path"]
        fault = self._faults.strike(path, raw) if self._faults is not None else None
        now = self._clock()
        key = self._keys.find(request.headers.get("x-api-key", ""))
        early = self._limits.held_for(_limits_of(path), now)
        if fault is None or fault.keeps:
            verdict = self._decide(request.method, path, key, raw, now)
        else:
            verdict = Verdict(503, SCRIPTED)
        response = _response(verdict, fault)
        self._hold(path, fault, now)
        self._settle(request.method, path, key, verdict, response, now=now, early=early)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        return response

    def _decide(self, method: str, path: str, key: Key | None, raw: bytes, now: float) -> Verdict:
        route = ROUTES.get(path)
        if route is None and path != KEY_CHECK_PATH:
            return refusal(404, "Not found")
        if method != ("GET" if route is None else "POST"):
            return refusal(405, "Method not allowed")
        if key is None:
            return refusal(401, "Invalid API key")
        if route is None:
            return self._at_pace(path, now) or self._key_check(key, now)
        return (
            _without_scope(route, key)
            or self._at_pace(path, now)
            or judge(route, key, raw, self._store.has_order)
        )

    def _at_pace(self, path: str, now: float) -> Verdict | None:
        """Return the refusal of a request above its limit."""
        wait = self._limits.take(_limits_of(path), now)
        if wait is None:
            return None
        message = "Rate limit exceeded. Try again later."
        return refusal(429, message, headers={"Retry-After": str(wait)}, refusals=[])

    def _key_check(self, key: Key, now: float) -> Verdict:
        left = self._limits.left(KEY_CHECKS, now)
        headers = {
            "RateLimit-Policy": f"{KEY_CHECKS_PER_MINUTE};w=60",
            "RateLimit": f"limit={KEY_CHECKS_PER_MINUTE}, remaining={left}, reset=60",
        }
        content = {"valid": True, "scopes": list(key.granted), "created_at": key.created_at}
        return Verdict(200, content, headers=headers)

    def _hold(self, path: str, fault: Fault | None, now: float) -> None:
        """Remember the wait that a fault asks for; a limit's own is remembered by the limit."""
        seconds = "" if fault is None else fault.headers.get("Retry-After", "")
        limits = _limits_of(path)
        if limits and seconds.isdigit():
            self._limits.hold(limits[-1], now, int(seconds))

    def _settle(  # noqa: PLR0913 - what a request was, and what came of it
        self,
        method: str,
        path: str,
        key: Key | None,
        verdict: Verdict,
        response: Response,
        *,
        now: float,
        early: float | None,
    ) -> None:
        entry = Entry(
            at=now,
            method=method,
            path=path,
            status=CUT_STATUS if isinstance(response, Cut) else response.status_code,
            key="unknown" if key is None else key.label,
            records=verdict.records,
            retry_after=response.headers.get("Retry-After"),
            inside_retry_after=early,
        )
        self._store.settle(entry, verdict.table, verdict.kept, verdict.refusals)


def _without_scope(route: Route, key: Key) -> Verdict | None:
    if key.may(route.scopes):
        return None
    return refusal(403, f"The API key lacks the scope {route.scopes[0]}")


def _limits_of(path: str) -> tuple[str, ...]:
    route: Route | None = ROUTES.get(path)
    if route is not None:
        return route.limits
    return (KEY_CHECKS,) if path == KEY_CHECK_PATH else ()


def _response(verdict: Verdict, fault: Fault | None) -> Response:
    headers = dict(verdict.headers)
    if fault is None:
        return JSONResponse(verdict.content, verdict.status, headers)
    if fault.cut is not None:
        return Cut()
    status = fault.status or (200 if fault.replaces else verdict.status)
    headers.update(fault.headers)
    if fault.text is not None:
        return Response(fault.text, status, headers, media_type="text/html")
    content: Any = SCRIPTED if fault.status else verdict.content
    if fault.body is not None:
        content = fault.body
    return JSONResponse(content, status, headers)
