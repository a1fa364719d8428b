"""What the settings and the published file fill in beside a record's own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.currencies import in_another_currency
from target_triplewhale.mapping.older import complete_order
from target_triplewhale.mapping.variants import complete_product

if TYPE_CHECKING:
    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.mapping.events import EventRules, Problem
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.mapping.shape import Picked, Shape


class Completing:
    """Fills in payloads of one endpoint: shop, identity, currency, times, required parts."""

    def __init__(self, endpoint: Endpoint, shape: Shape, facts: Facts, events: EventRules) -> None:
        self._endpoint = endpoint
        self._shape = shape
        self._facts = facts
        self._events = events
        fields = endpoint.model.model_fields
        self._required_parts = [name for name in shape.objects if fields[name].is_required()]
        self._has_currency = "currency" in fields
        self._has_updated_at = "updated_at" in fields

    def complete(
        self, picked: Picked, record: dict[str, Any], time_extracted: object
    ) -> list[Problem]:
        """Fill in the payload, in place; return what is wrong that its model cannot know."""
        payload = picked.payload
        moment = self._facts.moment(time_extracted)
        found = self._set_shop(payload)
        self._set_identity(payload)
        if self._endpoint.counts_sales:
            complete_order(payload)
        if "variants" in self._shape.children:
            complete_product(picked, self._shape)
        for name in self._required_parts:
            payload.setdefault(name, {})
        if self._has_currency and self._facts.currency:
            payload.setdefault("currency", self._facts.currency)
        if self._has_currency and isinstance(payload.get("currency"), str):
            text = "names another currency than the one it would be booked in"
            paths = in_another_currency(payload, self._shape, payload["currency"])
            found += [(path, "other_currency", text) for path in paths]
        if self._has_updated_at and "updated_at" not in payload:
            payload["updated_at"] = moment
        if self._endpoint.is_event:
            found += self._events.complete(picked, record, moment)
        return found

    def _set_shop(self, payload: dict[str, Any]) -> list[Problem]:
        own = payload.get("shop")
        if own is None:
            payload["shop"] = self._facts.shop
            return []
        payload["shop"] = str(own).strip()
        if payload["shop"] in self._facts.shops:
            return []
        text = "names a shop that neither `shop` nor `shops` allows"
        return [("shop", "other_shop", text)]

    def _set_identity(self, payload: dict[str, Any]) -> None:
        """Always send what is part of an identity: the API's own defaults have changed before."""
        facts = self._facts
        chosen = {
            "platform": facts.platform,
            "platform_account_id": facts.platform_account_id,
            "channel_account_id": facts.channel_account_id,
        }
        for name, default in self._endpoint.defaults.items():
            payload.setdefault(name, chosen[name] or default)
