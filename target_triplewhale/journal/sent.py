"""What a run has delivered of orders and events, by quarter of an hour: `verify` compares it.

Every zone of today is whole quarters from UTC, so that days can be made of them in any zone.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.journal.masking import masked, without_addresses
from target_triplewhale.notices import warn

if TYPE_CHECKING:
    from collections.abc import Iterable

    Identity = tuple[str | None, ...]
    Deliveries = Iterable[tuple[Identity, bytes]]
    Total = tuple[str, int, float]
    """Of one quarter: when it begins, how many, and what revenue they are."""

SECONDS = 900
"""Of a quarter of an hour."""
COLUMNS = 4
ROWS = 2_000
"""Rows that are kept together, or a request's more."""
CACHE_KIB = 8_000
CUSTOM = "custom"
_PREPARED = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -{CACHE_KIB};
CREATE TABLE orders (quarter INTEGER, id INTEGER, of INTEGER, revenue REAL,
    PRIMARY KEY (quarter, id)) WITHOUT ROWID;
CREATE TABLE events (quarter INTEGER, id INTEGER PRIMARY KEY, of INTEGER, revenue REAL);
"""
"""An order's time is part of what it is known by, and orders near in time are mostly sent together:
where they lie together too, keeping them takes half as long.
"""
_KEEP = {
    "orders": "INSERT OR REPLACE INTO orders VALUES ",
    # The API keeps the first event of an id.
    "events": "INSERT OR IGNORE INTO events VALUES ",
}
_TOTALS = """SELECT of, strftime('%Y-%m-%dT%H:%M:%SZ', quarter * {seconds}, 'unixepoch'), count(*),
    total(revenue) FROM {table} WHERE of IS NOT NULL GROUP BY of, quarter ORDER BY of, quarter"""


class _Order(msgspec.Struct):
    order_revenue: float
    currency: str
    void: bool = False


class _Event(msgspec.Struct):
    type: str
    timestamp: int | float
    event_name: str | None = None


class Sent:
    """Counts what was delivered, each record once and as it was sent last.

    Of a record a number is kept that tells it from others and nothing of what it says, in a
    temporary file that has no name.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.executescript(_PREPARED)
        self._kinds: dict[Identity, int] = {}
        self._waiting: dict[str, list[Any]] = {name: [] for name in _KEEP}
        self._read_order = msgspec.json.Decoder(_Order).decode
        self._read_event = msgspec.json.Decoder(_Event).decode
        self._hours: dict[str, int] = {}
        self._is_whole = True

    def add(self, endpoint: str, delivered: Deliveries) -> None:
        """Take in what one request has delivered: the identities and the bodies."""
        if endpoint not in _KEEP or not self._is_whole:
            return
        with self._lock:
            self._waiting[endpoint] += (
                self._orders_of(delivered) if endpoint == "orders" else self._events_of(delivered)
            )
            try:
                if len(self._waiting[endpoint]) >= ROWS * COLUMNS:
                    self._keep(endpoint)
            except sqlite3.Error:
                self._give_up()

    def document(self) -> dict[str, Any] | None:
        """Return what was delivered, None where that could not be kept."""
        with self._lock:
            if not self._is_whole:
                return None
            try:
                for endpoint in _KEEP:
                    self._keep(endpoint)
                return {"orders": self._orders(), "events": self._events()}
            except sqlite3.Error:  # also to count takes room
                self._give_up()
                return None

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _orders_of(self, delivered: Deliveries) -> list[Any]:
        """Return the columns of each row, one after the other: tuples would cost a tenth more."""
        values: list[Any] = []
        for identity, body in delivered:
            order = self._read_order(body)
            shop, _, created_at, platform, account = identity
            kind = None
            if not order.void:
                kind = self._kind((shop, platform, account, order.currency))
            quarter = self._quarter(str(created_at))
            values += (quarter, hash(identity), kind, order.order_revenue)
        return values

    def _events_of(self, delivered: Deliveries) -> list[Any]:
        values: list[Any] = []
        for identity, body in delivered:
            event = self._read_event(body)
            name = event.event_name if event.type == CUSTOM else None
            kind = self._kind((identity[0], event.type, name))
            values += (int(event.timestamp // SECONDS), hash(identity), kind, None)
        return values

    def _kind(self, kind: Identity) -> int:
        return self._kinds.setdefault(kind, len(self._kinds))

    def _quarter(self, time: str) -> int:
        """Return the number of a time's quarter since 1970, from its one spelling."""
        hour = self._hours.get(time[:13])
        if hour is None:
            start = datetime.fromisoformat(f"{time[:13]}:00+00:00")
            hour = self._hours[time[:13]] = int(start.timestamp()) // SECONDS
        return hour + int(time[14:16]) // 15

    def _keep(self, endpoint: str) -> None:
        """Write rows in one statement.

        Each step of one lets go of the interpreter, and waits for the thread that reads until it
        has it back.
        """
        values, self._waiting[endpoint] = self._waiting[endpoint], []
        marks = ", ".join(["(?, ?, ?, ?)"] * (len(values) // COLUMNS))
        if values:
            self._database.execute(_KEEP[endpoint] + marks, values)

    def _give_up(self) -> None:
        """Say once that nothing is told: a part of it would look like a loss."""
        if self._is_whole:
            self._is_whole = False
            warn(
                "TW-REPORT-SENT-UNKNOWN",
                "the report will not tell what was sent when: no room for temporary files",
            )

    def _orders(self) -> list[dict[str, Any]]:
        found = self._totals("orders")
        return [
            {
                "shop": shop,
                "platform": without_addresses(str(platform)),
                "platform_account_id": without_addresses(str(account)),
                "currency": currency,
                "quarters": {quarter: [count, round(total, 6)] for quarter, count, total in some},
            }
            for (shop, platform, account, currency), some in found
        ]

    def _events(self) -> list[dict[str, Any]]:
        return [
            {
                "shop": shop,
                "type": kind,
                "event_name": name and masked(name),
                "quarters": {quarter: count for quarter, count, _ in some},
            }
            for (shop, kind, name), some in self._totals("events")
        ]

    def _totals(
        self, endpoint: str
    ) -> list[tuple[tuple[str | None, ...], list[tuple[str, int, float]]]]:
        found = defaultdict(list)
        for number, *total in self._database.execute(
            _TOTALS.format(table=endpoint, seconds=SECONDS)
        ):
            found[number].append(tuple(total))
        kinds = list(self._kinds)
        return [(kinds[number], some) for number, some in found.items()]
