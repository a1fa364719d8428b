"""All of a mapping is checked before the first record, and each sentence helps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.errors import SettingsInvalid
from target_triplewhale.recipes import KEYS
from target_triplewhale.routes import Routes
from tests.mapping.language import ORDER, STREAM, complaints, orders, sent


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"feilds": {}}, ": unknown key `feilds` (did you mean `fields`?)"),
        ({"timezon": "UTC"}, ": unknown key `timezon` (did you mean `timezone`?)"),
        ({"fields": []}, ".fields: must be an object"),
        ({"fields": {"order_id": 5}}, ".fields.order_id: must be text, a JMESPath expression"),
        ({"fields": {"order_id": None}}, ".fields.order_id: must be text, a JMESPath expression"),
        ({"fields": {"order_id": ["id"]}}, ".fields.order_id: must be text"),
        ({"fields": {"order_id": "a b"}}, ".fields.order_id: is no JMESPath expression"),
        ({"fields": {"order_id": ""}}, ".fields.order_id: is no JMESPath expression"),
        ({"fields": {"order_id": "größe"}}, "a name of more than a-z, digits and _ takes quotes"),
        ({"fields": {"order_id": "(" * 3000}}, ".fields.order_id: is no JMESPath expression"),
        (
            {"fields": {"order_revenu": "total"}},
            ": orders has no field `order_revenu` (did you mean `order_revenue`?)",
        ),
        (
            {"fields": {"customer.emial": "mail"}},
            ": orders has no field `customer.emial` (did you mean `customer.email`?)",
        ),
        ({"fields": {"customer": {"emial": "mail"}}}, "(did you mean `customer.email`?)"),
        ({"fields": {"line_items.pricee": "a"}}, "(did you mean `line_items.price`?)"),
        ({"fields": {"order_id.x": "a"}}, ": orders has no field `order_id.x`"),
        ({"defaults": {"curency": "EUR"}}, "no field `curency` (did you mean `currency`?)"),
        ({"defaults": "EUR"}, ".defaults: must be an object"),
        ({"value_maps": {"statsu": {"a": "b"}}}, "no field `statsu` (did you mean `status`?)"),
        ({"value_maps": {"status": "a"}}, ".value_maps.status: must be an object"),
        ({"value_maps": {"status": {}}}, ".value_maps.status: must be an object"),
        ({"value_maps": {"line_items": {"nmae": {"a": "b"}}}}, "(did you mean `line_items.name`?)"),
        ({"value_maps": {"line_items": {"name": "b"}}}, ".value_maps.line_items.name: must be an"),
        ({"value_maps": []}, ".value_maps: must be an object"),
        ({"where": "a =="}, ".where: is no JMESPath expression"),
        ({"where": True}, ".where: must be text, a JMESPath expression"),
        ({"timezone": "Berlin"}, "is no IANA time zone such as Europe/Berlin (did you mean"),
        ({"timezone": 1}, ".timezone: is no IANA time zone"),
        ({"currency": "Euro"}, ".currency: must be an ISO 4217 code"),
        ({"date_format": "dd.mm.yyyy"}, ".date_format: must be one of 'day_first', 'month_first'"),
        ({"date_format": True}, ".date_format: must be one of"),
        ({"decimal_mark": ";"}, ".decimal_mark: must be one of '.', ','"),
        ({"decimal_mark": 1}, ".decimal_mark: must be one of"),
        ({"minor_units": ["order_revenu"]}, "no amount `order_revenu` (did you mean `order_rev"),
        ({"minor_units": ["order_id"]}, ".minor_units: orders has no amount `order_id`"),
        ({"minor_units": ["line_items.quantity"]}, "no amount `line_items.quantity`"),
        ({"minor_units": [1]}, ".minor_units: must be a column's name, or a list of them"),
        ({"minor_units": {"order_revenue": True}}, ".minor_units: must be a column's name"),
        ({"group_rows": "name"}, ".group_rows: must be an object"),
        ({"group_rows": {"by": "name"}}, ".group_rows: needs `by`, a column, and `into`"),
        ({"group_rows": {"by": ["a"], "into": "line_items"}}, ".group_rows: needs `by`"),
        ({"group_rows": {"by": "a", "into": "b", "form": 1}}, ".group_rows: unknown key `form`"),
        (
            {"group_rows": {"by": "name", "into": "rows"}},
            ".group_rows: puts rows into `rows`, which none of `fields` reads",
        ),
    ],
)
def test_what_is_wrong_is_said_by_name(changes: dict[str, Any], said: str) -> None:
    """The entry, the key, what it is, and the nearest name that would be right."""
    entry = {**orders(), **changes}
    found = complaints({STREAM: entry})
    assert all(one.startswith(f"streams.{STREAM}") for one in found)
    assert said in found[0]


def test_rows_by_name_need_a_list_of_the_endpoint() -> None:
    """Without `fields` the list finds its place by its name, so it must have one."""
    entry = {"endpoint": "orders", "group_rows": {"by": "name", "into": "positions"}}
    assert complaints({STREAM: entry}) == (
        f"streams.{STREAM}.group_rows: orders has no list `positions`",
    )


def test_all_that_is_wrong_is_said_at_once() -> None:
    """One run to learn of it, not five."""
    entry = {"endpoint": "orders", "wher": "x", "fields": {"a": "b"}, "timezone": "x", "counts": 1}
    streams = {"one": entry, "two": {"endpoint": "ordesr"}, "three": 5, "four": "skipp"}
    found = complaints(streams)
    for name in streams:
        assert any(one.startswith(f"streams.{name}") for one in found), name
    for key in ("wher", "`a`", "timezone", "counts"):
        assert any(key in one for one in found), key


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"endpoint": "ordesr"}, 'unknown endpoint "ordesr" (did you mean `orders`?)'),
        ({"endpoint": "order"}, 'unknown endpoint "order" (did you mean `orders`?)'),
        ({"endpoint": "leads"}, 'unknown endpoint "leads" (did you mean `events`?)'),
        ({"endpoint": "xyz"}, 'unknown endpoint "xyz"; one of orders, products'),
        ({"endpoint": None}, "lacks `endpoint`, one of orders, products"),
        ({"fields": {}}, "lacks `endpoint`, one of orders, products"),
        ({"endpoint": ["orders"]}, "unknown endpoint"),
        (None, "must be `skip`, an object with an endpoint, or a list"),
        ([], "must be `skip`, an object with an endpoint, or a list"),
        (["orders"], "must be `skip`, an object with an endpoint, or a list"),
        ("orders", "must be `skip`, an object with an endpoint, or a list"),
        ([{"endpoint": "orders"}, "skip"], "must be `skip`, an object with an endpoint, or a list"),
    ],
)
def test_an_entry_that_is_no_route_is_explained(entry: Any, said: str) -> None:
    """`orders: orders` is a mistake that people make."""
    (found,) = complaints({STREAM: entry})
    assert found.startswith(f"streams.{STREAM}: ")
    assert said in found


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_key_is_known_for_every_endpoint_or_refused_with_a_reason(endpoint: str) -> None:
    """None does nothing in silence."""
    entry = {"endpoint": endpoint, **{key: [[]] for key in KEYS[1:]}}
    said = " ".join(complaints({STREAM: entry}))
    missing = [key for key in KEYS[1:] if f".{key}" not in said]
    assert missing == []


def test_nested_names_are_dotted_names() -> None:
    """Meltano hands over `customer.email: mail` as `customer: {email: mail}`."""
    nested = {
        "endpoint": "orders",
        "fields": {
            "order_id": "id",
            "created_at": "created",
            "order_revenue": "total",
            "customer": {"id": "mail", "email": "mail"},
        },
        "defaults": {"shipping_address": {"city": "Köln"}},
    }
    flat = orders(defaults={"shipping_address.city": "Köln"})
    assert sent(nested, ORDER) == sent(flat, ORDER)


def test_endpoints_are_found_whatever_their_case_and_punctuation() -> None:
    """`Orders-Enrichment` is what the API's own path says."""
    record = {"order_id": 1, "custom_string": "x"}
    assert sent({"endpoint": "Orders-Enrichment"}, record)["custom_string"] == "x"


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.sampled_from(
        ["", "*", "@", "a", "a b", "a.b", "order_id", "skip", "orders", "line_items", "UTC", ","]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.none()
            | st.booleans()
            | st.integers(0, 2)
            | st.sampled_from(
                ["", "*", "a", "customer", "email", "order_id", "by", "into", "field", "send"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
"""What YAML can hold where something else was meant."""


@settings(max_examples=300)
@given(
    st.sampled_from(list(ENDPOINTS)),
    st.dictionaries(st.sampled_from([*KEYS[1:], "", "x"]), JUNK, max_size=4),
)
def test_no_entry_ends_in_anything_but_sentences(endpoint: str, keys: dict[Any, Any]) -> None:
    """Whatever a YAML file holds, its user reads what to mend, and no traceback."""
    try:
        Routes(Choices({STREAM: {**keys, "endpoint": endpoint}}))
        said: tuple[str, ...] = (f"streams.{STREAM}",)
    except SettingsInvalid as error:
        said = error.sentences
    assert said
    assert all(one.startswith(f"streams.{STREAM}") for one in said)
