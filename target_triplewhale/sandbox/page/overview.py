"""What the first page shows: one reading of the file, for the template and for the live script."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox.page import kinds
from target_triplewhale.sandbox.page.chart import Calendar, Chart, Part, draw
from target_triplewhale.sandbox.page.kinds import KINDS
from target_triplewhale.sandbox.page.reading import reading
from target_triplewhale.sandbox.page.refusals import rank
from target_triplewhale.sandbox.page.sheets import (
    Cell,
    Row,
    Sheet,
    heads,
    moment,
    money,
    number,
    words,
)
from target_triplewhale.sandbox.page.traffic import answer_cell
from target_triplewhale.sandbox.summary import reasons

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

NEWEST = 12
MOST_REASONS = 8
MOST_CURRENCIES = 3
_REVENUE = "coalesce(json_extract(body, '$.order_revenue'), 0)"
_CURRENCY = "coalesce(json_extract(body, '$.currency'), '')"


@dataclass(frozen=True, slots=True)
class Overview:
    """Figures by name, tables and charts."""

    figures: dict[str, str]
    sheets: dict[str, Sheet]
    charts: dict[str, Chart]


def read_overview(path: Path) -> Overview:
    """Read all of it in one state of the file."""
    with reading(path) as connection:
        arrived = [_arrived(connection, kind) for kind in KINDS]
        answers = connection.execute(
            "SELECT path, status, count(*), sum(records) FROM requests"
            " GROUP BY path, status ORDER BY path, status"
        ).fetchall()
        orders = _orders(connection)
        found = reasons(connection)
        newest = _newest(connection)
        charts = _charts(connection, orders)
    figures = {
        "records": f"{sum(one[0] for one in arrived):,}",
        "revenue": _revenue(orders),
        "requests": f"{sum(one[2] for one in answers):,}",
        "refusals": f"{sum(one.count for one in found):,}",
    }
    sheets = [
        _arrived_sheet(arrived),
        newest,
        _answers_sheet(answers),
        rank("Refused because", found[:MOST_REASONS]),
    ]
    return Overview(figures, {sheet.name: sheet for sheet in sheets}, charts)


def _arrived(connection: sqlite3.Connection, kind: kinds.Kind) -> tuple[Any, ...]:
    numbers = "count(*), coalesce(sum(versions), 0), coalesce(sum(void), 0), max(received_at)"
    query = f"SELECT {numbers} FROM {kind.table}"  # noqa: S608 - names of this package
    found: tuple[Any, ...] = connection.execute(query).fetchone()
    return found


def _arrived_sheet(arrived: list[tuple[Any, ...]]) -> Sheet:
    rows = [
        Row(
            kind.table,
            (
                Cell(kind.title, kinds.address(kind.table), f"swatch {kinds.color(kind.table)}"),
                number(records),
                number(versions),
                number(voided),
                moment(last),
                Cell(", ".join(kind.paths) or "within orders", kind="quiet"),
            ),
        )
        for kind, (records, versions, voided, last) in zip(KINDS, arrived, strict=True)
    ]
    return Sheet(
        "arrived",
        "By kind of record",
        heads("Kind", "#Records", "#Times sent", "#Voided", "Last arrived", "Endpoint"),
        tuple(rows),
    )


def _answers_sheet(answers: list[tuple[Any, ...]]) -> Sheet:
    rows = [
        Row(
            f"{path} {status}",
            (words(path), answer_cell(status), number(requests), number(records)),
        )
        for path, status, requests, records in answers
    ]
    return Sheet(
        "answers",
        "Requests by answer",
        heads("Path", "Answer", "#Requests", "#Records"),
        tuple(rows),
        "No request yet.",
    )


def _newest(connection: sqlite3.Connection) -> Sheet:
    newest = " UNION ALL ".join(
        f"SELECT * FROM (SELECT received_at, '{kind.table}' AS kept_in, id, {kind.label} AS label,"  # noqa: S608 - names of this package
        f" versions FROM {kind.table} ORDER BY received_at DESC, id DESC LIMIT {NEWEST})"
        for kind in KINDS
    )
    found = connection.execute(f"{newest} ORDER BY received_at DESC, id DESC LIMIT {NEWEST}")
    rows = [
        Row(
            f"{table} {record} {versions}",
            (
                words(label, kinds.address(table, record)),
                Cell(_title(table), kind=f"swatch {kinds.color(table)}"),
                moment(at),
                number(versions),
            ),
        )
        for at, table, record, label, versions in found
    ]
    names = heads("Record", "Kind", "Arrived", "#Times sent")
    return Sheet("newest", "Newest records", names, tuple(rows), "No record yet.")


def _title(table: str) -> str:
    kind = kinds.find(table)
    return table if kind is None else kind.title


def _orders(connection: sqlite3.Connection) -> list[tuple[str, str, int, float]]:
    """Return day, currency, orders and revenue of what is not voided."""
    kind = KINDS[0]
    return connection.execute(
        f"SELECT {kind.day}, {_CURRENCY}, count(*), sum({_REVENUE}) FROM {kind.table}"  # noqa: S608 - names of this package
        " WHERE NOT void GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()


def _currencies(orders: list[tuple[str, str, int, float]]) -> list[str]:
    """Return the currencies, that of the most orders first."""
    counts: Counter[str] = Counter()
    for _, currency, count, _ in orders:
        counts[currency] += count
    return sorted(counts, key=lambda currency: (-counts[currency], currency))


def _revenue(orders: list[tuple[str, str, int, float]]) -> str:
    sums: defaultdict[str, float] = defaultdict(float)
    for _, currency, _, amount in orders:
        sums[currency] += amount
    shown = [f"{money(sums[currency])} {currency}" for currency in _currencies(orders)]
    more = len(shown) - MOST_CURRENCIES
    tail = [f"and {more} other {'currency' if more == 1 else 'currencies'}"] if more > 0 else []
    return ", ".join(shown[:MOST_CURRENCIES] + tail) or "0.00"


def _charts(
    connection: sqlite3.Connection, orders: list[tuple[str, str, int, float]]
) -> dict[str, Chart]:
    days = {
        kind: dict(
            connection.execute(f"SELECT {kind.day}, count(*) FROM {kind.table} GROUP BY 1")  # noqa: S608 - names of this package
        )
        for kind in KINDS
    }
    calendar = Calendar([day for counts in days.values() for day in counts])
    parts = [
        Part(kind.title.lower(), kinds.color(kind.table), _by_bucket(calendar, counts))
        for kind, counts in days.items()
    ]
    title = f"Records per {calendar.unit}"
    charts = [draw("records", title, calendar.buckets, parts, lambda value: f"{value:,.0f}")]
    color = kinds.color(KINDS[0].table)
    for place, currency in enumerate(_currencies(orders)[:MOST_CURRENCIES]):
        sums = {day: amount for day, of, _, amount in orders if of == currency}
        part = Part(currency, color, _by_bucket(calendar, sums))
        title = f"Order revenue per {calendar.unit}, {currency}"
        charts.append(draw(f"revenue-{place}", title, calendar.buckets, [part], money))
    return {chart.name: chart for chart in charts}


def _by_bucket(calendar: Calendar, values: dict[str, float]) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for day, value in values.items():
        found[calendar.bucket(day)] += value
    return found
