"""What a new body would erase of the one before it, and how that is carried on."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.mapping.erased import carried, fields_of, missing
from target_triplewhale.mapping.paths import at

NAMES = st.sampled_from(["a", "b", "c"])
ITEMS = st.none() | st.integers() | st.dictionaries(NAMES, st.none() | st.integers(), max_size=1)
LEAVES = st.none() | st.integers() | st.text(max_size=2) | st.lists(ITEMS, max_size=2)
BODIES = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda one: st.dictionaries(NAMES, one, max_size=3), max_leaves=6),
)
BEFORE = {
    "order_id": "A-1",
    "customer": {"id": "c", "email": "a@b.de"},
    "line_items": [{"id": "1", "sku": "x"}],
    "tags": ["a"],
    "refunds": [],
    "discount_codes": [{"code": None}],
    "name": None,
    "shipping_address": {},
}


def held(body: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    """Return the values of a body by their paths."""
    return {path: at(body, path) for path in fields_of(body)}


def test_objects_are_opened_and_a_list_is_one_field() -> None:
    """Null, an object and a list of nothing say nothing that could be lost."""
    assert list(fields_of(BEFORE)) == [
        ("order_id",),
        ("customer", "id"),
        ("customer", "email"),
        ("line_items",),
        ("tags",),
    ]


def test_what_is_missing_is_what_has_nothing_in_its_place() -> None:
    """Another value is a change, and no loss."""
    now = {"order_id": "A-2", "customer": {"id": "c", "email": None}, "line_items": []}
    assert missing(BEFORE, now) == [("customer", "email"), ("line_items",), ("tags",)]
    assert missing(BEFORE, {**BEFORE, "customer": {}}) == [
        ("customer", "id"),
        ("customer", "email"),
    ]
    assert missing(BEFORE, {**BEFORE, "line_items": [{"id": "2"}], "order_id": 0}) == []


def test_a_place_that_holds_something_of_another_kind_is_not_missing() -> None:
    """It is taken, and what takes it is what the source says now."""
    assert missing({"a": {"b": 1}}, {"a": 2}) == []
    assert missing({"a": 1}, {"a": {"b": 2}}) == []


def test_a_list_of_nothing_is_as_good_as_none() -> None:
    """`[tag_a, tag_b]` gives one where neither column is there any more."""
    now = {**BEFORE, "tags": [], "line_items": [{"id": None}]}
    assert missing(BEFORE, now) == [("line_items",), ("tags",)]
    assert carried(now, BEFORE, [("tags",)])["tags"] == ["a"]


def test_only_the_paths_that_are_asked_for_are_carried_on() -> None:
    """With the objects that lead to them."""
    now = {"order_id": "A-1", "tags": ["new"]}
    assert carried(now, BEFORE, [("customer", "email"), ("line_items",)]) == {
        "order_id": "A-1",
        "tags": ["new"],
        "customer": {"email": "a@b.de"},
        "line_items": [{"id": "1", "sku": "x"}],
    }


@given(BODIES, BODIES)
def test_nothing_is_missing_any_more_and_nothing_has_changed(
    now: dict[str, Any], before: dict[str, Any]
) -> None:
    """Whatever the bodies hold; neither of them is touched."""
    untouched = copy.deepcopy((now, before))
    lost = missing(before, now)
    body = carried(now, before, lost)
    assert held(body) == held(now) | {path: at(before, path) for path in lost}
    assert missing(before, body) == []
    assert (now, before) == untouched
