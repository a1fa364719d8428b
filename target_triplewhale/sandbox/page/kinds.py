"""The kinds of records that the page shows: what they are called, and when they happened."""

from __future__ import annotations

from dataclasses import dataclass

from target_triplewhale.sandbox import tables
from target_triplewhale.sandbox.routes import ROUTES


@dataclass(frozen=True, slots=True)
class Kind:
    """One table of records, with expressions of SQL over it."""

    table: str
    title: str
    columns: tuple[str, ...]
    """Its identity."""
    label: str
    """By which words a reader knows one of them."""
    happened: str
    """When it happened, by the record itself; a record without a time did when it arrived."""
    extras: tuple[tuple[str, str], ...] = ()
    """Further columns of its list: head and expression."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the endpoints that lead to it."""
        return tuple(path for path, route in ROUTES.items() if route.table.name == self.table)

    @property
    def day(self) -> str:
        """Return the expression of its day in UTC."""
        day = f"date({self.happened})"
        return f"CASE WHEN {day} {_IN_THE_CALENDAR} THEN {day} ELSE date(received_at) END"


_IN_THE_CALENDAR = "BETWEEN '0001-01-01' AND '9999-12-31'"
_CREATED = "json_extract(body, '$.created_at')"
_MONEY = (
    ("#Revenue", "printf('%,.2f', json_extract(body, '$.order_revenue'))"),
    ("Currency", "json_extract(body, '$.currency')"),
)
_AD = "event_date || ' ' || channel || ' ' || campaign_id || ' ' || adset_id || ' ' || ad_id"

KINDS = (
    Kind(
        tables.ORDERS.name, "Orders", tables.ORDERS.columns, "order_id", "created_at", extras=_MONEY
    ),
    Kind(
        tables.REFUNDS,
        "Refunds",
        tables.REFUND_IDENTITY,
        "refund_id || ' of ' || order_id",
        "refunded_at",
    ),
    Kind(tables.CUSTOMERS.name, "Customers", tables.CUSTOMERS.columns, "customer_id", _CREATED),
    Kind(tables.PRODUCTS.name, "Products", tables.PRODUCTS.columns, "product_id", _CREATED),
    Kind(
        tables.SUBSCRIPTIONS.name,
        "Subscriptions",
        tables.SUBSCRIPTIONS.columns,
        "subscription_id",
        _CREATED,
    ),
    Kind(
        tables.EVENTS.name,
        "Events",
        ("event_id", "shop", "type"),
        "type || coalesce(' ' || event_id, '')",
        "json_extract(body, '$.timestamp'), 'unixepoch'",
    ),
    Kind(tables.ADS.name, "Ads", tables.ADS.columns, _AD, "event_date"),
    Kind(
        tables.SURVEYS.name,
        "Survey answers",
        tables.SURVEYS.columns,
        "order_id || ' ' || question_id",
        _CREATED,
    ),
    Kind(
        tables.ORDERS_ENRICHMENT.name,
        "Orders enrichment",
        tables.ORDERS_ENRICHMENT.columns,
        "order_id",
        "received_at",
    ),
    Kind(
        tables.PRODUCTS_ENRICHMENT.name,
        "Products enrichment",
        tables.PRODUCTS_ENRICHMENT.columns,
        "product_id || coalesce(' ' || nullif(variant_id, ''), '')",
        "received_at",
    ),
)


def find(table: str) -> Kind | None:
    """Return the kind that is kept in a table."""
    return next((kind for kind in KINDS if kind.table == table), None)


def color(table: str) -> str:
    """Return the class that colors a table wherever it is shown."""
    return f"kind-{[kind.table for kind in KINDS].index(table)}"


def address(table: str, record: int | None = None) -> str:
    """Return where a table's list or one record is shown: never a word of a record."""
    return f"/records/{table}" if record is None else f"/records/{table}/{record}"
