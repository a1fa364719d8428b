"""Made-up orders, customers and events, in the API's own shapes, with the SCHEMA of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "@@@@@"
"""Stands in every id for the number of its block, so that one replacement renews a block."""
TEXT = {"type": "string"}
NUMBER = {"type": "number"}
WHOLE = {"type": "integer"}


class Stream(NamedTuple):
    """One kind of record; `key` names the field that a server counts records by."""

    key: str
    properties: dict[str, Any]
    record: Callable[[int], dict[str, Any]]


def order(number: int) -> dict[str, Any]:
    """Return a nested order with two line items."""
    place = f"{MARK}{number:03d}"
    price = 10 + number % 90 + 0.99
    return {
        "order_id": f"A-{place}",
        "created_at": _moment(number),
        "currency": "EUR",
        "customer": {
            "id": f"C-{place}",
            "email": f"buyer{place}@example.com",
            "first_name": "Ann",
            "last_name": "Lee",
        },
        "line_items": [
            {
                "id": f"L-{place}-{position}",
                "name": "Mug",
                "price": price,
                "quantity": 1 + number % 3,
                "product_id": f"P-{number % 40}",
                "variant_id": f"V-{number % 40}-{position}",
                "sku": f"MUG-{position}",
            }
            for position in range(2)
        ],
        "order_revenue": round(2 * price + 5, 2),
        "taxes": 5.5,
        "total_discounts": 0,
        "shipping_price": 5.0,
        "status": "fulfilled",
        "tags": ["web", "returning"],
    }


def customer(number: int) -> dict[str, Any]:
    """Return a customer's profile."""
    place = f"{MARK}{number:03d}"
    return {
        "customer_id": f"C-{place}",
        "created_at": _moment(number),
        "email_address": f"buyer{place}@example.com",
        "first_name": "Ann",
        "last_name": "Lee",
        "city": "Berlin",
        "country_code": "DE",
        "number_of_orders": number % 20,
        "amount_spent": number * 1.5,
    }


def event(number: int) -> dict[str, Any]:
    """Return a lead."""
    place = f"{MARK}{number:03d}"
    return {
        "eventId": f"E-{place}",
        "type": "lead",
        "timestamp": 1_772_600_000 + number,
        "source": "newsletter",
        "profileIdentifiers": {"email": f"lead{place}@example.com", "externalId": f"X-{place}"},
    }


def _moment(number: int) -> str:
    return f"2026-03-{1 + number % 28:02d}T{number % 24:02d}:{number % 60:02d}:07.000Z"


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _texts(*names: str) -> dict[str, dict[str, Any]]:
    return dict.fromkeys(names, TEXT)


LINE_ITEM = _object(
    **_texts("id", "name", "product_id", "variant_id", "sku"), price=NUMBER, quantity=WHOLE
)
STREAMS = {
    "orders": Stream(
        "order_id",
        {
            **_texts("order_id", "created_at", "currency", "status"),
            **dict.fromkeys(
                ("order_revenue", "taxes", "total_discounts", "shipping_price"), NUMBER
            ),
            "customer": _object(**_texts("id", "email", "first_name", "last_name")),
            "line_items": {"type": "array", "items": LINE_ITEM},
            "tags": {"type": "array", "items": TEXT},
        },
        order,
    ),
    "customers": Stream(
        "customer_id",
        {
            **_texts("customer_id", "created_at", "email_address", "first_name", "last_name"),
            **_texts("city", "country_code"),
            "number_of_orders": WHOLE,
            "amount_spent": NUMBER,
        },
        customer,
    ),
    "events": Stream(
        "eventId",
        {
            **_texts("eventId", "type", "source"),
            "timestamp": WHOLE,
            "profileIdentifiers": _object(**_texts("email", "externalId")),
        },
        event,
    ),
}
