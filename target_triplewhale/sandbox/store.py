"""What the sandbox remembers: one SQLite file, one transaction a request."""

from __future__ import annotations

import sqlite3
import weakref
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.sandbox import history
from target_triplewhale.sandbox.tables import (
    EVENTS,
    ORDERS,
    REFUND_IDENTITY,
    REFUNDS,
    UPSERTED,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_triplewhale.sandbox.checker import Violation

SCHEMA_VERSION = 2
WITHOUT_HISTORY = 1
BUSY_SECONDS = 30

_LAST_COLUMNS = """
    body TEXT NOT NULL,
    received_at TEXT NOT NULL,
    versions INTEGER NOT NULL DEFAULT 1,
    void INTEGER NOT NULL DEFAULT 0"""

_LOG_TABLES = (
    """
CREATE TABLE requests (
    n INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    key TEXT NOT NULL,
    records INTEGER NOT NULL,
    retry_after TEXT,
    inside_retry_after REAL
)""",
    """
CREATE TABLE refusals (
    request INTEGER NOT NULL REFERENCES requests (n),
    path TEXT NOT NULL,
    field TEXT NOT NULL,
    problem TEXT NOT NULL
)""",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One answered request; `status` is 0 where the connection was cut instead."""

    at: float
    method: str
    path: str
    status: int
    key: str
    records: int
    retry_after: str | None
    inside_retry_after: float | None
    """Seconds since the answer that asked to wait; None: no wait was asked for."""


class Store:
    """The tables of the sandbox; several processes may open one file in turn."""

    def __init__(self, path: Path | str) -> None:
        """Open the file, made on first use; OSError says why one cannot serve."""
        self.path = Path(path)
        self._connection = _open(self.path)
        # Embedded in the target nobody says when the app has ended.
        self.close = weakref.finalize(self, self._connection.close)

    def has_order(self, shop: str, order_id: str) -> bool:
        """Return whether an order is known, from whatever platform."""
        found = self._connection.execute(
            "SELECT 1 FROM orders_table WHERE shop = ? AND order_id = ? LIMIT 1", (shop, order_id)
        )
        return found.fetchone() is not None

    def settle(
        self,
        entry: Entry,
        table: Table | None,
        bodies: Sequence[dict[str, Any]],
        refusals: Iterable[Violation],
    ) -> None:
        """Keep a request, the records it brought and what was refused of them, all or nothing."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")
            if table is EVENTS:
                self._keep_events(bodies, at)
            elif table is not None:
                self._keep(table, bodies, at)
            self._log(entry, refusals)

    def _keep(self, table: Table, bodies: Sequence[dict[str, Any]], at: str) -> None:
        rows = [
            (*table.identify(body), _canonical(body), at, body.get("void") is True)
            for body in bodies
        ]
        self._connection.executemany(_upsert(table.name, table.columns), rows)
        if table is ORDERS:
            refunds = [row for body in bodies for row in _refund_rows(body, at)]
            self._connection.executemany(_upsert(REFUNDS, REFUND_IDENTITY), refunds)
            voided = [table.identify(body) for body in bodies if body.get("void") is True]
            self._connection.executemany(_VOID_REFUNDS, voided)

    def _keep_events(self, bodies: Sequence[dict[str, Any]], at: str) -> None:
        # The first body stays: what is sent again under the same id is taken and passed over.
        self._connection.executemany(
            f"INSERT INTO {EVENTS.name} (event_id, shop, type, body, received_at)"  # noqa: S608 - a name of this package
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (body.get("eventId") or None, body["shop"], body["type"], _canonical(body), at)
                for body in bodies
            ],
        )

    def _log(self, entry: Entry, refusals: Iterable[Violation]) -> None:
        cursor = self._connection.execute(
            "INSERT INTO requests (at, method, path, status, key, records, retry_after,"
            " inside_retry_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.at,
                entry.method,
                entry.path,
                entry.status,
                entry.key,
                entry.records,
                entry.retry_after,
                entry.inside_retry_after,
            ),
        )
        self._connection.executemany(
            "INSERT INTO refusals (request, path, field, problem) VALUES (?, ?, ?, ?)",
            [(cursor.lastrowid, entry.path, item.field, item.problem) for item in refusals],
        )


def _open(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # One file that is whole after every request; only a power cut could tear it.
        connection.execute("PRAGMA synchronous = OFF")
        _prepare(connection)
        connection.execute("PRAGMA journal_mode = TRUNCATE")
    except (sqlite3.DatabaseError, OSError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise OSError(f"{path} cannot be used as the sandbox's database: {cause}") from None
    path.chmod(0o600)  # it holds personal data
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, or leave the file as it was."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        _refuse_another(connection, version)
        if version == SCHEMA_VERSION:
            return
        for statement in history.STATEMENTS if version == WITHOUT_HISTORY else _schema():
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _refuse_another(connection: sqlite3.Connection, version: int) -> None:
    # Other programs number their schemas from 1 as well.
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    is_own = ORDERS.name in found if version in {WITHOUT_HISTORY, SCHEMA_VERSION} else not found
    if not is_own:
        raise sqlite3.DatabaseError("it is that of another program or version")


def _schema() -> tuple[str, ...]:
    tables = [(table.name, table.columns) for table in UPSERTED]
    tables.append((REFUNDS, REFUND_IDENTITY))
    events = (
        f"CREATE TABLE {EVENTS.name} (id INTEGER PRIMARY KEY, event_id TEXT UNIQUE,"
        f" shop TEXT NOT NULL, type TEXT NOT NULL, {_LAST_COLUMNS})"
    )
    records = (_create(name, columns) for name, columns in tables)
    return (*_LOG_TABLES, *records, events, *history.STATEMENTS)


def _create(name: str, columns: Sequence[str]) -> str:
    identity = ", ".join(f"{column} TEXT NOT NULL" for column in columns)
    return (
        f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {identity}, {_LAST_COLUMNS},"
        f" UNIQUE ({', '.join(columns)}))"
    )


def _upsert(name: str, columns: Sequence[str]) -> str:
    names = ", ".join(columns)
    marks = ", ".join("?" * (len(columns) + 3))
    return (
        f"INSERT INTO {name} ({names}, body, received_at, void) VALUES ({marks})"  # noqa: S608 - names of this package
        f" ON CONFLICT ({names}) DO UPDATE SET body = excluded.body, void = excluded.void,"
        " received_at = excluded.received_at, versions = versions + 1"
    )


_VOID_REFUNDS = f"UPDATE {REFUNDS} SET void = 1 WHERE " + " AND ".join(  # noqa: S608 - names of this package
    f"{column} = ?" for column in ORDERS.columns
)


def _refund_rows(order: dict[str, Any], at: str) -> list[tuple[Any, ...]]:
    identity = ORDERS.identify(order)
    return [
        (
            *identity,
            refund["refund_id"],
            refund["refunded_at"],
            _canonical(refund),
            at,
            refund.get("void") is True,
        )
        for refund in order.get("refunds", ())
    ]


def _canonical(body: dict[str, Any]) -> str:
    return msgspec.json.encode(body, order="sorted").decode()
