"""The body of POST /data-in/subscriptions."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from target_triplewhale.payloads.coercion import (
    Currency,
    EmailAddress,
    ListOf,
    Number,
    PartOf,
    Phone,
    Text,
    Time,
    Whole,
    one_of,
)
from target_triplewhale.payloads.strict import Strict, checked_even_if_absent, require_one

_ItemStatuses = Literal["active", "canceled", "expired", "deleted"]
_Intervals = Literal["day", "week", "month", "year"]
ItemStatus = Annotated[_ItemStatuses, one_of(_ItemStatuses)]
Interval = Annotated[_Intervals, one_of(_Intervals)]


class Subscriber(Strict):
    """Who subscribed."""

    id: Text
    phone: Phone | None = None
    email: EmailAddress | None = checked_even_if_absent()
    first_name: Text | None = None
    last_name: Text | None = None

    @field_validator("email")
    @classmethod
    def _email_or_phone(cls, value: str | None, info: ValidationInfo) -> str | None:
        text = "is missing; a subscription needs an e-mail or a phone"
        require_one(value, info, ("phone",), text)
        return value


class Discount(Strict):
    """What an item is reduced by."""

    amount_off: Number | None = None
    percent_off: Number | None = None


class SubscriptionItem(Strict):
    """What is delivered, and how often."""

    subscription_item_id: Text
    created_at: Time
    canceled_at: Time | None = None
    ended_at: Time | None = None
    status: ItemStatus
    interval: Interval
    interval_count: Whole
    product_id: Text | None = None
    price: Number
    quantity: Whole
    variant_id: Text | None = None
    discount: PartOf[Discount] | None = None


class Subscription(Strict):
    """A subscription with its items: at least one."""

    shop: Text
    subscription_id: Text
    platform: Text | None = None
    platform_account_id: Text | None = None
    created_at: Time
    canceled_at: Time | None = None
    ended_at: Time | None = None
    cancellation_reason: Text | None = None
    cancellation_comments: Text | None = None
    currency: Currency
    customer: PartOf[Subscriber]
    subscription_items: Annotated[ListOf[SubscriptionItem], Field(min_length=1)]
    status: Text
    metadata: Text | None = None
    updated_at: Time | None = None
