"""What arrived in a sandbox, as data and as a table of at most 72 columns."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from target_triplewhale.sandbox.tables import RECORD_TABLES

WIDTH = 72
MAX_REASONS = 20
POSITION = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many records one table holds."""

    table: str
    rows: int
    voided: int


@dataclass(frozen=True, slots=True)
class Answered:
    """How often a path was answered with a status."""

    path: str
    status: str
    requests: int
    records: int


@dataclass(frozen=True, slots=True)
class Reason:
    """How often something was refused for the same problem with the same field."""

    path: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What one database holds; never a value of a record."""

    arrived: tuple[Arrived, ...]
    answered: tuple[Answered, ...]
    reasons: tuple[Reason, ...]
    too_early: int
    """Requests inside a wait that an earlier answer had asked for."""


def read_summary(db: Path | str) -> Summary:
    """Read a database without changing it; OSError says why it cannot be read."""
    path = Path(db)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such sandbox database yet")
    try:
        uri = path.resolve().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
            return _read(connection)
    except sqlite3.DatabaseError as error:
        raise OSError(f"{path} is not a database of this sandbox: {error}") from None


def format_summary(summary: Summary, width: int = WIDTH) -> str:
    """Return the summary as lines no longer than `width`."""
    lines = [_row("table", "rows", "voided", width)]
    lines += [_row(item.table, item.rows, item.voided, width) for item in summary.arrived]
    lines += ["", _row("answers", "requests", "records", width)]
    lines += [
        _row(f"{item.status} {item.path}", item.requests, item.records, width)
        for item in summary.answered
    ]
    if summary.too_early:
        lines += ["", f"requests inside a Retry-After: {summary.too_early}"]
    if summary.reasons:
        lines += ["", "refused because"]
        lines += [_reason(item, width) for item in summary.reasons[:MAX_REASONS]]
    hidden = len(summary.reasons) - MAX_REASONS
    if hidden > 0:
        lines.append(f"       and {hidden} other reasons: see the table `refusals`")
    return "\n".join(lines)


def _read(connection: sqlite3.Connection) -> Summary:
    arrived = tuple(
        Arrived(
            table,
            *connection.execute(f"SELECT count(*), coalesce(sum(void), 0) FROM {table}").fetchone(),  # noqa: S608 - names of this package
        )
        for table in RECORD_TABLES
    )
    answered = tuple(
        Answered(path, str(status) if status else "cut", requests, records)
        for path, status, requests, records in connection.execute(
            "SELECT path, status, count(*), sum(records) FROM requests"
            " GROUP BY path, status ORDER BY path, status"
        )
    )
    early = connection.execute("SELECT count(inside_retry_after) FROM requests").fetchone()[0]
    return Summary(arrived, answered, reasons(connection), early)


def reasons(connection: sqlite3.Connection) -> tuple[Reason, ...]:
    """Return why things were refused, the most frequent reason first."""
    counts: dict[tuple[str, str], int] = {}
    for path, field, problem, count in connection.execute(
        "SELECT path, field, problem, count(*) FROM refusals GROUP BY path, field, problem"
    ):
        # One reason, wherever in a list it came up.
        reason = POSITION.sub("[]", f"{field} {problem}")
        counts[path, reason] = counts.get((path, reason), 0) + count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Reason(path, reason, count) for (path, reason), count in ordered)


def _row(name: str, first: int | str, second: int | str, width: int) -> str:
    return f"{_cut(name, width - 20):<{width - 20}}{first:>10}{second:>10}"


def _reason(item: Reason, width: int) -> str:
    name = item.path.removeprefix("/data-in/")
    return f"{item.count:>6} {_cut(f'{name}: {item.reason}', width - 7)}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."
