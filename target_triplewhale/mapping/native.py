"""Orders that Triple Whale reads itself from a connected store, and would count twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.errors import DeliveryHalted

if TYPE_CHECKING:
    from collections.abc import Mapping

NATIVE_PLATFORMS = frozenset({"shopify", "woocommerce", "bigcommerce"})
SHOPIFY_ID = "gid://shopify/"


def refuse_native_order(order: Mapping[str, Any]) -> None:
    """Halt the run before it sends an order of a platform that Triple Whale reads itself."""
    platform = (order.get("platform") or "").lower()
    if platform not in NATIVE_PLATFORMS and not order["order_id"].startswith(SHOPIFY_ID):
        return
    source = platform if platform in NATIVE_PLATFORMS else "shopify"
    raise DeliveryHalted(
        f"these orders come from {source}, which Triple Whale reads itself: the same sale from "
        f"both sides counts twice. Connect {source} in Triple Whale instead; or send only what it "
        "lacks to `orders_enrichment`; or set `native_sources: allow` because that store is not "
        "connected there",
        endpoint="orders",
    )
