"""Whatever records hold, each stream of each preset makes allowed payloads of them, or rejects."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from target_triplewhale.entries import Choices, Route
from target_triplewhale.mapping.mapper import Mapped, Mapper
from target_triplewhale.presets import library
from target_triplewhale.routes import Routes
from tests.mapping.test_any_recipe import gathered
from tests.mapping.test_any_value import FACTS_AND_ZONE, PATIENT, VALUES, held, mapped
from tests.mapping.test_documented import places
from tests.presets.samples import FOLDER, config, samples

FACTS = replace(FACTS_AND_ZONE, refuse_native=False)
FEW = settings(PATIENT, max_examples=40)
STAGES = {"*": "lead", "x": "Proposal sent"}
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "ads_csv": [
        {"channel": "c", "spend": "spend", "identify_by": one, "status": "ACTIVE"}
        for one in ("id", "name")
    ],
    "gohighlevel": [
        {"stages": STAGES, "orders_from": one, "revenue_field": "f"}
        for one in ("none", "won", "contacts")
    ],
    "gohighlevel_csv": [
        {"stages": STAGES, "identify_by": one, "orders_from": two, "revenue_field": "worth"}
        for one, two in (("id", "won"), ("name", "contacts"))
    ],
    "stripe": [
        {"orders_from": one, "refunds": two}
        for one, two in (("charges", "total"), ("charges", "each"), ("invoices", "total"))
    ]
    + [{"orders_from": "payments_export"}],
}
"""Where a preset does not run with its defaults, or does something else with others."""


def ways(name: str, options: dict[str, Any]) -> list[Route]:
    """Return all routes of a preset."""
    found = Routes(Choices({}, preset=name, preset_options=options, allows_native=True))
    return [route for stream in library.content(name)["streams"] for route in found.of(stream)]


CASES = {
    f"{name}-{number}-{route.name}": route
    for name in library.packaged()
    for number, options in enumerate(OPTIONS.get(name, [{}]))
    for route in ways(name, options)
}


@cache
def columns(case: str) -> list[str]:
    """Return the columns that a route reads, and the names that it looks for inside of them."""
    recipe = CASES[case].recipe
    inner = {name for one in recipe.expressions for name in one.columns}
    return sorted({*recipe.columns, *inner})


def nested(names: list[str]) -> st.SearchStrategy[Any]:
    """Return values, objects that hold them under a route's own names, and lists of these."""
    one = st.dictionaries(st.sampled_from(names), VALUES, max_size=4)
    two = st.dictionaries(
        st.sampled_from(names), VALUES | one | st.lists(one, max_size=2), max_size=4
    )
    return VALUES | two | st.lists(one, max_size=2) | two.map(json.dumps)


@pytest.mark.parametrize("case", CASES)
@FEW
@given(data=st.data())
def test_columns_that_the_preset_reads_with_anything_in_them(
    case: str, data: st.DataObject
) -> None:
    """From text to objects where the preset looks for them."""
    route, names = CASES[case], columns(case)
    rows = data.draw(
        st.lists(
            st.dictionaries(st.sampled_from(names), nested(names), max_size=20),
            min_size=1,
            max_size=2,
        )
    )
    mapper = Mapper(route.endpoint, route.recipe, FACTS, ["id"])
    for record in gathered(route, rows):
        held(route.endpoint.name, mapped(mapper, record))


@cache
def sampled(sample: str) -> list[tuple[list[Route], dict[str, Any]]]:
    """Return a sample's records, each with the routes that it takes."""
    given = config(sample)
    routes = Routes(
        Choices(
            given.get("streams", {}),
            preset=given.get("preset"),
            preset_options=given.get("preset_options", {}),
            skips_unmapped=True,
            allows_native=True,
        )
    )
    lines = (FOLDER / sample / "input.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    found = [
        (list(routes.of(one["stream"])), one["record"]) for one in read if one["type"] == "RECORD"
    ]
    return [(ways_, record) for ways_, record in found if ways_]


@pytest.mark.parametrize("sample", samples())
@FEW
@given(data=st.data())
def test_records_of_the_sample_with_anything_changed_in_them(
    sample: str, data: st.DataObject
) -> None:
    """Values that are replaced or taken out at any depth."""
    routes, record = data.draw(st.sampled_from(sampled(sample)))
    record = copy.deepcopy(record)
    for _ in range(data.draw(st.integers(1, 4))):
        holder, key = data.draw(st.sampled_from(places(record) or [({}, "x")]))
        if data.draw(st.integers(0, 3)):
            holder[key] = copy.deepcopy(data.draw(VALUES))
        elif key in holder:
            del holder[key]
    before = repr(record)
    for route in routes:
        mapper = Mapper(route.endpoint, route.recipe, FACTS, ["id"])
        for one in gathered(route, [record]):
            held(route.endpoint.name, mapped(mapper, one))
    assert repr(record) == before


@pytest.mark.parametrize("sample", samples())
def test_records_of_the_sample_are_taken(sample: str) -> None:
    """Else all of the above would be satisfied by rejects alone."""
    ends = [
        mapped(Mapper(route.endpoint, route.recipe, FACTS, ["id"]), one)
        for routes, record in sampled(sample)
        for route in routes
        for one in gathered(route, [record])
    ]
    assert sum(isinstance(one, Mapped) for one in ends) * 4 >= len(ends)
