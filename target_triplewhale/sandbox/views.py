"""What Data Out shows of one shop: views on the sandbox's tables, named as published."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from target_triplewhale.sandbox.tables import EVENTS, ORDERS

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

CUSTOM_PLATFORM = "custom-msp"
NATIVE_PLATFORMS = ("amazon", "bigcommerce", "shopify", "woocommerce")
"""Shown by their names, as if Triple Whale had read them itself; any other is a custom one."""
OLDER_EVENTS = "custom_pixel_events_table"
RECENT_SECONDS = 2 * 24 * 3600
"""The age up to which an order shows early."""
OLDER_TAKE = 4
"""How many times longer an older order takes to show: 20 minutes where a recent one takes 5."""
BUSY_SECONDS = 10
LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
}
"""What a query that somebody else has written may make of one value, pattern and row."""

_ORDERS = f"""
    SELECT shop_date(created_at) AS event_date,
        shop_hour(created_at) AS event_hour,
        utc(created_at) AS created_at,
        shop_timezone() AS shop_timezone,
        order_id,
        json_extract(body, '$.name') AS order_name,
        json_extract(body, '$.source_name') AS source_name,
        CASE WHEN platform IN {NATIVE_PLATFORMS} THEN platform ELSE '{CUSTOM_PLATFORM}' END
            AS platform,
        platform_account_id,
        json_extract(body, '$.currency') AS currency,
        json_extract(body, '$.order_revenue') AS order_revenue
    FROM main.{ORDERS.name}
    WHERE shop = asked_shop() AND void = 0 AND shows(received_at, created_at)
"""  # noqa: S608 - a name of this package
_EVENTS = f"""
    SELECT shop_date(happened) AS event_date,
        shop_hour(happened) AS event_hour,
        shop_timezone() AS event_date_timezone,
        event_id,
        event_name,
        source,
        campaign
    FROM (
        SELECT event_id,
            coalesce(json_extract(body, '$.timestamp'), received_at) AS happened,
            CASE type WHEN 'custom' THEN json_extract(body, '$.event_name') ELSE type END
                AS event_name,
            json_extract(body, '$.source') AS source,
            json_extract(body, '$.campaign') AS campaign
        FROM main.{EVENTS.name}
        WHERE shop = asked_shop()
    )
"""  # noqa: S608 - a name of this package


@dataclass(frozen=True, slots=True)
class Shown:
    """Which rows a query sees, and when its days begin."""

    shop: str
    zone: ZoneInfo
    lag: float
    """Seconds until a recent order shows."""
    now: float
    events_table: str = EVENTS.name


def open_views(path: Path, shown: Shown) -> sqlite3.Connection:
    """Return a connection that reads the published views of one shop, and nothing else."""
    uri = path.resolve().as_uri() + "?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    _offer_functions(connection, shown)
    views = {ORDERS.name: _ORDERS, shown.events_table: _EVENTS}
    # A query can give a table of its own the name of a view, but not one that it cannot know.
    inner = {f"{name}_{secrets.token_hex(8)}": select for name, select in views.items()}
    for (name, secret), select in zip(zip(views, inner, strict=True), views.values(), strict=True):
        connection.execute(f"CREATE TEMP VIEW {secret} AS {select}")
        connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {secret}")  # noqa: S608 - names of this package
    connection.set_authorizer(_Reader(frozenset((*views, *inner)), frozenset(inner)))
    return connection


class _Reader:
    """Allows reading the views, and the tables from inside of them only."""

    def __init__(self, views: frozenset[str], inner: frozenset[str]) -> None:
        self._views = views
        self._inner = inner

    def __call__(
        self, action: int, first: str | None, _: str | None, schema: str | None, source: str | None
    ) -> int:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE):
            return sqlite3.SQLITE_OK
        if action != sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_DENY
        is_view = schema == "temp" and first in self._views
        return sqlite3.SQLITE_OK if is_view or source in self._inner else sqlite3.SQLITE_DENY


def _offer_functions(connection: sqlite3.Connection, shown: Shown) -> None:
    @lru_cache(maxsize=100_000)
    def local(value: str | float) -> datetime | None:
        found = _instant(value)
        return None if found is None else found.astimezone(shown.zone)

    def date(value: str | float) -> str | None:
        found = local(value)
        return None if found is None else found.date().isoformat()

    def hour(value: str | float) -> str | None:
        found = local(value)
        return None if found is None else f"{found:%H}"

    for name, count, function in (
        ("shop_date", 1, date),
        ("shop_hour", 1, hour),
        ("utc", 1, _utc),
        ("shop_timezone", 0, lambda: shown.zone.key),
        ("asked_shop", 0, lambda: shown.shop),
        ("shows", 2, lambda received, created: _shows(shown, received, created)),
    ):
        connection.create_function(name, count, function, deterministic=True)


def _shows(shown: Shown, received_at: str, created_at: str) -> bool:
    """Tell whether an order has been there for as long as it takes to show."""
    received, created = _instant(received_at), _instant(created_at)
    if not shown.lag or received is None or created is None:
        return True
    is_recent = (received - created).total_seconds() <= RECENT_SECONDS
    wait = shown.lag * (1 if is_recent else OLDER_TAKE)
    return received.timestamp() + wait <= shown.now


def _utc(value: str | float) -> str | None:
    found = _instant(value)
    if found is None:
        return None
    return found.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _instant(value: str | float) -> datetime | None:
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
