"""The endpoints of the Data-In API as a table: differences are data, not branches.

Source: the published OpenAPI file and the set-up guide of the API.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from target_triplewhale.payloads.ads import Ad
from target_triplewhale.payloads.customers import Customer
from target_triplewhale.payloads.events import Event
from target_triplewhale.payloads.orders import Order
from target_triplewhale.payloads.orders_enrichment import OrderEnrichment
from target_triplewhale.payloads.pps import PostPurchaseSurvey
from target_triplewhale.payloads.products import Product
from target_triplewhale.payloads.products_enrichment import ProductEnrichment
from target_triplewhale.payloads.subscriptions import Subscription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

MSP_PLATFORM = {"platform": "custom-msp", "platform_account_id": "custom-msp"}
SUBSCRIPTION_PLATFORM = {
    "platform": "custom_subscription_platform",
    "platform_account_id": "custom_platform_account",
}
SURVEY_PLATFORM = {
    "platform": "custom_pps_platform",
    "platform_account_id": "custom_platform_account",
}


@dataclass(frozen=True)
class Endpoint:
    """One row: where a record type goes, in what size, at what pace, and what identifies it."""

    name: str
    noun: str
    path: str
    model: type[BaseModel]
    scope: str
    identity: tuple[str, ...]
    """Dotted paths; a resend with the same values overwrites every other field."""
    rank: int
    """Of what is waiting, a lower rank goes first."""
    limits: tuple[str, ...] = ("requests",)
    guarded: tuple[str, ...] = ()
    """Parts of the identity that stay with a record's id: with others it would count twice."""
    batch_key: str | None = None
    """The field that names a record in a bulk answer; None: one record a request."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Documented defaults of what is part of an identity, so always sent."""
    needs_any: tuple[str, ...] = ()
    """Parts of the identity; a record that has none of them is never taken for another's repeat."""
    counts_sales: bool = False
    """A record is revenue, so one that is sent twice, or in parts, is counted wrongly."""
    is_event: bool = False
    """A record is sent once, under an id that is made for it; custom ones take any column."""
    needs_order: bool = False
    """A 404 means that the order is not known yet, not that the path is wrong."""

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The parts of the identity that a source gives its records."""
        others = {"shop", *self.guarded, *self.defaults}
        return tuple(path for path in self.identity if path not in others)

    @property
    def is_bulk(self) -> bool:
        """Whether a request may hold many records."""
        return self.batch_key is not None


_ROWS = (
    Endpoint(
        name="orders",
        noun="order",
        path="/data-in/bulk-orders",
        model=Order,
        scope="orders:write",
        identity=("shop", "order_id", "created_at", "platform", "platform_account_id"),
        rank=2,
        guarded=("created_at", "platform", "platform_account_id"),
        batch_key="order_id",
        counts_sales=True,
        defaults=MSP_PLATFORM,
    ),
    Endpoint(
        name="products",
        noun="product",
        path="/data-in/products",
        model=Product,
        scope="products:write",
        identity=("shop", "product_id", "platform", "platform_account_id"),
        rank=0,
        defaults=MSP_PLATFORM,
    ),
    Endpoint(
        name="customers",
        noun="customer",
        path="/data-in/customers",
        model=Customer,
        scope="customers:write",
        identity=("shop", "customer_id", "platform", "platform_account_id"),
        rank=0,
        defaults=MSP_PLATFORM,
    ),
    Endpoint(
        name="subscriptions",
        noun="subscription",
        path="/data-in/subscriptions",
        model=Subscription,
        scope="subscriptions:write",
        identity=("shop", "subscription_id", "platform", "platform_account_id"),
        rank=2,
        defaults=SUBSCRIPTION_PLATFORM,
    ),
    Endpoint(
        name="ads",
        noun="ad",
        path="/data-in/ads",
        model=Ad,
        scope="ads:write",
        identity=(
            "shop",
            "channel",
            "channel_account_id",
            "event_date",
            "campaign.id",
            "adset.id",
            "ad.id",
        ),
        rank=2,
        guarded=("channel", "channel_account_id"),
        defaults={"channel_account_id": "CUSTOM_CHANNEL"},
    ),
    Endpoint(
        name="pps",
        noun="survey answer",
        path="/data-in/pps",
        model=PostPurchaseSurvey,
        scope="pps:write",
        identity=("shop", "order_id", "question_id", "response_id"),
        rank=3,
        defaults=SURVEY_PLATFORM,
        needs_any=("question_id", "response_id"),
        needs_order=True,
    ),
    Endpoint(
        name="events",
        noun="event",
        path="/data-in/event",
        model=Event,
        scope="orders:write",
        identity=("shop", "eventId"),
        rank=1,
        limits=("requests", "events"),
        is_event=True,
    ),
    Endpoint(
        name="orders_enrichment",
        noun="order enrichment",
        path="/data-in/orders-enrichment",
        model=OrderEnrichment,
        scope="orders:write",
        identity=("shop", "order_id"),
        rank=2,
    ),
    Endpoint(
        name="products_enrichment",
        noun="product enrichment",
        path="/data-in/products-enrichment",
        model=ProductEnrichment,
        scope="products:write",
        identity=("shop", "product_id", "variant_id"),
        rank=2,
    ),
)

ENDPOINTS: Mapping[str, Endpoint] = {row.name: row for row in _ROWS}
