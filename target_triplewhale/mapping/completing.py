"""What the settings and the published file fill in beside a record's own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.currencies import in_another_currency
from target_triplewhale.mapping.guests import spell_guest
from target_triplewhale.mapping.older import complete_order
from target_triplewhale.mapping.refunds import complete_refunds
from target_triplewhale.mapping.variants import complete_product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.mapping.events import EventRules
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.mapping.problem import Problem
    from target_triplewhale.mapping.shape import Picked, Shape


class Completing:
    """Fills in payloads of one endpoint: shop, identity, currency, times, required parts."""

    def __init__(self, endpoint: Endpoint, shape: Shape, facts: Facts, events: EventRules) -> None:
        self._endpoint = endpoint
        self._shape = shape
        self._facts = facts
        self._events = events
        self._identity = tuple(_identity(facts, endpoint.defaults).items())
        fields = endpoint.model.model_fields
        self._required_parts = [name for name in shape.objects if fields[name].is_required()]
        self._has_customer = "customer" in shape.objects or "email_address" in fields
        self._has_variants = "variants" in shape.children
        self._has_currency = "currency" in fields
        self._has_updated_at = "updated_at" in fields

    def complete(
        self, picked: Picked, record: dict[str, Any], time_extracted: object
    ) -> list[Problem]:
        """Fill in the payload, in place; return what is wrong that its model cannot know."""
        payload = picked.payload
        found = self._set_shop(payload)
        self._set_identity(payload)
        if self._endpoint.counts_sales:
            complete_order(payload)
            if "refunds" in payload:
                complete_refunds(payload)
        if self._has_customer:
            spell_guest(payload)
        if self._has_variants:
            complete_product(picked, self._shape)
        for name in self._required_parts:
            payload.setdefault(name, {})
        if self._has_currency:
            found += self._set_currency(payload)
        if self._has_updated_at and "updated_at" not in payload:
            payload["updated_at"] = picked.filled_at = self._facts.moment(time_extracted)
        if self._endpoint.is_event:
            moment = self._facts.moment(time_extracted)
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
        for name, value in self._identity:
            payload.setdefault(name, value)
        if self._facts.accounts:
            self._facts.accounts.mark(payload, self._endpoint.defaults)

    def _set_currency(self, payload: dict[str, Any]) -> list[Problem]:
        if self._facts.currency:
            payload.setdefault("currency", self._facts.currency)
        currency = payload.get("currency")
        if not isinstance(currency, str):
            return []
        text = "names another currency than the one it would be booked in"
        paths = in_another_currency(payload, self._shape, currency)
        return [(path, "other_currency", text) for path in paths]


def _identity(facts: Facts, defaults: Mapping[str, str]) -> dict[str, str]:
    """Return what is always sent: the API's own defaults have changed before."""
    chosen = {
        "platform": facts.platform,
        "platform_account_id": facts.platform_account_id,
        "channel_account_id": facts.channel_account_id,
    }
    return {name: chosen[name] or default for name, default in defaults.items()}
