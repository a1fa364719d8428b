"""The published contract of all but orders, stated a second time, so that bodies have a judge.

Source: the published OpenAPI file, and where it says so only in prose, that prose.
"""

from __future__ import annotations

from target_triplewhale.sandbox.shapes import (
    AMOUNT,
    DATE,
    EMAIL,
    INTEGER,
    NUMBER,
    TEXT,
    TIME,
    choice,
    flag,
    many,
    number,
    record,
    text,
    texts,
)

MSP = text("custom-msp")
TEXTS = many(TEXT)

BUYER = texts("email", "phone", "first_name", "last_name")

IMAGE = record({"image_id": TEXT, "image_src": TEXT}, {})

VARIANT = record(
    {"variant_id": TEXT, "variant_title": TEXT},
    {
        "variant_price": NUMBER,
        "sku": TEXT,
        "variant_cost": NUMBER,
        "handling_fee": NUMBER,
        "inventory_quantity": NUMBER,
        "image_src": TEXT,
        "compare_at_price": NUMBER,
    },
    not_below=(("compare_at_price", "variant_price"),),
)

PRODUCT = record(
    {"shop": TEXT, "product_id": TEXT, "product_title": TEXT, "variants": many(VARIANT)},
    {
        "platform": MSP,
        "platform_account_id": MSP,
        "vendor": TEXT,
        "product_status": text("active"),
        "product_tags": TEXTS,
        "product_type": TEXT,
        "collections": TEXTS,
        "images": many(IMAGE, default=[]),
        "created_at": TIME,
        "updated_at": TIME,
    },
)

SUBSCRIPTION_ITEM = record(
    {
        "subscription_item_id": TEXT,
        "created_at": TIME,
        "status": choice("active", "canceled", "expired", "deleted"),
        "interval": choice("day", "week", "month", "year"),
        "interval_count": INTEGER,
        "price": number(format="float"),
        "quantity": INTEGER,
    },
    {
        "canceled_at": TIME,
        "ended_at": TIME,
        "product_id": TEXT,
        "variant_id": TEXT,
        "discount": record(
            {},
            {"amount_off": number(format="float"), "percent_off": number(format="float")},
            default={},
        ),
    },
)

SUBSCRIPTION = record(
    {
        "shop": TEXT,
        "subscription_id": TEXT,
        "created_at": TIME,
        "currency": TEXT,
        "customer": record({"id": TEXT}, {**BUYER, "email": EMAIL}, any_of=("email", "phone")),
        "subscription_items": many(SUBSCRIPTION_ITEM, least=1),
        "status": TEXT,
    },
    {
        "platform": text("custom_subscription_platform"),
        "platform_account_id": text("custom_platform_account"),
        "canceled_at": TIME,
        "ended_at": TIME,
        "cancellation_reason": TEXT,
        "cancellation_comments": TEXT,
        "metadata": TEXT,
        "updated_at": TIME,
    },
)

PPS = record(
    {"shop": TEXT, "order_id": TEXT},
    {
        "platform": text("custom_pps_platform"),
        "platform_account_id": text("custom_platform_account"),
        "created_at": TIME,
        "total_price": AMOUNT,
        "question_id": TEXT,
        "question_text": TEXT,
        "response_id": TEXT,
        "response": TEXT,
        "include_in_attribution": flag(),
        "source": TEXT,
    },
)

AD_LEVEL = {"id": TEXT, "name": TEXT, "status": choice("PAUSED", "ACTIVE")}

METRICS = record(
    {},
    {
        "clicks": number(0),
        "conversions": number(0),
        "conversion_value": number(0),
        "impressions": number(0),
        "spend": number(0),
        "visits": number(0),
    },
)

AD = record(
    {"shop": TEXT, "channel": TEXT, "event_date": DATE, "currency": TEXT},
    {
        "channel_account_id": text("CUSTOM_CHANNEL"),
        "campaign": record(AD_LEVEL, {}),
        "adset": record(AD_LEVEL, {}),
        "ad": record(AD_LEVEL, {"thumbnail": TEXT}),
        "metrics": METRICS,
        "updated_at": TIME,
    },
    any_of=("campaign", "adset", "ad"),
)

CUSTOMER = record(
    {"shop": TEXT, "customer_id": TEXT},
    {
        "platform": MSP,
        "platform_account_id": MSP,
        **texts(
            "address1",
            "address2",
            "city",
            "country",
            "country_code",
            "display_name",
            "email_address",
            "email_marketing_consent_collected_from",
            "email_marketing_consent_opt_in_level",
            "email_marketing_consent_status",
            "first_name",
            "last_name",
            "last_order_id",
            "locale",
            "note",
            "phone",
            "product_subscriber_status",
            "sms_marketing_consent_collected_from",
            "sms_marketing_consent_opt_in_level",
            "state",
            "state_code",
            "status",
            "zip",
        ),
        "amount_spent": NUMBER,
        "created_at": TIME,
        "customer_tags": many(TEXT, default=[]),
        "email_marketing_consent_updated_at": TIME,
        "latitude": NUMBER,
        "longitude": NUMBER,
        "number_of_orders": INTEGER,
        "sms_marketing_consent_updated_at": TIME,
        "tax_exempt": flag(default=False),
    },
)

ORDER_ENRICHMENT = record(
    {"shop": TEXT, "order_id": TEXT},
    {
        "custom_expenses": AMOUNT,
        "custom_gross_profit": AMOUNT,
        "custom_gross_sales": AMOUNT,
        "custom_net_revenue": AMOUNT,
        "custom_number": NUMBER,
        "custom_status": TEXT,
        "custom_string": TEXT,
        "ignore_order": flag(default=False),
        "orders_quantity": number(enum=(0, 1)),
        "platform": TEXT,
        "shipping_costs": AMOUNT,
        "total_items_quantity": AMOUNT,
    },
)

PRODUCT_ENRICHMENT = record(
    {"shop": TEXT, "product_id": TEXT}, {"variant_cost": NUMBER, "variant_id": TEXT}
)

# Eleven digits of seconds end in the year 5138: more are milliseconds.
LAST_SECOND = 99_999_999_999

EVENT = record(
    {
        "shop": TEXT,
        "type": choice("lead", "mql", "sql", "opportunity", "book_demo", "custom"),
        "profileIdentifiers": record(
            {},
            {"email": EMAIL, "phone": TEXT, "externalId": TEXT},
            any_of=("email", "phone", "externalId"),
        ),
    },
    {
        "eventId": TEXT,
        "timestamp": number(format="int64", maximum=LAST_SECOND),
        "event_name": TEXT,
        "source": TEXT,
        "campaign": TEXT,
        "ad": TEXT,
        "adset": TEXT,
    },
    when_custom=("event_name",),
    extras_when_custom=True,
)
