"""Data Out by SQL: a query on what the sandbox holds of one shop, answered as published."""

from __future__ import annotations

import math
import re
import sqlite3
import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from target_triplewhale.sandbox.tables import EVENTS
from target_triplewhale.sandbox.verdicts import Verdict, refusal
from target_triplewhale.sandbox.views import OLDER_EVENTS, Shown, open_views

if TYPE_CHECKING:
    from pathlib import Path

    from target_triplewhale.sandbox.keys import Key

SQL_PATH = "/orcabase/api/sql"
SCOPES = ("Data Out",)
MAX_ROWS = 10_000
MAX_ANSWER = 50_000_000
"""Characters and bytes of all texts."""
MAX_SECONDS = 3.0
MAX_QUERY = 100_000
PARAMETERS = ("startDate", "endDate")
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""
# Each match begins where it can end: a search that tried again and again would hold up the server.
_SILENT = re.compile(r"'[^']*(?:'|\Z)|--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_CONDITION = re.compile(r"\b(?:where|prewhere|on)\b", re.IGNORECASE)
_DAY = re.compile(r"\bevent_date\b", re.IGNORECASE)
_READS = re.compile(r"\s*\(*\s*(?:select|with)\b", re.IGNORECASE)


class DataOut:
    """Answers queries on one database; the shop's days begin in its zone."""

    def __init__(
        self, path: Path, timezone: str, lag: float = 0, *, has_older_events: bool = False
    ) -> None:
        """Take the file; ValueError says that there is no such zone."""
        try:
            self._zone = ZoneInfo(timezone)
        except (KeyError, OSError, ValueError):
            raise ValueError(f"there is no time zone {timezone!r}") from None
        self._path = path
        self._lag = lag
        self._events_table = OLDER_EVENTS if has_older_events else EVENTS.name

    def answer(self, key: Key, raw: bytes, now: float) -> Verdict:
        """Answer a body whose scope and pace are in order."""
        try:
            body = msgspec.json.decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return refusal(400, "The body is not valid JSON")
        problem = _problem(body)
        if problem:
            return refusal(400, problem)
        if not key.sees(body["shopId"]):
            return refusal(403, "The API key's owner has no access to this shop")
        shown = Shown(body["shopId"], self._zone, self._lag, now, self._events_table)
        try:
            rows = self._rows(shown, body["query"], body["period"])
        except _TooMuch as error:
            return refusal(400, str(error))
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            return refusal(400, f"The query failed: {error}")
        message = "The query was executed successfully."
        return Verdict(200, {"success": True, "message": message, "data": rows})

    def _rows(self, shown: Shown, query: str, period: dict[str, str]) -> list[dict[str, Any]]:
        with closing(open_views(self._path, shown)) as connection:
            deadline = time.monotonic() + MAX_SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
            try:
                cursor = connection.execute(query, {name: period[name] for name in PARAMETERS})
                found = _bounded(cursor)
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise _TooMuch(f"The query took longer than {MAX_SECONDS:g} s") from None
                raise
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in found]


class _TooMuch(Exception):
    """A query that goes over a limit of the sandbox."""


def _bounded(cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """Return all rows, unless they are more than a server should hold at once."""
    found: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(found) == MAX_ROWS:
            raise _TooMuch(f"The query returns more than {MAX_ROWS} rows")
        if size > MAX_ANSWER:
            raise _TooMuch(f"The query returns more than {MAX_ANSWER:,} bytes")
        found.append(row)
    return found


def _problem(body: Any) -> str | None:
    """Say what is wrong with a body before it is a query."""
    if not isinstance(body, dict):
        return "The body must be an object"
    period = body.get("period")
    dates = period if isinstance(period, dict) else {}
    given = {"shopId": body.get("shopId"), "query": body.get("query")}
    given |= {name: dates.get(name) for name in PARAMETERS}
    missing = [name for name, value in given.items() if not isinstance(value, str) or not value]
    if missing:
        return f"Missing fields: {', '.join(missing)}"
    wrong = [name for name in PARAMETERS if not _is_date(dates[name])]
    if wrong:
        return f"Malformed fields: {', '.join(wrong)} must be a date such as 2025-07-01"
    return _query_problem(body["query"])


def _query_problem(query: str) -> str | None:
    lacking = [f"@{name}" for name in PARAMETERS if f"@{name}" not in query]
    if lacking:
        return f"The query must contain {' and '.join(lacking)}"
    if len(query) > MAX_QUERY:
        return f"The query is longer than {MAX_QUERY} characters"
    spoken = _SILENT.sub(" ", query)
    if not _READS.match(spoken):
        return "Only a SELECT can be executed"
    condition = _CONDITION.search(spoken)
    if condition is None or not _DAY.search(spoken, condition.end()):
        return "event_date is a required field: the query needs a condition on it"
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    return None if isinstance(value, float) and not math.isfinite(value) else value
