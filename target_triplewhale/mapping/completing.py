"""What is filled in beside a record's own fields: shop, identity, currency, times, event ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.event_ids import event_id
from target_triplewhale.mapping.older import complete_order
from target_triplewhale.payloads.events import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.mapping.shape import Picked, Shape

NOW = "now"
CUSTOM = "custom"

Problem = tuple[str, str, str]


class Completing:
    """Fills in what the settings and the published file say, for one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        shape: Shape,
        facts: Facts,
        *,
        keys: Sequence[str],
        as_custom: bool,
    ) -> None:
        self._endpoint = endpoint
        self._shape = shape
        self._as_custom = as_custom
        self._facts = facts
        self._keys = keys
        model_fields = endpoint.model.model_fields
        self._required_parts = [
            name
            for name in shape.children
            if model_fields[name].is_required() and name in shape.objects
        ]
        self._has_currency = "currency" in endpoint.model.model_fields
        self._has_updated_at = "updated_at" in endpoint.model.model_fields

    def before(self, picked: Picked, time_extracted: object) -> list[Problem]:
        """Fill in what the model checks, in place; return what the model cannot know is wrong."""
        payload = picked.payload
        found = self._set_shop(payload)
        if self._endpoint.name == "orders":
            complete_order(payload)
        self._set_identity(payload)
        for name in self._required_parts:
            payload.setdefault(name, {})
        if self._has_currency and self._facts.currency:
            payload.setdefault("currency", self._facts.currency)
        if self._has_updated_at and "updated_at" not in payload:
            payload["updated_at"] = self._facts.moment(time_extracted)
            picked.filled.add("updated_at")
        if self._endpoint.name == "products":
            _set_variant(picked, self._shape.children["variants"])
        if self._endpoint.name == "events":
            found += self._complete_event(picked, time_extracted)
        return found

    def after(self, payload: BaseModel, picked: Picked, record: dict[str, Any]) -> None:
        """Give an event that brings no id of its own a deterministic one."""
        if isinstance(payload, Event) and payload.eventId is None:
            is_timed = "timestamp" not in picked.filled
            payload.eventId = event_id(payload, record, self._keys, is_timed=is_timed)

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

    def _complete_event(self, picked: Picked, time_extracted: object) -> list[Problem]:
        payload = picked.payload
        if self._as_custom and payload.get("type") not in (None, CUSTOM):
            if "event_name" in payload:
                picked.ignored.add("event_name")
            payload["event_name"], payload["type"] = payload["type"], CUSTOM
        if str(payload.get("type")).strip().lower() == CUSTOM:
            extras = [name for name, one in picked.unused.items() if isinstance(one, _SCALARS)]
            payload.update({name: _without_nul(picked.unused.pop(name)) for name in extras})
        if payload.get("timestamp") == NOW:
            payload["timestamp"] = self._facts.moment(time_extracted)
            picked.filled.add("timestamp")
        if payload.get("timestamp") is None:
            return [("timestamp", "missing", "is missing")]
        return []


_SCALARS = (str, int, float, bool)


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


def _set_variant(picked: Picked, variants: Shape) -> None:
    """Give a product without variants the one that the published file asks for."""
    payload = picked.payload
    if payload.get("variants") or "product_id" not in payload:
        return
    only = variants.pick(picked.unused)
    picked.unused = only.unused
    variant = only.payload
    variant.setdefault("variant_id", payload["product_id"])
    if "product_title" in payload:
        variant.setdefault("variant_title", payload["product_title"])
    payload["variants"] = [variant]
