"""The body of POST /data-in/products-enrichment."""

from target_triplewhale.payloads.coercion import Number, Text
from target_triplewhale.payloads.strict import Strict


class ProductEnrichment(Strict):
    """What is added to a product of a native platform; it cannot be deleted again."""

    shop: Text
    product_id: Text
    variant_id: Text | None = None
    variant_cost: Number | None = None
