"""The tables of the sandbox and what identifies a row of each, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox import contract, order_contract

if TYPE_CHECKING:
    from target_triplewhale.sandbox.shapes import Shape


@dataclass(frozen=True, slots=True)
class Table:
    """Where one kind of record is kept; a resend with the same identity overwrites the rest."""

    name: str
    shape: Shape
    identity: tuple[str, ...]
    """Dotted paths into the body."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the identity's column names."""
        return tuple(path.replace(".", "_") for path in self.identity)

    def identify(self, body: dict[str, Any]) -> tuple[str, ...]:
        """Return the identity of a body, documented defaults filled in, absent parts empty.

        A time is compared as text: if the API compares instants, another spelling of the same
        one is harmless there and counted twice here, which is the error that shows.
        """
        return tuple(str(self._part(body, path)) for path in self.identity)

    def _part(self, body: dict[str, Any], path: str) -> Any:
        first, _, rest = path.partition(".")
        if rest:
            return body.get(first, {}).get(rest, "")
        return body.get(first, self.shape.fields[first].default or "")


ORDERS = Table(
    "orders_table",
    order_contract.ORDER,
    ("shop", "order_id", "created_at", "platform", "platform_account_id"),
)
PRODUCTS = Table(
    "products_table",
    contract.PRODUCT,
    ("shop", "product_id", "platform", "platform_account_id"),
)
CUSTOMERS = Table(
    "customers_table",
    contract.CUSTOMER,
    ("shop", "customer_id", "platform", "platform_account_id"),
)
SUBSCRIPTIONS = Table(
    "subscriptions_table",
    contract.SUBSCRIPTION,
    ("shop", "subscription_id", "platform", "platform_account_id"),
)
ADS = Table(
    "ads_table",
    contract.AD,
    (
        "shop",
        "channel",
        "channel_account_id",
        "event_date",
        "campaign.id",
        "adset.id",
        "ad.id",
    ),
)
SURVEYS = Table(
    "post_purchase_survey_table",
    contract.PPS,
    ("shop", "order_id", "question_id", "response_id"),
)
ORDERS_ENRICHMENT = Table(
    "orders_enrichment_table", contract.ORDER_ENRICHMENT, ("shop", "order_id")
)
PRODUCTS_ENRICHMENT = Table(
    "products_enrichment_table",
    contract.PRODUCT_ENRICHMENT,
    ("shop", "product_id", "variant_id"),
)
EVENTS = Table("pixel_custom_events_table", contract.EVENT, ("eventId",))

UPSERTED = (
    ORDERS,
    PRODUCTS,
    CUSTOMERS,
    SUBSCRIPTIONS,
    ADS,
    SURVEYS,
    ORDERS_ENRICHMENT,
    PRODUCTS_ENRICHMENT,
)
REFUNDS = "refunds_table"
REFUND_IDENTITY = (*ORDERS.columns, "refund_id", "refunded_at")
RECORD_TABLES = (*(table.name for table in UPSERTED), REFUNDS, EVENTS.name)
