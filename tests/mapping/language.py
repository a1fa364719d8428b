"""Routes as a user writes them, and what becomes of records on them."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.errors import SettingsInvalid
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.outcomes import Filtered
from target_triplewhale.routes import Routes
from target_triplewhale.sandbox.checker import violations
from target_triplewhale.sandbox.routes import ROUTES
from tests.mapping.test_identity import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.outcomes import Rejected

STREAM = "things"
ORDER = {
    "id": "A-1",
    "created": "2026-03-04T05:06:07Z",
    "total": "19.99",
    "mail": "ann@example.com",
}
ORDER_FIELDS = {
    "order_id": "id",
    "created_at": "created",
    "currency": "currency",
    "order_revenue": "total",
    "customer.id": "mail",
    "customer.email": "mail",
}


def orders(fields: Mapping[str, str] | None = None, **keys: Any) -> dict[str, Any]:
    """Return a route that makes an order of `ORDER`, with further fields and keys."""
    return {"endpoint": "orders", "fields": {**ORDER_FIELDS, **(fields or {})}, **keys}


def mapper(entry: Any, *keys: str, **facts: Any) -> Mapper:
    """Return the mapper of an entry's only route, with the settings that a test changes."""
    (route,) = Routes(Choices({STREAM: entry})).of(STREAM)
    return Mapper(route.endpoint, route.recipe, replace(FACTS, **facts), keys)


def sent(entry: Any, record: dict[str, Any], *keys: str, **facts: Any) -> dict[str, Any]:
    """Return the body that a record becomes; amounts are exactly as they are written in it."""
    found = mapper(entry, *keys, **facts).map(record, None)
    assert isinstance(found, Mapped), found
    body: dict[str, Any] = json.loads(found.body, parse_float=Decimal)
    return body


def refused(entry: Any, record: dict[str, Any], *keys: str, **facts: Any) -> Rejected:
    """Return how a record is rejected."""
    found = mapper(entry, *keys, **facts).map(record, None)
    assert isinstance(found, Unmappable), found
    return found.rejected


def is_filtered(entry: Any, record: dict[str, Any]) -> bool:
    """Tell whether a record is left out."""
    return isinstance(mapper(entry).map(record, None), Filtered)


def told(rejected: Rejected) -> str:
    """Return all that a reject tells."""
    return "; ".join(f"{reason.field} {reason.problem}" for reason in rejected.reasons)


def complaints(streams: Any, **choices: Any) -> Sequence[str]:
    """Return what is said of settings before the first record."""
    with pytest.raises(SettingsInvalid) as caught:
        Routes(Choices(streams, **choices))
    return caught.value.sentences


def breaches(endpoint: str, body: bytes) -> list[str]:
    """Return what the sandbox's own contract forbids in a body."""
    path = ENDPOINTS[endpoint].path
    sent: Any = json.loads(body, parse_constant=_refuse_constant)
    if ENDPOINTS[endpoint].is_bulk:
        sent = {"shop": "example.com", "orders": [sent]}
    return [str(one) for one in violations(ROUTES[path].shape, sent)]


def _refuse_constant(name: str) -> Any:
    raise AssertionError(f"{name} is no JSON")
