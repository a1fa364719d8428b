"""The addresses of the page: each answers GET, and none of them changes anything."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from target_triplewhale.sandbox.page import kinds, query, records, refusals, traffic
from target_triplewhale.sandbox.page.door import Door
from target_triplewhale.sandbox.page.live import Live
from target_triplewhale.sandbox.page.overview import read_overview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(HERE / "templates")
TEMPLATES.env.trim_blocks = True
TEMPLATES.env.lstrip_blocks = True
LONGEST_NUMBER = 12
"""Digits; what is longer is in no file of this kind."""
LONGEST_TEXT = 200
"""Characters that are looked for; the box takes no more."""


class Page:
    """The page of one sandbox's file."""

    def __init__(self, path: Path, token: str | None = None) -> None:
        """Take the file; with a token only who has it sees the page."""
        self._path = path
        self._token = token
        self.live = Live(path)

    @property
    def route(self) -> Mount:
        """Return the route to all of it; what it does not know is its own 404."""
        routes = [
            Route("/", self._overview),
            Route("/live", self._stream),
            Route("/records/{table}", self._list),
            Route("/records/{table}/{record}", self._record),
            Route("/requests", self._requests),
            Route("/refusals", self._refusals),
            Route("/sql", self._sql),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]
        app = Starlette(
            routes=routes,
            middleware=[Middleware(Door, self._token)],
            exception_handlers={404: self._missing, sqlite3.Error: self._unreadable},
        )
        return Mount("/", app)

    def _overview(self, request: Request) -> Response:
        return self._show(request, "overview.html", overview=read_overview(self._path))

    async def _stream(self, request: Request) -> Response:
        if self.live.is_full:
            return PlainTextResponse("Too many pages are open.\n", 503)
        if request.method == "HEAD":
            # Without a body nothing would ever tell that the browser has gone.
            return Response(media_type="text/event-stream")
        return StreamingResponse(self.live.events(), media_type="text/event-stream")

    def _list(self, request: Request) -> Response:
        kind = kinds.find(request.path_params["table"])
        if kind is None:
            return self._missing(request)
        text = request.query_params.get("q", "")[:LONGEST_TEXT]
        page = _number(request, "page") or 1
        listed = records.list_records(self._path, kind, text, page)
        pages = Pages(page, listed.total, records.PAGE_ROWS, {"q": text} if text else {})
        context = {"kind": kind, "kinds": kinds.KINDS, "listed": listed, "text": text}
        context["longest"] = LONGEST_TEXT
        return self._show(request, "records.html", pages=pages, **context)

    def _record(self, request: Request) -> Response:
        kind = kinds.find(request.path_params["table"])
        record = _read_number(request.path_params["record"])
        found = None
        if kind is not None and record is not None:
            found = records.read_record(self._path, kind, record)
        if found is None:
            return self._missing(request)
        return self._show(request, "record.html", kind=kind, record=found)

    def _requests(self, request: Request) -> Response:
        status, n = _number(request, "status"), _number(request, "n")
        page = _number(request, "page") or 1
        found = traffic.read_traffic(self._path, status, n, page)
        wanted = {} if status is None else {"status": str(status)}
        pages = Pages(page, found.total, traffic.PAGE_ROWS, wanted)
        context = {"traffic": found, "status": status, "n": n, "pages": pages}
        return self._show(request, "requests.html", **context)

    def _refusals(self, request: Request) -> Response:
        of, page = _number(request, "request"), _number(request, "page") or 1
        found = refusals.read_refusals(self._path, of, page)
        wanted = {} if of is None else {"request": str(of)}
        pages = Pages(page, found.total, refusals.PAGE_ROWS, wanted)
        return self._show(request, "refusals.html", refusals=found, of=of, pages=pages)

    def _sql(self, request: Request) -> Response:
        text = request.query_params.get("query", "").strip()
        result = query.run_query(self._path, text) if text else None
        context = {"examples": query.EXAMPLES, "schema": query.read_schema(self._path)}
        return self._show(request, "sql.html", query=text, result=result, **context)

    def _missing(self, request: Request, _: Exception | None = None) -> Response:
        answer = self._show(request, "missing.html")
        answer.status_code = 404
        return answer

    def _unreadable(self, _: Request, __: Exception) -> Response:
        sentence = f"{self._path.name} cannot be read: it was moved, deleted or overwritten.\n"
        return PlainTextResponse(sentence, 503)

    def _show(self, request: Request, name: str, **context: Any) -> Response:
        context |= {"file": self._path.name, "here": request.scope["path"]}
        return TEMPLATES.TemplateResponse(request, name, context)


@dataclass(frozen=True, slots=True)
class Pages:
    """Where one is in a list, and the ways on."""

    page: int
    total: int
    size: int
    wanted: Mapping[str, str] = field(default_factory=dict)
    """What the list is restricted to."""

    @property
    def sentence(self) -> str:
        """Say which of them are shown."""
        first = (self.page - 1) * self.size + 1
        last = min(self.page * self.size, self.total)
        return f"{first:,} to {last:,} of {self.total:,}" if first <= last else f"{self.total:,}"

    @property
    def newer(self) -> str | None:
        """Return the address of the page before."""
        return self._address(self.page - 1) if self.page > 1 else None

    @property
    def older(self) -> str | None:
        """Return the address of the page after."""
        return self._address(self.page + 1) if self.page * self.size < self.total else None

    def _address(self, page: int) -> str:
        return "?" + urlencode({**self.wanted, "page": page})


def _number(request: Request, name: str) -> int | None:
    return _read_number(request.query_params.get(name, ""))


def _read_number(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if is_number else None
