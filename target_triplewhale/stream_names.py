"""The names by which a stream finds its endpoint without any mapping."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from target_triplewhale.mapping.names import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMA_NAME = re.compile(r"^(public|dbo|main|default)[-.]", re.IGNORECASE)
"""Schemas of warehouses; any other word before the name may change what the stream holds."""
_EVENT_TYPES = {
    "lead": "leads",
    "mql": "mqls",
    "sql": "sqls",
    "opportunity": "opportunities",
    "book_demo": "book_demos",
}
STREAM_NAMES: Mapping[str, tuple[str, ...]] = {
    "orders": ("orders", "order", "sales_orders"),
    "products": ("products", "product"),
    "customers": ("customers", "customer"),
    "subscriptions": ("subscriptions", "subscription"),
    "ads": ("ads", "ad"),
    "pps": ("pps", "post_purchase_surveys", "post_purchase_survey"),
    "events": ("events", "event", *_EVENT_TYPES, *_EVENT_TYPES.values()),
    "orders_enrichment": ("orders_enrichment", "order_enrichment"),
    "products_enrichment": ("products_enrichment", "product_enrichment"),
}
"""Endpoints and the names of their streams; nothing else matches."""
_BY_NAME = {name: endpoint for endpoint, names in STREAM_NAMES.items() for name in names}
_TYPE_BY_NAME = {name: kind for kind, plural in _EVENT_TYPES.items() for name in (kind, plural)}


def bare(stream: str) -> str:
    """Return a stream's name without a warehouse's schema, in small letters."""
    return folded(_SCHEMA_NAME.sub("", stream))


def endpoint_of(stream: str) -> str | None:
    """Return the endpoint that goes by a stream's name, None where none does."""
    return _BY_NAME.get(bare(stream))


def event_type_of(stream: str) -> str | None:
    """Return the type of the events that a stream of this name holds, if it says."""
    return _TYPE_BY_NAME.get(bare(stream))


def near(stream: str) -> list[str]:
    """Return the known names that a stream's name is most like."""
    return difflib.get_close_matches(bare(stream), _BY_NAME, n=3, cutoff=0.5)
