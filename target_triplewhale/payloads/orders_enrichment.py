"""The body of POST /data-in/orders-enrichment."""

from target_triplewhale.payloads.coercion import Amount, Flag, Number, Text, ZeroOrOne
from target_triplewhale.payloads.strict import Strict


class OrderEnrichment(Strict):
    """What is added to an order of a native platform; it cannot be deleted again."""

    shop: Text
    order_id: Text
    platform: Text | None = None
    custom_expenses: Amount | None = None
    custom_gross_profit: Amount | None = None
    custom_gross_sales: Amount | None = None
    custom_net_revenue: Amount | None = None
    custom_number: Number | None = None
    custom_status: Text | None = None
    custom_string: Text | None = None
    ignore_order: Flag | None = None
    orders_quantity: ZeroOrOne | None = None
    shipping_costs: Amount | None = None
    total_items_quantity: Amount | None = None
