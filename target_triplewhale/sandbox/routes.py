"""What each path of the imitation takes and answers, as data; paths and words as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_triplewhale.sandbox import contract, order_contract, tables

if TYPE_CHECKING:
    from target_triplewhale.sandbox.shapes import Shape
    from target_triplewhale.sandbox.tables import Table

REQUESTS = "requests"
EVENTS = "events"
KEY_CHECKS = "key checks"
QUERIES = "queries"

KEY_CHECK_PATH = "/users/api-keys/me"
MAX_EVENT_BYTES = 3072


@dataclass(frozen=True, slots=True)
class Route:
    """One Data-In path."""

    table: Table
    shape: Shape
    scopes: tuple[str, ...]
    """Any of them is enough."""
    received: str
    """The message of a 200; `{count}` stands for the number of records."""
    refused: str
    """The beginning of a 400's message."""
    limits: tuple[str, ...] = (REQUESTS,)
    is_bulk: bool = False
    max_bytes: int | None = None
    needs_order: bool = False


ROUTES = {
    "/data-in/bulk-orders": Route(
        tables.ORDERS,
        order_contract.BULK_ORDERS,
        ("orders:write",),
        "{count} orders received",
        "Validation errors",
        is_bulk=True,
    ),
    "/data-in/orders": Route(
        tables.ORDERS,
        order_contract.ORDER,
        ("orders:write",),
        "Order received",
        "Invalid order data.",
    ),
    "/data-in/products": Route(
        tables.PRODUCTS,
        contract.PRODUCT,
        ("products:write",),
        "product received",
        "Invalid product data.",
    ),
    "/data-in/customers": Route(
        tables.CUSTOMERS,
        contract.CUSTOMER,
        ("customers:write",),
        "customer received",
        "Invalid customer data.",
    ),
    "/data-in/subscriptions": Route(
        tables.SUBSCRIPTIONS,
        contract.SUBSCRIPTION,
        ("subscriptions:write",),
        "Subscription received",
        "Invalid subscription data.",
    ),
    "/data-in/ads": Route(
        tables.ADS, contract.AD, ("ads:write",), "Ad received", "Invalid ad data."
    ),
    "/data-in/pps": Route(
        tables.SURVEYS,
        contract.PPS,
        ("pps:write",),
        "pps received",
        "Invalid PPS data.",
        needs_order=True,
    ),
    "/data-in/event": Route(
        tables.EVENTS,
        contract.EVENT,
        # Not documented; one guide says orders.
        ("orders:write", "events:write"),
        "Pixel event received",
        "Invalid pixel event data.",
        limits=(REQUESTS, EVENTS),
        max_bytes=MAX_EVENT_BYTES,
    ),
    "/data-in/orders-enrichment": Route(
        tables.ORDERS_ENRICHMENT,
        contract.ORDER_ENRICHMENT,
        ("orders:write",),
        "Order enrichment received",
        "Invalid order enrichment data.",
    ),
    "/data-in/products-enrichment": Route(
        tables.PRODUCTS_ENRICHMENT,
        contract.PRODUCT_ENRICHMENT,
        ("products:write",),
        "Order enrichment received",
        "Invalid order enrichment data.",
    ),
}
