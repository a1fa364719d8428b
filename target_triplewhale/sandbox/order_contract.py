"""The published contract of orders, one by one and in bulk, with their refunds.

Source: the published OpenAPI file, and where it says so only in prose, that prose.
"""

from __future__ import annotations

from target_triplewhale.sandbox.shapes import (
    AMOUNT,
    INTEGER,
    NUMBER,
    TEXT,
    TIME,
    choice,
    flag,
    many,
    record,
    text,
    texts,
)

MSP = text("custom-msp")
TEXTS = many(TEXT)

_BUYER = texts("email", "phone", "first_name", "last_name")

DISCOUNT_CODE = record(
    {}, {"code": TEXT, "amount": AMOUNT, "type": choice("percentage", "fixed_amount")}
)

LINE_ITEM = record(
    {"id": TEXT, "price": NUMBER, "quantity": INTEGER, "product_id": TEXT, "variant_id": TEXT},
    {"name": TEXT, "product_name": TEXT, "variant_name": TEXT, "sku": TEXT},
)

REFUND_LINE_ITEM = record(
    {"id": TEXT, "quantity": INTEGER, "price": NUMBER, "variant_id": TEXT},
    {"line_item_id": TEXT, "product_id": TEXT, "currency": TEXT, "total_discount": NUMBER},
)

REFUND = record(
    {"refund_id": TEXT, "refunded_at": TIME, "total_refund": NUMBER},
    {
        "line_items": many(REFUND_LINE_ITEM),
        "total_tax_refund": NUMBER,
        "total_shipping_refund": NUMBER,
        "tags": TEXTS,
        "void": flag(default=False),
    },
)

SHIPPING_ADDRESS = record(
    {},
    texts("address_1", "address_2", "zip", "city", "country", "country_code", "province_code"),
)

SHIPPING_LINE = record(
    {},
    {
        "shipping_discounted_price": NUMBER,
        "shipping_price": NUMBER,
        "source": TEXT,
        "title": TEXT,
    },
)

_ORDER_REQUIRED = {
    "order_id": TEXT,
    "created_at": TIME,
    "currency": TEXT,
    "customer": record({"id": TEXT}, _BUYER, any_of=("email", "phone")),
    "order_revenue": AMOUNT,
}

_ORDER_OPTIONAL = {
    "platform": MSP,
    "platform_account_id": MSP,
    "custom_expenses": AMOUNT,
    "discount_codes": many(DISCOUNT_CODE),
    "line_items": many(LINE_ITEM),
    "name": TEXT,
    "payment_gateway_names": TEXTS,
    "refunds": many(REFUND),
    "shipping_address": SHIPPING_ADDRESS,
    "shipping_lines": many(SHIPPING_LINE),
    "shipping_price": NUMBER,
    "shipping_costs": AMOUNT,
    "source_name": TEXT,
    "subscription_id": TEXT,
    "tags": TEXTS,
    "taxes_included": flag(default=False),
    "total_discounts": AMOUNT,
    "taxes": AMOUNT,
    "status": TEXT,
    "updated_at": TIME,
    "void": flag(default=False),
    "is_new_customer": flag(nullable=True),
}

ORDER = record({"shop": TEXT, **_ORDER_REQUIRED}, _ORDER_OPTIONAL)
BULK_ORDER = record(_ORDER_REQUIRED, {"shop": TEXT, **_ORDER_OPTIONAL})
BULK_ORDERS = record({"shop": TEXT, "orders": many(BULK_ORDER, least=1, most=1000)}, {})
