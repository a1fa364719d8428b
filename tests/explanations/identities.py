"""What records are known by, and how its parts are spelled: by the code itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.mapping.mapper import Mapped, Mapper
from target_triplewhale.mapping.recipe import Recipe
from target_triplewhale.payloads.coercion import CoercionContext
from tests.explanations.rows import table
from tests.mapping.test_identity import FACTS

ZONE = "America/New_York"
LEAD = {"type": "lead", "id": 7, "email": "Ann@Example.com ", "timestamp": 1700000000}
ORDER = {
    "order_id": "A-1",
    "created_at": "2026-03-04T05:06:07Z",
    "order_revenue": 10,
    "customer": {"id": "C-1", "email": "ann@example.com"},
}
AD = {
    "channel": "criteo",
    "event_date": "2026-03-04",
    "campaign": {"id": "1", "name": "Spring", "status": "ACTIVE"},
}
IDS = (
    1001.0,
    " A-7 ",
    "#1001",
    "'01234",
    "gid://shopify/Order/1001",
)
TIMES = (
    "2026-03-04T05:06:07Z",
    "2026-03-04T00:06:07.1239-05:00",
    "2026-03-04 00:06:07",
    "Mar 4, 2026 12:06 AM",
    1772600767,
    1772600767000,
)
DAYS = ("2026-03-04T23:30:00-05:00", "20260304")
EVENTS: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    (LEAD, ("id",)),
    (LEAD, ()),
    ({**LEAD, "type": "custom", "event_name": "quiz"}, ("id",)),
    ({**LEAD, "eventId": " own-1 "}, ("id",)),
)


def endpoints() -> str:
    """Return a row an endpoint; defaults beside the parts that are always sent."""
    rows = []
    for endpoint in ENDPOINTS.values():
        parts = [
            f"`{part}` (`{endpoint.defaults[part]}`)" if part in endpoint.defaults else f"`{part}`"
            for part in endpoint.identity
        ]
        rows.append((f"`{endpoint.name}`", ", ".join(parts)))
    return table(("endpoint", "one record is"), rows)


def spellings() -> str:
    """Return how values of a source are sent."""
    ids = [("an id", one, _identity("orders", {**ORDER, "order_id": one})[1]) for one in IDS]
    times = [("a time", one, _identity("orders", {**ORDER, "created_at": one})[2]) for one in TIMES]
    days = [("a day", one, _identity("ads", {**AD, "event_date": one})[3]) for one in DAYS]
    guest = {"customer_id": "Ann@Example.com", "email_address": "ann@example.com"}
    buyer = ("a customer's id that is the e-mail", guest["customer_id"])
    rows = [*ids, (*buyer, _identity("customers", guest)[1]), *times, *days]
    told = [(part, _written(value), f"`{spelled}`") for part, value, spelled in rows]
    return table(("part", "in the source", "as it is sent"), told)


def event_ids() -> str:
    """Return ids of events with the text that they are made of."""
    rows = []
    for record, keys in EVENTS:
        _, event_id = _identity("events", record, *keys)
        made = (
            "its own, without blanks around it"
            if "eventId" in record
            else f"`{_text(record, keys)}`"
        )
        told = {name: value for name, value in record.items() if name != "timestamp" or not keys}
        rows.append((f"`{json.dumps(told)}`", ", ".join(keys) or "none", made, f"`{event_id}`"))
    return table(("record", "key", "made of", "`eventId`"), rows)


def _text(record: dict[str, Any], keys: tuple[str, ...]) -> str:
    """Return the text of an event's id, put together by hand."""
    parts = ["example.com", record["type"], record.get("event_name")]
    if keys:
        parts += ["key", *(str(record[key]) for key in keys)]
    else:
        parts += ["who", "ann@example.com", None, None, str(record["timestamp"])]
    return json.dumps(parts)


def _written(value: Any) -> str:
    """Return a value as JSON has it; a float keeps its `.0`."""
    return f"`{json.dumps(value)}`"


def _identity(endpoint: str, record: dict[str, Any], *keys: str) -> tuple[str, ...]:
    facts = replace(FACTS, coercion=CoercionContext(timezone=ZoneInfo(ZONE)), refuse_native=False)
    found = Mapper(ENDPOINTS[endpoint], Recipe(), facts, keys).map(record, None)
    if not isinstance(found, Mapped):
        raise TypeError(f"{endpoint} does not take its example: {found}")
    return tuple(str(part) for part in found.identity)
