"""The sandbox's page: what arrived, for a person with a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.templating import Jinja2Templates

from target_triplewhale.sandbox.summary import read_summary

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

TEMPLATES = Jinja2Templates(Path(__file__).parent / "templates")


async def show_page(request: Request) -> Response:
    """Return the page; it shows counts and reasons, never a value of a record."""
    summary = read_summary(request.app.state.store.path)
    return TEMPLATES.TemplateResponse(request, "index.html", {"summary": summary})
