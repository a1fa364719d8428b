"""Event ids that are the same for ever: a repeat of the same event is harmless."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.payloads.events import Event

NAMESPACE = UUID("5b0a9f0e-5a4e-5c0b-9c39-7b1f0d7f6f1a")
"""Never changes: it is part of every event's identity."""


def event_id(event: Event, record: dict[str, Any], keys: Sequence[str], *, is_timed: bool) -> str:
    """Return the UUIDv5 of shop, type, name and key; without a key, of identifiers and time.

    `is_timed` is false for a time that was filled in, which another run would fill differently.
    """
    parts = [event.shop, event.type, event.event_name]
    values = [record.get(key) for key in keys]
    if keys and not any(is_empty(value) for value in values):
        parts += ["key", *(spelled(value) for value in values)]
    else:
        who = event.profileIdentifiers
        parts += ["who", who.email, who.phone, who.externalId]
        parts.append(str(event.timestamp) if is_timed else None)
    return str(uuid5(NAMESPACE, json.dumps(parts, ensure_ascii=False)))


def spelled(value: Any) -> str:
    """Return a key's one spelling: trimmed text, whole numbers without `.0`, the rest as JSON."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
