"""Parcels as tests need them: an endpoint, a key, and whatever else matters there."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from target_triplewhale.delivery.batches import Parcel
from target_triplewhale.delivery.traffic import Traffic
from target_triplewhale.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

SHOP = "example.myshopify.com"


def parcel(  # noqa: PLR0913
    endpoint: str,
    key: str = "1",
    *,
    identity: Hashable = None,
    shop: str = SHOP,
    number: int = 0,
    weight: int = 1,
    sender: Any = None,
) -> Parcel:
    """Make a parcel whose identity is its key, where a test does not say otherwise."""
    body = json.dumps({"order_id": key}).encode()
    known = key if identity is None else identity
    return Parcel(ENDPOINTS[endpoint], shop, key, known, body, number, weight, sender)


def traffic(clock: Callable[[], float] = time.monotonic) -> Traffic:
    return Traffic({"requests": 999, "events": 999}, datetime(2026, 3, 4, tzinfo=UTC), clock)
