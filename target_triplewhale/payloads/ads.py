"""The body of POST /data-in/ads."""

from typing import Annotated, Literal

from pydantic import ValidationInfo, field_validator

from target_triplewhale.payloads.coercion import (
    Count,
    Currency,
    Day,
    Number,
    PartOf,
    Text,
    Time,
    one_of,
)
from target_triplewhale.payloads.strict import Strict, checked_even_if_absent, require_one

_Statuses = Literal["PAUSED", "ACTIVE"]
Status = Annotated[_Statuses, one_of(_Statuses)]


class Campaign(Strict):
    """The campaign that an ad set belongs to."""

    id: Text
    name: Text
    status: Status


class AdSet(Strict):
    """The ad set that an ad belongs to."""

    id: Text
    name: Text
    status: Status


class Creative(Strict):
    """The single ad."""

    id: Text
    name: Text
    status: Status
    thumbnail: Text | None = None


class Metrics(Strict):
    """What the ad did on that day."""

    clicks: Count | None = None
    conversions: Number | None = None
    conversion_value: Number | None = None
    impressions: Count | None = None
    spend: Number | None = None
    visits: Count | None = None


class Ad(Strict):
    """One day of a campaign, an ad set or an ad."""

    shop: Text
    channel: Text
    channel_account_id: Text | None = None
    event_date: Day
    currency: Currency
    ad: PartOf[Creative] | None = None
    adset: PartOf[AdSet] | None = None
    campaign: PartOf[Campaign] | None = checked_even_if_absent()
    metrics: PartOf[Metrics] | None = None
    updated_at: Time | None = None

    @field_validator("campaign")
    @classmethod
    def _campaign_adset_or_ad(cls, value: Campaign | None, info: ValidationInfo) -> Campaign | None:
        text = "is missing; an ad record needs a campaign, an adset or an ad"
        require_one(value, info, ("ad", "adset"), text)
        return value
