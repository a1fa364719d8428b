"""The first bodies of each endpoint, without what tells of a person."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_triplewhale.endpoints import Endpoint

SHOWN = 3
"""Bodies of each endpoint."""
HIDDEN = "***"
_PLAIN_TEXTS = frozenset(
    {
        "shop",
        "id",
        "order_id",
        "refund_id",
        "line_item_id",
        "product_id",
        "variant_id",
        "customer_id",
        "last_order_id",
        "subscription_id",
        "subscription_item_id",
        "image_id",
        "question_id",
        "response_id",
        "externalId",
        "eventId",
        "platform",
        "platform_account_id",
        "channel",
        "channel_account_id",
        "created_at",
        "updated_at",
        "refunded_at",
        "canceled_at",
        "ended_at",
        "email_marketing_consent_updated_at",
        "sms_marketing_consent_updated_at",
        "event_date",
        "currency",
        "country",
        "country_code",
        "province_code",
        "state_code",
        "locale",
        "email_marketing_consent_status",
        "email_marketing_consent_opt_in_level",
        "sms_marketing_consent_opt_in_level",
        "product_subscriber_status",
        "payment_gateway_names",
        "custom_status",
        "status",
        "product_status",
        "type",
        "interval",
        "event_name",
        "campaign",
        "adset",
        "ad",
        "sku",
        "product_name",
        "product_title",
        "variant_name",
        "variant_title",
        "product_type",
        "product_tags",
        "collections",
        "vendor",
        "question_text",
        "source",
        "source_name",
    }
)
"""Text that is kept, but for what looks like an e-mail or a phone; all other text is hidden."""
_NAMED = frozenset({"line_items", "campaign", "adset", "ad"})
"""Parts whose `name` is that of a thing."""
_PLACES = frozenset({"latitude", "longitude"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_PLAIN = 999_999
"""A larger number of a field of one's own may be a phone's."""


def without_persons(endpoint: Endpoint, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload with e-mails, phones, names, addresses and free text made unreadable."""
    known = endpoint.model.model_fields
    return {
        name: _hidden(value, name, "") if name in known else _stranger(value)
        for name, value in payload.items()
    }


def _hidden(value: Any, name: str, part: str) -> Any:
    if isinstance(value, dict):
        return {inner: _hidden(one, inner, name) for inner, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one, name, part) for one in value]
    if isinstance(value, str):
        is_plain = name in _PLAIN_TEXTS or (name == "name" and part in _NAMED)
        return masked(value) if is_plain else _form(value)
    return HIDDEN if name in _PLACES else value


def _stranger(value: Any) -> Any:
    """Hide a custom event's own property, unless it is a small number, true or false."""
    is_small = isinstance(value, int | float) and abs(value) <= _LONGEST_PLAIN
    return value if is_small else HIDDEN


def _form(text: str) -> str:
    """Return no more of a text than that it is a whole e-mail address, or a phone number."""
    if _EMAIL.fullmatch(text):
        return f"{HIDDEN}@{HIDDEN}"
    return f"+{HIDDEN}" if _PHONE.fullmatch(text) else HIDDEN


class Bodies:
    """Keeps the first bodies of each endpoint."""

    def __init__(self) -> None:
        self._kept: dict[str, list[dict[str, Any]]] = {}

    def add(self, endpoint: Endpoint, body: bytes) -> None:
        """Keep a body, if it is among the first."""
        kept = self._kept.setdefault(endpoint.name, [])
        if len(kept) < SHOWN:
            kept.append(without_persons(endpoint, json.loads(body)))

    def sentences(self) -> Iterator[str]:
        """Yield a line for each body."""
        for name, kept in self._kept.items():
            for number, body in enumerate(kept, 1):
                yield f"{name}, body {number} of {len(kept)}: {json.dumps(body)}"

    def document(self) -> dict[str, list[dict[str, Any]]]:
        """Return them as the report has them."""
        return self._kept
