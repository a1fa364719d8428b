"""The imitation as an ASGI app, to be served on a port or embedded in a client."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Mount

from target_triplewhale.sandbox.cut import Cut
from target_triplewhale.sandbox.data_out import SCOPES, SQL_PATH, DataOut
from target_triplewhale.sandbox.keys import Key, Keys
from target_triplewhale.sandbox.limits import Limits
from target_triplewhale.sandbox.page import Page
from target_triplewhale.sandbox.routes import (
    EVENTS,
    KEY_CHECK_PATH,
    KEY_CHECKS,
    QUERIES,
    REQUESTS,
    ROUTES,
    Route,
)
from target_triplewhale.sandbox.store import Entry, Store
from target_triplewhale.sandbox.verdicts import Verdict, judge, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from target_triplewhale.sandbox.faults import Fault, Faults

PREFIX = "/api/v2"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
KEY_CHECKS_PER_MINUTE = 100
QUERIES_PER_MINUTE = 60
CUT_STATUS = 0
SCRIPTED = {"success": False, "message": "A fault of the script"}
FOREIGN_PAGE = "The sandbox takes no request that a web page has made"


def create_app(  # noqa: PLR0913 - each is one thing that a test wants to choose
    db: Path | str,
    *,
    faults: Faults | None = None,
    keys: Keys | None = None,
    clock: Callable[[], float] = time.time,
    requests_per_minute: int = 25_000,
    events_per_minute: int = 1_000,
    rate_limit_window: float = 60,
    shop_timezone: str = "UTC",
    lag: float = 0,
    has_older_events: bool = False,
    page_token: str | None = None,
) -> Starlette:
    """Return the app on its database; `rate_limit_window` is how long a "minute" lasts.

    Without `keys` every key is good, even none. Data Out shows a recent order after `lag`
    seconds, and events under the table's older name where `has_older_events`. With `page_token` the
    page asks for it. OSError says why the file cannot be used, ValueError that there is no such
    zone.
    """
    allowed = {
        REQUESTS: requests_per_minute,
        EVENTS: events_per_minute,
        KEY_CHECKS: KEY_CHECKS_PER_MINUTE,
        QUERIES: QUERIES_PER_MINUTE,
    }
    data_out = DataOut(Path(db), shop_timezone, lag, has_older_events=has_older_events)
    store = Store(db)
    limits = Limits(allowed, rate_limit_window)
    api = Api(store, limits, keys or Keys(), faults, clock, data_out)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    page = Page(store.path, page_token)
    routes = [Mount(PREFIX + "/{path:path}", api.answer, methods=METHODS), page.route]
    handlers = {sqlite3.Error: api.unusable}
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    app.state.store = store
    app.state.page = page
    return app


class Api:
    """One answer a request: key, scope, pace, body, then what the script of faults makes of it."""

    def __init__(  # noqa: PLR0913, PLR0917 - one of each collaborator
        self,
        store: Store,
        limits: Limits,
        keys: Keys,
        faults: Faults | None,
        clock: Callable[[], float],
        data_out: DataOut,
    ) -> None:
        """Take the collaborators."""
        self._data_out = data_out
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
            verdict = _of_a_web_page(request) or await self._decide(
                request.method, path, key, raw, now
            )
        else:
            verdict = Verdict(503, SCRIPTED)
        response = _response(verdict, fault)
        self._hold(path, fault, now)
        self._settle(request.method, path, key, verdict, response, now=now, early=early)
        if fault is not None and fault.delay:
            await asyncio.sleep(fault.delay)
        return response

    async def unusable(self, _: Request, error: Exception) -> Response:
        """Answer where the file is locked, full, or gone: what was sent is not kept."""
        message = f"{self._store.path.name} cannot be used ({error}): start the sandbox anew if it"
        return JSONResponse({"success": False, "message": f"{message} was moved or deleted"}, 503)

    async def _decide(
        self, method: str, path: str, key: Key | None, raw: bytes, now: float
    ) -> Verdict:
        if path == SQL_PATH:
            return await self._query(method, key, raw, now)
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
            _without_scope(route.scopes, key)
            or self._at_pace(path, now)
            or judge(route, key, raw, self._store.has_order)
        )

    async def _query(self, method: str, key: Key | None, raw: bytes, now: float) -> Verdict:
        """Answer a query from a thread of its own: it may take long."""
        if method != "POST":
            return refusal(405, "Method not allowed")
        if key is None:
            return refusal(403, "Access token is required")
        refused = _without_scope(SCOPES, key) or self._at_pace(SQL_PATH, now)
        if refused:
            return refused
        return await asyncio.to_thread(self._data_out.answer, key, raw, now)

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


def _of_a_web_page(request: Request) -> Verdict | None:
    """Refuse what a browser sends for a page: any site could else write here, or read by SQL.

    A browser names the page in `Origin`, and no page of the sandbox asks its API. Unlike a look at
    `Host` this lets in whoever reaches the sandbox under another name.
    """
    return refusal(403, FOREIGN_PAGE) if "origin" in request.headers else None


def _without_scope(scopes: Sequence[str], key: Key) -> Verdict | None:
    if key.may(scopes):
        return None
    return refusal(403, f"The API key lacks the scope {scopes[0]}")


def _limits_of(path: str) -> tuple[str, ...]:
    route: Route | None = ROUTES.get(path)
    if route is not None:
        return route.limits
    return {KEY_CHECK_PATH: (KEY_CHECKS,), SQL_PATH: (QUERIES,)}.get(path, ())


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
