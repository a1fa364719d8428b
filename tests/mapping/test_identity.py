"""What is part of an identity has one spelling for ever: changing these is a major version."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.mapping.facts import Facts
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.mapping.recipe import Recipe
from target_triplewhale.outcomes import Filtered
from target_triplewhale.payloads.coercion import CoercionContext

FACTS = Facts(
    shop="example.com",
    shops=frozenset({"example.com"}),
    platform=None,
    platform_account_id=None,
    channel_account_id="CUSTOM_CHANNEL",
    currency="EUR",
    coercion=CoercionContext(),
    started=datetime(2026, 1, 1, tzinfo=UTC),
)
LEAD = {"type": "lead", "id": 7, "email": "Ann@Example.com ", "timestamp": 1700000000}


def mapped(endpoint: str, record: dict[str, Any], *keys: str) -> Mapped:
    """Map one record by its names."""
    found = Mapper(ENDPOINTS[endpoint], Recipe(), FACTS, keys).map(record, None)
    assert isinstance(found, Mapped), found
    return found


@pytest.mark.parametrize(
    ("record", "keys", "event_id"),
    [
        (LEAD, ["id"], "KEYED"),
        ({**LEAD, "id": 7.0, "email": "other@example.com"}, ["id"], "KEYED"),
        ({**LEAD, "id": " 7 "}, ["\ufeffid"], "KEYED"),
        (LEAD, [], "KEYLESS"),
        ({**LEAD, "timestamp": "2023-11-14T23:13:20+01:00"}, [], "KEYLESS"),
        ({**LEAD, "eventId": " own-1 "}, ["id"], "own-1"),
    ],
)
def test_event_ids_are_spelled_the_same_for_ever(
    record: dict[str, Any], keys: list[str], event_id: str
) -> None:
    """Another spelling would send every event a second time."""
    golden = {"KEYED": GOLDEN_KEYED, "KEYLESS": GOLDEN_KEYLESS}
    assert mapped("events", record, *keys).identity[1] == golden.get(event_id, event_id)


GOLDEN_KEYED = "9f557e0b-bf6e-52c5-84b8-49c14804e2b3"
GOLDEN_KEYLESS = "4e0c46fc-70fb-58f4-a492-1d0ec89e132d"


def test_a_key_that_cannot_be_encoded_makes_an_id_all_the_same() -> None:
    """A lone surrogate, out of JSON text, is read as U+FFFD everywhere."""
    broken, mended = (mapped("events", {**LEAD, "id": key}, "id") for key in ("\ud800", "\ufffd"))
    assert broken.identity == mended.identity


def test_an_orders_identity_is_spelled_the_same_for_ever() -> None:
    """Another spelling would count every order's revenue twice."""
    order = {
        "order_id": 1001.0,
        "created_at": "2026-03-04 00:06:07.1239 -0500",
        "order_revenue": "10",
        "customer": {"id": 5, "email": "a@example.com"},
    }
    expected = ("example.com", "1001", "2026-03-04T05:06:07.123Z", "custom-msp", "custom-msp")
    assert mapped("orders", order).identity == expected


def test_an_updated_at_that_was_filled_in_is_the_same_over_retries() -> None:
    """The message's own time, else the start of the run; never the time of the request."""
    record = {"product_id": "1", "product_title": "Mug"}
    mapper = Mapper(ENDPOINTS["products"], Recipe(), FACTS, [])
    for extracted, expected in (
        ("2026-02-03T04:05:06+01:00", "2026-02-03T03:05:06.000Z"),
        (None, "2026-01-01T00:00:00.000Z"),
        ("no time", "2026-01-01T00:00:00.000Z"),
    ):
        found = mapper.map(record, extracted)
        assert isinstance(found, Mapped)
        assert json.loads(found.body)["updated_at"] == expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(data=st.data())
def test_any_record_gives_a_payload_or_a_reject(endpoint: str, data: st.DataObject) -> None:
    """Whatever a tap sends, no record ends a run by an exception."""
    fields = list(ENDPOINTS[endpoint].model.model_fields)
    names = st.sampled_from(fields) | st.text()
    record = data.draw(st.dictionaries(names, VALUES, max_size=8))
    found = Mapper(ENDPOINTS[endpoint], Recipe(), FACTS, ["id"]).map(record, None)
    assert isinstance(found, Mapped | Unmappable | Filtered)
    if isinstance(found, Unmappable):
        assert found.rejected.reasons
