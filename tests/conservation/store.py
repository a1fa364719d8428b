"""What the imitation keeps, under its own idea of what identifies a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PATHS: Mapping[str, str] = {
    "/data-in/bulk-orders": "orders",
    "/data-in/orders": "orders",
    "/data-in/products": "products",
    "/data-in/customers": "customers",
    "/data-in/event": "events",
    "/data-in/pps": "pps",
}
_IDENTITIES: Mapping[str, tuple[str, ...]] = {
    "orders": ("shop", "order_id", "created_at", "platform", "platform_account_id"),
    "products": ("shop", "product_id", "platform", "platform_account_id"),
    "customers": ("shop", "customer_id", "platform", "platform_account_id"),
    "events": ("shop", "eventId"),
    "pps": ("shop", "order_id", "question_id", "response_id"),
}

Body = dict[str, Any]
Key = tuple[str, ...]
"""The endpoint, and the values of what identifies a record there."""


def key_of(endpoint: str, body: Mapping[str, Any]) -> Key:
    """Return what identifies a body: a resend with the same key takes its place."""
    return (endpoint, *(str(body.get(name)) for name in _IDENTITIES[endpoint]))


def records_of(path: str, body: Body) -> Iterator[tuple[str, Body]]:
    """Yield the records of a request's body, each with its endpoint; a bulk shop is each one's."""
    endpoint = PATHS[path]
    if not path.endswith("bulk-orders"):
        yield endpoint, body
        return
    for order in body["orders"]:
        yield endpoint, {**order, "shop": body["shop"]}


@dataclass
class Store:
    """The records of all runs so far; a later one of the same key takes a former one's place."""

    rows: dict[Key, Body] = field(default_factory=dict)
    port: int = 0
    """Of each server that keeps them, where it has to be the same one."""

    def keep(self, key: Key, body: Body) -> None:
        """Keep a record."""
        self.rows[key] = body
