"""Other names under which sources bring the documented fields."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PUNCTUATION = re.compile(r"[\W_]+")


def folded(name: str) -> str:
    """Return a name without case and punctuation: `Customer ID`, `customer__id`: `customer_id`."""
    return _PUNCTUATION.sub("_", _CAMEL.sub("_", name)).strip("_").lower()


def without_marks(name: str) -> str:
    """Return a column's name without byte order marks, NUL bytes and outer blanks."""
    return name.replace("\ufeff", "").replace("\0", "").strip()


@lru_cache(maxsize=256)
def are_unmarked(names: tuple[str, ...]) -> bool:
    """Tell whether all columns have their names as they are to be read."""
    return all(without_marks(name) == name for name in names)


def unmarked(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record whose columns have their names without marks."""
    if are_unmarked(tuple(record)):
        return record
    return {without_marks(name): record[name] for name in record}


NAME_OF_OBJECT: Mapping[str, Mapping[str, str]] = {
    "ads": {"campaign": "name", "adset": "name", "ad": "name"},
}
"""Path of a model, then an object in it, then the field that plain text in its place stands for."""

OTHER_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "orders": {
        "order_id": ("id",),
        "created_at": ("created", "created_on", "order_date", "ordered_at", "date_created"),
        "updated_at": ("updated", "updated_on", "modified_at", "date_modified"),
        "currency": ("currency_code", "order_currency"),
        "order_revenue": ("total_price", "order_total", "total", "grand_total", "revenue"),
        "taxes": ("total_tax", "tax_total", "tax"),
        "total_discounts": ("total_discount", "discount_total", "discounts"),
        "shipping_price": ("total_shipping", "shipping_total"),
        "customer.email": ("email", "email_address"),
        "customer.phone": ("phone", "phone_number"),
        "customer.first_name": ("first_name",),
        "customer.last_name": ("last_name",),
        "name": ("order_name",),
        "source_name": ("source",),
        "status": ("fulfillment_status",),
        "payment_gateway_names": ("payment_gateway", "payment_method"),
        "shipping_address.address_1": ("shipping_address_1", "shipping_address1"),
        "shipping_address.address_2": ("shipping_address_2", "shipping_address2"),
        "shipping_address.zip": ("shipping_zip", "shipping_postal_code", "shipping_postcode"),
        "shipping_address.city": ("shipping_city",),
        "shipping_address.country": ("shipping_country",),
        "shipping_address.country_code": ("shipping_country_code",),
        "shipping_address.province_code": ("shipping_province_code", "shipping_state_code"),
    },
    "orders.line_items": {
        "id": ("line_item_id",),
        "name": ("title",),
        "price": ("unit_price",),
        "quantity": ("qty",),
        "variant_name": ("variant_title",),
        "sku": ("product_sku",),
    },
    "orders.refunds": {
        "refund_id": ("id",),
        "refunded_at": ("created_at",),
        "total_refund": ("amount", "total"),
    },
    "orders.shipping_address": {
        "address_1": ("address1",),
        "address_2": ("address2",),
        "zip": ("postal_code", "postcode"),
    },
    "orders.shipping_lines": {
        "shipping_price": ("price",),
        "shipping_discounted_price": ("discounted_price",),
    },
    "products": {
        "product_id": ("id",),
        "product_title": ("title", "product_name", "name"),
        "product_status": ("status",),
        "product_tags": ("tags",),
        "product_type": ("type", "category"),
        "created_at": ("created", "created_on"),
        "updated_at": ("updated", "updated_on"),
    },
    "products.variants": {
        "variant_id": ("id",),
        "variant_title": ("title", "name"),
        "variant_price": ("price", "unit_price"),
        "sku": ("variant_sku",),
        "variant_cost": ("cost",),
    },
    "products.images": {"image_id": ("id",), "image_src": ("src", "url")},
    "customers": {
        "customer_id": ("id", "contact_id"),
        "created_at": ("created", "created_on", "date_added"),
        "email_address": ("email",),
        "phone": ("phone_number",),
        "customer_tags": ("tags",),
        "amount_spent": ("total_spent",),
        "number_of_orders": ("orders_count", "total_orders"),
        "address1": ("address_1", "address"),
        "address2": ("address_2",),
        "zip": ("postal_code", "postcode", "zip_code"),
        "state": ("province", "region"),
        "state_code": ("province_code",),
        "display_name": ("name", "full_name"),
        "note": ("notes",),
        "status": (),
    },
    "subscriptions": {
        "subscription_id": ("id",),
        "created_at": ("created", "created_on"),
        "canceled_at": ("cancelled_at",),
        "subscription_items": ("items",),
        "customer.email": ("email",),
        "customer.phone": ("phone",),
        "updated_at": ("updated", "updated_on"),
    },
    "subscriptions.subscription_items": {
        "subscription_item_id": ("id",),
        "canceled_at": ("cancelled_at",),
    },
    "ads": {
        "event_date": ("date", "day"),
        "currency": ("currency_code",),
        "channel_account_id": ("account_id",),
        "metrics.clicks": ("clicks",),
        "metrics.conversions": ("conversions",),
        "metrics.conversion_value": ("conversion_value",),
        "metrics.impressions": ("impressions",),
        "metrics.spend": ("spend", "cost"),
        "metrics.visits": ("visits",),
    },
    "pps": {
        "created_at": ("inserted_at", "responded_at", "created"),
        "total_price": ("order_total",),
        "question_text": ("question",),
        "response": ("answer", "response_text"),
    },
    "events": {
        "profileIdentifiers.email": ("email", "email_address"),
        "profileIdentifiers.phone": ("phone", "phone_number"),
        "profileIdentifiers.externalId": ("external_id",),
        "timestamp": ("occurred_at", "event_time"),
    },
    "orders_enrichment": {"order_id": ("id",)},
    "products_enrichment": {"product_id": ("id",), "variant_cost": ("cost",)},
}
"""Path of a model, then documented field, then other names (folded), the likeliest first."""
