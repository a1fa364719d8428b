"""The smallest valid body of each Data-In path."""

from __future__ import annotations

from typing import Any

SHOP = "shop.example"
AT = "2026-01-02T03:04:05.000Z"


def order(order_id: Any = "A-1", **more: Any) -> dict[str, Any]:
    """Return an order with its required fields."""
    return {
        "shop": SHOP,
        "order_id": order_id,
        "created_at": AT,
        "currency": "USD",
        "customer": {"id": "C-1", "phone": "+12025550100"},
        "order_revenue": 10.5,
        **more,
    }


def event(**more: Any) -> dict[str, Any]:
    """Return an event with its required fields."""
    return {
        "shop": SHOP,
        "type": "lead",
        "profileIdentifiers": {"externalId": "C-1"},
        "timestamp": 1767323045,
        **more,
    }


def ad(**more: Any) -> dict[str, Any]:
    """Return an ad with its required fields."""
    return {
        "shop": SHOP,
        "channel": "facebook-ads",
        "event_date": "2026-01-02",
        "currency": "USD",
        "campaign": {"id": "1", "name": "Spring", "status": "ACTIVE"},
        **more,
    }


def subscription(**more: Any) -> dict[str, Any]:
    """Return a subscription with its required fields."""
    item = {
        "subscription_item_id": "I-1",
        "created_at": AT,
        "status": "active",
        "interval": "month",
        "interval_count": 1,
        "price": 9.5,
        "quantity": 1,
    }
    return {
        "shop": SHOP,
        "subscription_id": "S-1",
        "created_at": AT,
        "currency": "USD",
        "status": "active",
        "customer": {"id": "C-1", "email": "buyer@shop.example"},
        "subscription_items": [item],
        **more,
    }


def product(**more: Any) -> dict[str, Any]:
    """Return a product with its required fields."""
    return {
        "shop": SHOP,
        "product_id": "P-1",
        "product_title": "Cup",
        "variants": [{"variant_id": "P-1", "variant_title": "Cup"}],
        **more,
    }


def refund(refund_id: str = "R-1", **more: Any) -> dict[str, Any]:
    """Return a refund with its required fields."""
    return {"refund_id": refund_id, "refunded_at": AT, "total_refund": 5, **more}


def smallest() -> dict[str, tuple[dict[str, Any], str, str]]:
    """Return by path: the smallest body, its table, and the published answer."""
    return {
        "orders": (order(), "orders_table", "Order received"),
        "products": (product(), "products_table", "product received"),
        "customers": (
            {"shop": SHOP, "customer_id": "C-1"},
            "customers_table",
            "customer received",
        ),
        "subscriptions": (subscription(), "subscriptions_table", "Subscription received"),
        "ads": (ad(), "ads_table", "Ad received"),
        "event": (event(), "pixel_custom_events_table", "Pixel event received"),
        "orders-enrichment": (
            {"shop": SHOP, "order_id": "A-1"},
            "orders_enrichment_table",
            "Order enrichment received",
        ),
        "products-enrichment": (
            {"shop": SHOP, "product_id": "P-1"},
            "products_enrichment_table",
            "Order enrichment received",
        ),
    }
