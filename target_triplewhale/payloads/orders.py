"""The body of POST /data-in/orders, and of each order in POST /data-in/bulk-orders."""

from typing import Annotated, Literal

from pydantic import ValidationInfo, field_validator

from target_triplewhale.payloads.coercion import (
    Amount,
    Currency,
    Email,
    Flag,
    ListOf,
    Number,
    PartOf,
    Phone,
    Text,
    TextList,
    Time,
    Whole,
    one_of,
)
from target_triplewhale.payloads.strict import Strict, checked_even_if_absent, require_one

_DiscountTypes = Literal["percentage", "fixed_amount"]
DiscountType = Annotated[_DiscountTypes, one_of(_DiscountTypes)]


class Customer(Strict):
    """Who bought; the identity is not checked for its form, since exports often hash it."""

    id: Text
    phone: Phone | None = None
    email: Email | None = checked_even_if_absent()
    first_name: Text | None = None
    last_name: Text | None = None

    @field_validator("email")
    @classmethod
    def _email_or_phone(cls, value: str | None, info: ValidationInfo) -> str | None:
        require_one(value, info, ("phone",), "is missing; an order needs an e-mail or a phone")
        return value


class DiscountCode(Strict):
    """A code that the buyer gave."""

    code: Text | None = None
    amount: Amount | None = None
    type: DiscountType | None = None


class LineItem(Strict):
    """One product of an order."""

    id: Text
    name: Text | None = None
    price: Number
    quantity: Whole
    product_id: Text
    product_name: Text | None = None
    variant_id: Text
    variant_name: Text | None = None
    sku: Text | None = None


class RefundLineItem(Strict):
    """One product of a refund."""

    id: Text
    line_item_id: Text | None = None
    quantity: Whole
    product_id: Text | None = None
    variant_id: Text
    price: Number
    currency: Currency | None = None
    total_discount: Number | None = None


class Refund(Strict):
    """Money that went back; `refund_id` and `refunded_at` are part of its identity."""

    refund_id: Text
    refunded_at: Time
    line_items: ListOf[RefundLineItem] | None = None
    total_refund: Number
    total_tax_refund: Number | None = None
    total_shipping_refund: Number | None = None
    tags: TextList | None = None
    void: Flag | None = None


class ShippingAddress(Strict):
    """Where an order goes."""

    address_1: Text | None = None
    address_2: Text | None = None
    zip: Text | None = None
    city: Text | None = None
    country: Text | None = None
    country_code: Text | None = None
    province_code: Text | None = None


class ShippingLine(Strict):
    """One way by which an order was shipped."""

    shipping_discounted_price: Number | None = None
    shipping_price: Number | None = None
    source: Text | None = None
    title: Text | None = None


class Order(Strict):
    """A sale; `status` is the fulfilment's, not the payment's."""

    shop: Text
    order_id: Text
    platform: Text | None = None
    platform_account_id: Text | None = None
    created_at: Time
    currency: Currency
    customer: PartOf[Customer]
    custom_expenses: Amount | None = None
    discount_codes: ListOf[DiscountCode] | None = None
    line_items: ListOf[LineItem] | None = None
    name: Text | None = None
    payment_gateway_names: TextList | None = None
    refunds: ListOf[Refund] | None = None
    shipping_address: PartOf[ShippingAddress] | None = None
    shipping_lines: ListOf[ShippingLine] | None = None
    shipping_price: Number | None = None
    shipping_costs: Amount | None = None
    source_name: Text | None = None
    subscription_id: Text | None = None
    tags: TextList | None = None
    taxes_included: Flag | None = None
    order_revenue: Amount
    total_discounts: Amount | None = None
    taxes: Amount | None = None
    status: Text | None = None
    updated_at: Time | None = None
    void: Flag | None = None
    # The published file omits it; an older source of the API has it.
    is_new_customer: Flag | None = None
