"""The body of POST /data-in/customers."""

from target_triplewhale.payloads.coercion import (
    Coordinate,
    Email,
    Flag,
    Number,
    Phone,
    Text,
    TextList,
    Time,
    Whole,
)
from target_triplewhale.payloads.strict import Strict


class Customer(Strict):
    """A customer's profile; only the shop and the id are required."""

    shop: Text
    customer_id: Text
    platform: Text | None = None
    platform_account_id: Text | None = None
    address1: Text | None = None
    address2: Text | None = None
    amount_spent: Number | None = None
    city: Text | None = None
    country: Text | None = None
    country_code: Text | None = None
    created_at: Time | None = None
    customer_tags: TextList | None = None
    display_name: Text | None = None
    email_address: Email | None = None
    email_marketing_consent_collected_from: Text | None = None
    email_marketing_consent_opt_in_level: Text | None = None
    email_marketing_consent_status: Text | None = None
    email_marketing_consent_updated_at: Time | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    last_order_id: Text | None = None
    latitude: Coordinate | None = None
    locale: Text | None = None
    longitude: Coordinate | None = None
    note: Text | None = None
    number_of_orders: Whole | None = None
    phone: Phone | None = None
    product_subscriber_status: Text | None = None
    sms_marketing_consent_collected_from: Text | None = None
    sms_marketing_consent_opt_in_level: Text | None = None
    sms_marketing_consent_updated_at: Time | None = None
    state: Text | None = None
    state_code: Text | None = None
    status: Text | None = None
    tax_exempt: Flag | None = None
    zip: Text | None = None
