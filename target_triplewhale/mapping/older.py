"""The API's older event and order shapes, which are accepted and sent as the published ones."""

from __future__ import annotations

import json
from typing import Any

from target_triplewhale.mapping.line_items import numbered
from target_triplewhale.mapping.shape import is_empty

OLDER_PLATFORM = "CUSTOM"
OLDER_CURRENCY = "USD"
_PROPERTIES = "properties"
_PREFIXES = ("properties__", "properties.")
_OWN = ("shop", "type", "eventId", "timestamp", "profileIdentifiers")
"""What makes an event itself is never taken from its properties."""


def hoist_properties(record: dict[str, Any]) -> dict[str, Any]:
    """Lift an older event's `properties` to the top, where the record has no such name itself."""
    if not any(name.startswith(_PROPERTIES) for name in record):
        return record
    properties = _as_object(record.get("properties"))
    rest = dict(record)
    if properties:
        del rest["properties"]
    for name in [name for name in rest if name.startswith(_PREFIXES)]:
        properties[name[len(_PREFIXES[1]) :].lstrip("_")] = rest.pop(name)
    kept = {f"properties.{name}": properties.pop(name) for name in _OWN if name in properties}
    lifted = {name: one for name, one in properties.items() if is_empty(rest.get(name))}
    return rest | lifted | kept


def complete_order(payload: dict[str, Any]) -> None:
    """Fill what the older order shape leaves out, by its own documented rules."""
    if str(payload.get("platform")).strip() != OLDER_PLATFORM:
        return
    payload.setdefault("currency", OLDER_CURRENCY)
    customer = payload.get("customer")
    if isinstance(customer, dict):
        known = customer.get("email") or customer.get("phone")
        if known and is_empty(customer.get("id")):
            name = known.strip().lower() if isinstance(known, str) else known
            payload["customer"] = {**customer, "id": name}
    items = payload.get("line_items")
    if isinstance(items, list):
        named = numbered(items, payload.get("order_id"))
        payload["line_items"] = [_complete_item(item) for item in named]


def _complete_item(item: Any) -> Any:
    if not isinstance(item, dict) or "product_id" not in item:
        return item
    return {"variant_id": item["product_id"], **item}


def _as_object(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return dict(value) if isinstance(value, dict) else {}
