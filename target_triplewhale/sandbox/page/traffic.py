"""Requests with their answers, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox.page.chart import Chart, Clock, Part, draw
from target_triplewhale.sandbox.page.reading import reading
from target_triplewhale.sandbox.page.sheets import Cell, Row, Sheet, heads, moment, number, words

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

PAGE_ROWS = 100
TOO_MANY = 429
_GROUPS = (
    ("answered 2xx", "good", "status BETWEEN 200 AND 299"),
    ("answered 429", "wait", f"status = {TOO_MANY}"),
    ("answered 4xx", "bad", f"status BETWEEN 400 AND 499 AND status <> {TOO_MANY}"),
    ("failed or cut", "worse", "status NOT BETWEEN 200 AND 499"),
)
_WANTED = "(:status IS NULL OR status = :status) AND (:n IS NULL OR n = :n)"
_COUNT = f"SELECT count(*) FROM requests WHERE {_WANTED}"  # noqa: S608 - no value is part of it
_REQUESTS = f"""
    SELECT n, at, method, path, status, records, key, retry_after, inside_retry_after,
        (SELECT count(*) FROM refusals WHERE request = n)
    FROM (SELECT * FROM requests WHERE {_WANTED} ORDER BY n DESC LIMIT :size OFFSET :skip)
    ORDER BY n DESC
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class Traffic:
    """One page of the requests, the newest first."""

    sheet: Sheet
    chart: Chart
    answers: Sheet
    """Each answer with how often it was given."""
    total: int


def answer_cell(status: int, href: str | None = None) -> Cell:
    """Return a status with its color; 0 is a connection that was cut."""
    if not status:
        return Cell("cut", href, "worse")
    groups = {2: "good", 4: "wait" if status == TOO_MANY else "bad"}
    return Cell(str(status), href, groups.get(status // 100, "worse"))


def read_traffic(path: Path, status: int | None, n: int | None, page: int) -> Traffic:
    """Read one page of the requests: all, those of one answer, or the one with a number."""
    wanted = {"status": status, "n": n, "size": PAGE_ROWS, "skip": (page - 1) * PAGE_ROWS}
    with reading(path) as connection:
        chart = _chart(connection)
        counts = connection.execute(
            "SELECT status, count(*) FROM requests GROUP BY status ORDER BY status"
        ).fetchall()
        found = connection.execute(_REQUESTS, wanted).fetchall()
        (total,) = connection.execute(_COUNT, wanted).fetchone()
    names = heads(
        "Request",
        "At",
        "Method",
        "Path",
        "Answer",
        "#Records",
        "#Refusals",
        "Key",
        "#Wait asked, s",
        "#Early, s after",
    )
    sheet = Sheet("requests", "Requests, newest first", names, tuple(map(_row, found)), "None.")
    return Traffic(sheet, chart, _answers(counts), total)


def _row(found: tuple[Any, ...]) -> Row:
    n, at, method, path, status, records, key, retry_after, early, refusals = found
    cells = (
        Cell(f"#{n}", kind="quiet"),
        moment(at),
        words(method),
        words(path),
        answer_cell(status),
        number(records),
        number(refusals, f"/refusals?request={n}" if refusals else None),
        words(key),
        words(retry_after, kind="number"),
        Cell("" if early is None else f"{early:,.2f}", kind="number"),
    )
    return Row(str(n), cells)


def _answers(counts: list[tuple[int, int]]) -> Sheet:
    everything = Row("", (Cell("All", "/requests"), number(sum(count for _, count in counts))))
    rows = [
        Row(str(status), (_swatch(status, f"/requests?status={status}"), number(count)))
        for status, count in counts
    ]
    names = heads("Answer", "#Requests")
    return Sheet("answers", "Answers", names, (everything, *rows))


def _swatch(status: int, href: str) -> Cell:
    cell = answer_cell(status, href)
    return replace(cell, kind=f"swatch {cell.kind}")


def _chart(connection: sqlite3.Connection) -> Chart:
    first, last = connection.execute("SELECT min(at), max(at) FROM requests").fetchone()
    if first is None:
        return draw("requests", "Requests over time", [], [], str)
    clock = Clock(first, last)
    parts = []
    for label, kind, condition in _GROUPS:
        counts = connection.execute(
            f"SELECT CAST(at / ? AS INTEGER), count(*) FROM requests WHERE {condition} GROUP BY 1",  # noqa: S608 - a condition of this module
            (clock.seconds,),
        )
        parts.append(Part(label, kind, {clock.name(place): count for place, count in counts}))
    buckets = [clock.name(place) for place in clock.places]
    title = f"Requests per {_spell(clock.seconds)}"
    return draw("requests", title, buckets, parts, lambda value: f"{value:,.0f}")


def _spell(seconds: int) -> str:
    units = ((604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, unit = next((size, unit) for size, unit in units if seconds % size == 0)
    count = seconds // size
    return unit if count == 1 else f"{count} {unit}s"
