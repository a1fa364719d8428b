"""The body of POST /data-in/pps."""

from target_triplewhale.payloads.coercion import Amount, Flag, Text, Time
from target_triplewhale.payloads.strict import Strict


class PostPurchaseSurvey(Strict):
    """One answer to one question after an order that Triple Whale knows already."""

    shop: Text
    platform: Text | None = None
    platform_account_id: Text | None = None
    order_id: Text
    created_at: Time | None = None
    total_price: Amount | None = None
    question_id: Text | None = None
    question_text: Text | None = None
    response_id: Text | None = None
    response: Text | None = None
    include_in_attribution: Flag | None = None
    source: Text | None = None
