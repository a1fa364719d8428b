"""Orders that Triple Whale reads itself from a connected store, and would count twice."""

from __future__ import annotations

from target_triplewhale.errors import DeliveryHalted

NATIVE_PLATFORMS = frozenset({"shopify", "woocommerce", "bigcommerce"})
SHOPIFY_ID = "gid://shopify/"


def refuse_native_order(platform: str | None, source_id: object) -> None:
    """Halt the run before it sends an order of a platform that Triple Whale reads itself.

    The id is the source's: the one that is sent does not say any more that it is Shopify's.
    """
    platform = (platform or "").lower()
    if platform not in NATIVE_PLATFORMS and SHOPIFY_ID not in str(source_id):
        return
    source = platform if platform in NATIVE_PLATFORMS else "shopify"
    raise DeliveryHalted(
        "TW-SOURCE-NATIVE",
        f"these orders come from {source}, which Triple Whale reads itself: the same sale from "
        f"both sides counts twice. Connect {source} in Triple Whale instead; or send only what it "
        "lacks to `orders_enrichment`; or set `native_sources: allow` because that store is not "
        "connected there",
        endpoint="orders",
    )
