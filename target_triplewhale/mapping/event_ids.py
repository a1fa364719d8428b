"""Event ids that are the same for ever: a repeat of the same event is harmless."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from target_triplewhale.mapping.shape import is_empty
from target_triplewhale.payloads.coercion import mended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.payloads.events import Event

_encoded = json.JSONEncoder(ensure_ascii=False).encode
NAMESPACE = UUID("5b0a9f0e-5a4e-5c0b-9c39-7b1f0d7f6f1a")
"""Never changes: it is part of every event's identity."""


def event_id(event: Event, key: Sequence[str]) -> str:
    """Return the UUIDv5 of shop, type, name and key; without a key, of identifiers and time."""
    parts = [event.shop, event.type, event.event_name]
    if key:
        parts += ["key", *key]
    else:
        who = event.profileIdentifiers
        parts += ["who", who.email, who.phone, who.externalId, str(event.timestamp)]
    return str(uuid5(NAMESPACE, mended(_encoded(parts))))


def key_of(record: dict[str, Any], columns: Sequence[str]) -> tuple[str, ...]:
    """Return the values of all the key's columns, or nothing where one of them is empty."""
    values = [_at(record, column) for column in columns]
    return () if any(is_empty(value) for value in values) else tuple(map(spelled, values))


def _at(record: dict[str, Any], column: str) -> Any:
    """Return a column's value; a dotted name leads into objects where no column has it."""
    if column in record:
        return record[column]
    found: Any = record
    for name in column.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def spelled(value: Any) -> str:
    """Return a key's one spelling: trimmed text, whole numbers without `.0`, the rest as JSON."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
