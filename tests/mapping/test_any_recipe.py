"""Any mapping that is accepted gives a payload that the contract allows, or a reject."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices, Route
from target_triplewhale.errors import SettingsInvalid
from target_triplewhale.mapping.columns import SameName
from target_triplewhale.mapping.grouping import Groups, Ungroupable
from target_triplewhale.mapping.mapper import Mapper
from target_triplewhale.mapping.shape import Shape
from target_triplewhale.routes import Routes
from tests.mapping.language import STREAM
from tests.mapping.test_any_value import FACTS_AND_ZONE, PATIENT, VALUES, flat, held, mapped
from tests.mapping.test_documented import SAMPLES

COLUMNS = ["a", "b", "c_d", "rows"]
FUNCTIONS = ["sum", "to_number", "to_string", "length", "keys", "abs", "not_null", "type", "merge"]
EXPRESSIONS = st.recursive(
    st.sampled_from(
        [*COLUMNS, "@", "`1`", "`null`", '`[{"id": 1}]`', "'text'", "'19.99'", "a.b", "rows[].b"]
    ),
    lambda one: st.one_of(
        st.builds("{}[].b".format, one),
        st.builds("({} || {})".format, one, one),
        st.builds("({} && {})".format, one, one),
        st.builds("!({})".format, one),
        st.builds("({} == {})".format, one, one),
        st.builds("[{}, {}]".format, one, one),
        st.builds("{{id: {}, price: {}, name: 'n'}}".format, one, one),
        st.builds("({})[?{}]".format, one, one),
        st.builds("({} | [0])".format, one),
        st.builds("{}({})".format, st.sampled_from(FUNCTIONS), one),
        st.builds("join(', ', {})".format, one),
        st.builds("contains({}, {})".format, one, one),
    ),
    max_leaves=4,
)
WORDS = st.sampled_from(["a", "x", "active", "lead", "ACTIVE", "", "1", "*"])
TABLES = st.dictionaries(WORDS, WORDS | st.none(), min_size=1, max_size=3)
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["a", "b", "C D", "id"], VALUES | st.fixed_dictionaries({"b": VALUES})),
        "rows": st.lists(st.fixed_dictionaries({"b": VALUES}), max_size=2) | VALUES,
    },
)


def paths(endpoint: str) -> list[str]:
    """Return every documented path of an endpoint."""
    return [".".join(path) for path in Shape(ENDPOINTS[endpoint].model, endpoint).all_paths()]


def entries(endpoint: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return routes to an endpoint, most of them accepted."""
    names = st.sampled_from(paths(endpoint))
    sample = {path: f'"{path}"' for path in flat(SAMPLES[endpoint]) if path in paths(endpoint)}
    drawn = st.dictionaries(names, EXPRESSIONS, max_size=3)
    amounts = [".".join(one) for one in Shape(ENDPOINTS[endpoint].model, endpoint).number_paths()]
    of_events = {
        "properties": st.just("*") | st.lists(st.sampled_from(["a", "C D"]), min_size=1),
        "event_key": st.sampled_from(["a", "order_id", ["a", "b"]]),
        "as_custom": st.sampled_from([True, False, "other_types"]),
    }
    optional = {
        "defaults": st.dictionaries(names, VALUES, max_size=2),
        "value_maps": st.dictionaries(names, TABLES, min_size=1, max_size=2),
        "where": EXPRESSIONS,
        "counts": st.fixed_dictionaries(
            {"field": EXPRESSIONS, "send": st.lists(WORDS, min_size=1)}
        ),
        "group_rows": st.fixed_dictionaries({"by": st.just("b"), "into": st.just("rows")}),
        "timezone": st.just("Europe/Berlin"),
        "currency": st.sampled_from(["EUR", "JPY", "KWD"]),
        "date_format": st.sampled_from(["day_first", "month_first"]),
        "decimal_mark": st.sampled_from([".", ","]),
        **({"minor_units": st.lists(st.sampled_from(amounts), max_size=3)} if amounts else {}),
        **(of_events if ENDPOINTS[endpoint].is_event else {}),
    }
    fields = drawn.map(lambda some: {**sample, **some}) | drawn.map(lambda some: {"*": "@", **some})
    return st.fixed_dictionaries(
        {"endpoint": st.just(endpoint), "fields": fields}, optional=optional
    )


def gathered(route: Route, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records that a route maps: groups of rows, or each row."""
    recipe = route.recipe
    if recipe.group_rows is None:
        return rows
    found: Groups[int] = Groups(recipe.group_rows, recipe.columns, is_by_name=not recipe.fields)
    ended = []
    for number, row in enumerate(rows):
        try:
            ended.append(found.add(row, number))
        except (Ungroupable, SameName):
            continue
    return [one.record for one in (*ended, found.end()) if one]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@PATIENT
@given(data=st.data())
def test_any_mapping(endpoint: str, data: st.DataObject) -> None:
    """Whatever it makes of whatever a record holds."""
    entry = data.draw(entries(endpoint))
    try:
        (route,) = Routes(Choices({STREAM: entry})).of(STREAM)
    except SettingsInvalid:
        return
    mapper = Mapper(route.endpoint, route.recipe, FACTS_AND_ZONE, ["id"])
    base = {**SAMPLES[endpoint], **flat(SAMPLES[endpoint])}
    rows = [{**base, **one} for one in data.draw(st.lists(RECORDS, min_size=1, max_size=2))]
    before = repr(rows)
    for record in gathered(route, rows):
        held(endpoint, mapped(mapper, record))
    assert repr(rows) == before
