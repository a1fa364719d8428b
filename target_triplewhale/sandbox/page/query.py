"""SQL that only reads: what the box of the page runs."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox.page.reading import open_file
from target_triplewhale.sandbox.page.sheets import Cell, Row, Sheet
from target_triplewhale.sandbox.views import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_ROWS = 500
MAX_TEXT = 1000
MAX_SECONDS = 3.0
MAX_QUERY = 20_000
_STEPS = 10_000
"""Instructions of SQLite between two looks at the clock."""
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}

_REVENUE = """
SELECT date(created_at) AS day, json_extract(body, '$.currency') AS currency,
  count(*) AS orders, round(sum(json_extract(body, '$.order_revenue')), 2) AS revenue
FROM orders_table
WHERE NOT void
GROUP BY 1, 2
ORDER BY 1 DESC
"""
_EVENTS = """
SELECT type, count(*) AS events,
  datetime(min(json_extract(body, '$.timestamp')), 'unixepoch') AS first,
  datetime(max(json_extract(body, '$.timestamp')), 'unixepoch') AS last
FROM pixel_custom_events_table
GROUP BY type
ORDER BY events DESC
"""
_BUYERS = """
SELECT json_extract(body, '$.customer.id') AS customer, count(*) AS orders,
  round(sum(json_extract(body, '$.order_revenue')), 2) AS revenue
FROM orders_table
WHERE NOT void
GROUP BY 1
ORDER BY revenue DESC
LIMIT 20
"""
_CHANGED = """
SELECT kept_in, record, version, received_at, body
FROM former_versions
ORDER BY id DESC
"""
_REFUSED = """
SELECT path, field, problem, count(*) AS times
FROM refusals
GROUP BY 1, 2, 3
ORDER BY times DESC
"""
EXAMPLES = {
    "Orders and revenue per day": _REVENUE.strip(),
    "Events by type": _EVENTS.strip(),
    "Customers with the most revenue": _BUYERS.strip(),
    "Former versions of records": _CHANGED.strip(),
    "Refusals by reason": _REFUSED.strip(),
}


@dataclass(frozen=True, slots=True)
class Result:
    """Rows, or a sentence that says why there are none."""

    sheet: Sheet | None = None
    problem: str = ""
    is_cut: bool = False
    """Whether there are more rows than are shown."""


def run_query(path: Path, query: str) -> Result:
    """Run one statement that reads, for a few seconds at the most."""
    if len(query) > MAX_QUERY:
        return Result(problem=f"The query is longer than {MAX_QUERY:,} characters.")
    deadline = time.monotonic() + MAX_SECONDS
    with closing(_open(path, deadline)) as connection:
        try:
            cursor = connection.execute(query)
            # Cut one by one: all of them at once could be larger than the memory.
            found = [tuple(map(_cell, values)) for values in islice(cursor, MAX_ROWS + 1)]
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError, MemoryError) as error:
            return Result(problem=_sentence(error, is_late=time.monotonic() > deadline))
    if cursor.description is None:
        return Result(problem="That is no query: begin with SELECT.")
    rows = tuple(Row(str(place), cells) for place, cells in enumerate(found[:MAX_ROWS]))
    columns = zip(cursor.description, *(row.cells for row in rows), strict=True)
    names = tuple(_head(str(column[0]), cells) for column, *cells in columns)
    return Result(Sheet("result", "Result", names, rows, "No row."), is_cut=len(found) > MAX_ROWS)


def read_schema(path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the tables with their columns."""
    with closing(open_file(path)) as connection:
        found = connection.execute(
            "SELECT tables.name, columns.name FROM sqlite_master AS tables"
            " JOIN pragma_table_info(tables.name) AS columns"
            " WHERE tables.type = 'table' ORDER BY tables.rowid, columns.cid"
        ).fetchall()
    names = dict.fromkeys(table for table, _ in found)
    return tuple((name, tuple(of for table, of in found if table == name)) for name in names)


def _open(path: Path, deadline: float) -> sqlite3.Connection:
    connection = open_file(path)
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
    )
    return connection


def _sentence(error: Exception, *, is_late: bool) -> str:
    if is_late:
        return f"The query took longer than {MAX_SECONDS:g} seconds and was stopped."
    if "not authorized" in str(error) or "prohibited" in str(error):
        return "Only SELECT is allowed here: this page reads, and never changes anything."
    if "one statement" in str(error):
        return "One statement at a time, please."
    return f"SQLite cannot run this: {error}."


def _head(name: str, cells: Sequence[Cell]) -> Cell:
    """Return a column's head, over numbers where the column has only such."""
    return Cell(name, kind="number" if {cell.kind for cell in cells} == {"number"} else "")


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell("NULL", kind="quiet")
    if isinstance(value, bytes):
        value = f"x'{value[: MAX_TEXT // 2].hex()}'"
    is_number = isinstance(value, int | float)
    text = str(value)
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    return Cell(text, kind="number" if is_number else "text")
