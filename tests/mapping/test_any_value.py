"""Any JSON value in any field gives a payload that the contract allows, or a reject."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.mapping.shape import Shape
from target_triplewhale.outcomes import Filtered
from target_triplewhale.payloads.coercion import CoercionContext
from target_triplewhale.routes import Routes
from tests.mapping.language import STREAM, breaches
from tests.mapping.test_documented import ODD, SAMPLES, places
from tests.mapping.test_identity import FACTS

PATIENT = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
FACTS_AND_ZONE = replace(
    FACTS, coercion=CoercionContext(timezone=ZoneInfo("UTC"), phone_region="US")
)
LIKELY = st.sampled_from(
    [
        *("A-1", "2026-04-03", "2026-04-03T08:15:00Z", "ann@example.com", "+1 202 555 0100"),
        *("19.99", "1.234,50", "5", "yes", "a, b", "USD", "active", "ACTIVE", "month", "lead"),
        *(1_775_204_100, 1_775_204_100_000, 19.99, 3, True, "x" * 50, "null", "now", "custom"),
    ]
)
HUGE = st.sampled_from([10**400, -(10**400), 1e308, "9" * 60, "1e999", '[{"id": NaN}]', "Infinity"])
VALUES = LIKELY | ODD | HUGE
"""What could be right, and what could not be."""


def held(endpoint: str, found: object) -> None:
    """Hold what a record becomes to what every such thing must be."""
    if isinstance(found, Mapped):
        assert breaches(endpoint, found.body) == []
        assert len(found.identity) == len(ENDPOINTS[endpoint].identity)
        return
    assert isinstance(found, Unmappable | Filtered)
    if isinstance(found, Unmappable):
        assert found.rejected.reasons
        assert found.rejected.code.startswith(f"TW-{endpoint.upper()}-")
        json.dumps(found.known)


def mapped(mapper: Mapper, record: Any) -> object:
    """Map a record; an order of a native platform halts the run, as it should."""
    try:
        return mapper.map(record, None)
    except DeliveryHalted:
        return Filtered()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@PATIENT
@given(data=st.data())
def test_by_name(endpoint: str, data: st.DataObject) -> None:
    """Records under documented names, flat or nested, with anything in them."""
    paths = [".".join(path) for path in Shape(ENDPOINTS[endpoint].model, endpoint).all_paths()]
    record = copy.deepcopy(SAMPLES[endpoint])
    for _ in range(data.draw(st.integers(0, 3))):
        holder, key = data.draw(st.sampled_from(places(record)))
        if data.draw(st.booleans()):
            holder[key] = copy.deepcopy(data.draw(VALUES))
        else:
            del holder[key]
    names = st.sampled_from([*paths, "id", *(path.replace(".", "__") for path in paths)])
    record |= data.draw(st.dictionaries(names, VALUES, max_size=3))
    (route,) = Routes(Choices({STREAM: {"endpoint": endpoint}})).of(STREAM)
    held(endpoint, mapped(Mapper(route.endpoint, route.recipe, FACTS_AND_ZONE, ["id"]), record))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@PATIENT
@given(data=st.data())
def test_with_fields(endpoint: str, data: st.DataObject) -> None:
    """Each documented path from a column of its own, with anything in it."""
    paths = [".".join(path) for path in Shape(ENDPOINTS[endpoint].model, endpoint).all_paths()]
    sample = {path: one for path, one in flat(SAMPLES[endpoint]).items() if path in paths}
    chosen = data.draw(st.lists(st.sampled_from(paths), max_size=5))
    fields = {path: f'"{path}"' for path in {*sample, *chosen}}
    record = {**sample, **{path: data.draw(VALUES) for path in chosen}}
    entry = {"endpoint": endpoint, "fields": fields}
    (route,) = Routes(Choices({STREAM: entry})).of(STREAM)
    held(endpoint, mapped(Mapper(route.endpoint, route.recipe, FACTS_AND_ZONE, ["id"]), record))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_sample_is_taken(endpoint: str) -> None:
    """Else all of the above would be satisfied by rejects alone."""
    (route,) = Routes(Choices({STREAM: {"endpoint": endpoint}})).of(STREAM)
    mapper = Mapper(route.endpoint, route.recipe, FACTS_AND_ZONE, ["id"])
    found = mapper.map(SAMPLES[endpoint], None)
    assert isinstance(found, Mapped), found
    held(endpoint, found)


def flat(value: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return an object's values by dotted paths; lists are values."""
    found: dict[str, Any] = {}
    for name, one in value.items():
        is_object = isinstance(one, dict) and one
        found |= flat(one, f"{before}{name}.") if is_object else {f"{before}{name}": one}
    return found
