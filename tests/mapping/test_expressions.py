"""JMESPath, the one expression language: what look-ups find, exact sums, JSON in text."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.mapping.expressions import Expression, ExpressionFailed
from tests.mapping.language import ORDER, orders, refused, sent, told

NAMES = st.sampled_from(["a", "b", "a b", "ä", "0", "", "a.b", '"', "\\"])
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(NAMES, min_size=1, max_size=4), st.dictionaries(NAMES, TREES, max_size=4))
def test_a_plain_or_dotted_name_finds_what_jmespath_finds(
    names: list[str], record: dict[str, Any]
) -> None:
    """It is compiled to look-ups, and nobody should notice."""
    text = ".".join(json.dumps(name, ensure_ascii=False) for name in names)
    expression = Expression(text)
    assert expression.is_look_up
    assert expression.search(record) == jmespath.search(text, record)


@pytest.mark.parametrize("text", ["a[0]", "a[]", "a || b", "`1`", "'a'", "@", "a.*", "a | b", "!a"])
def test_anything_else_is_no_look_up(text: str) -> None:
    """A look-up cannot fail, so only what is one may be taken for it."""
    assert not Expression(text).is_look_up


CENTS = st.integers(-(10**9), 10**9)


@given(st.lists(CENTS, max_size=20))
def test_sums_are_exact(cents: list[int]) -> None:
    """0.1 and 0.2 are 0.3, as on the invoice that the lines come from."""
    found = Expression("sum(a)").search({"a": [one / 100 for one in cents]})
    assert Fraction(str(found)) == Fraction(sum(cents), 100)


def test_a_sum_of_amounts_in_texts_is_exact_in_the_body() -> None:
    """Taps send decimals as text."""
    route = orders({"order_revenue": "sum(lines[].to_number(amount))"})
    lines = [{"amount": "0.10"}, {"amount": "0.20"}, {"amount": "19.69"}]
    assert sent(route, {**ORDER, "lines": lines})["order_revenue"] == Decimal("19.99")


def test_a_sum_of_nothing_is_zero_and_one_of_texts_is_a_reject() -> None:
    """As JMESPath has it; text is never added up as text."""
    route = orders({"taxes": "sum(lines)"})
    assert sent(route, {**ORDER, "lines": []})["taxes"] == 0
    assert refused(route, {**ORDER, "lines": ["1"]}).code == "TW-ORDERS-TAXES-UNREADABLE"


@pytest.mark.parametrize(
    "text",
    [
        *("abs(a)", "a[].to_number(@) | sum(@)", "length(a)", "join(',', a)", "max(a)", "keys(a)"),
        *("ceil(to_number(a))", "sum([to_number(a)])", "sort_by(a, &a)", "a[?@ > `1`]"),
    ],
)
def test_an_expression_that_meets_another_type_fails_as_itself(text: str) -> None:
    """No other exception may come out of the library."""
    values: list[Any] = [None, True, 5, "x", [{}], {"a": 1}, ["a", 1], [None], 10**400, "1e999"]
    for value in (*values, "nan"):
        with suppress(ExpressionFailed):
            Expression(text).search({"a": value})


def test_a_field_whose_expression_fails_is_a_reject_beside_all_others() -> None:
    """All that is wrong with a record is said at once, without its values."""
    route = orders({"taxes": "abs(tax)", "shipping_price": "ceil(post)"})
    found = refused(route, {**ORDER, "tax": "secret", "post": "secret", "total": "x"})
    assert {one.field for one in found.reasons} == {"taxes", "shipping_price", "order_revenue"}
    assert "secret" not in told(found)


@pytest.mark.parametrize("where", ["state", "'x'", "`1`", "lines"])
def test_a_condition_that_is_neither_true_nor_false_is_a_reject(where: str) -> None:
    """A record is not filtered because a column is missing or its condition was half written."""
    found = refused(orders(where=where), {**ORDER, "state": "x"})
    assert found.code == "TW-ORDERS-WHERE-UNREADABLE"


ITEMS = [{"id": "1", "price": 9.5, "quantity": 2, "sku": "M"}]
REBUILT = (
    "line_items[].{id: id, price: price, quantity: quantity, product_id: sku, variant_id: sku}"
)


@pytest.mark.parametrize("items", [ITEMS, json.dumps(ITEMS), " " + json.dumps(ITEMS)])
@pytest.mark.parametrize(
    "text",
    [
        REBUILT,
        f"positions || {REBUILT}",
        f"({REBUILT}) | [?price]",
        REBUILT.replace("line_items[]", "line_items[*]"),
        REBUILT.replace("line_items[]", "(other || line_items)[]"),
        REBUILT.replace("line_items[]", "sort_by(line_items, &id)[]"),
        REBUILT.replace("line_items[]", "line_items[?price]"),
    ],
)
def test_json_text_is_opened_where_an_expression_looks_into_it(text: str, items: Any) -> None:
    """Many taps send lists as text, and one mapping serves both."""
    (item,) = sent(orders({"line_items": text}), {**ORDER, "line_items": items})["line_items"]
    assert (item["product_id"], item["quantity"], item["price"]) == ("M", 2, Decimal("9.5"))


def test_json_text_in_an_object_is_opened_by_a_dotted_name() -> None:
    """`billing.phone` over `billing: "{...}"`."""
    route = orders({"customer.phone": "billing.phone"})
    found = sent(route, {**ORDER, "billing": '{"phone": "555-0100"}'})
    assert found["customer"]["phone"] == "555-0100"


@pytest.mark.parametrize(
    "text", ["name", "to_string(name)", "name || other", "starts_with(name, '[')"]
)
def test_text_that_looks_like_json_stays_text_where_it_is_taken_as_it_is(text: str) -> None:
    """A product may be called [new]."""
    where = text.startswith("starts_with")
    route = orders(where=text) if where else orders({"name": text})
    body = sent(route, {**ORDER, "name": "[1, 2]"})
    assert where or body["name"] == "[1, 2]"


def test_only_the_columns_that_are_looked_into_are_opened() -> None:
    """Another one beside them stays text."""
    route = orders({"line_items": REBUILT, "name": "to_string(name)"})
    body = sent(route, {**ORDER, "line_items": json.dumps(ITEMS), "name": "[1, 2]"})
    assert (body["name"], len(body["line_items"])) == ("[1, 2]", 1)


def test_text_that_is_no_json_stays_text() -> None:
    """A look into it finds nothing, and fails nothing."""
    route = orders({"line_items": REBUILT, "name": "billing.name"})
    body = sent(route, {**ORDER, "line_items": "[broken", "billing": "{broken"})
    assert "line_items" not in body
    assert "name" not in body


def test_the_record_stays_as_it_was_read() -> None:
    """A reject keeps it as it came."""
    record = {**ORDER, "line_items": json.dumps(ITEMS)}
    sent(orders({"line_items": REBUILT}), record)
    assert record["line_items"] == json.dumps(ITEMS)


def test_a_field_inside_an_object_goes_before_the_objects_own() -> None:
    """In whatever order they are written."""
    fields = {"shipping_address": "ship", "shipping_address.city": "town"}
    for order in (fields, dict(reversed(fields.items()))):
        record = {**ORDER, "ship": {"city": "Bonn", "zip": "1"}, "town": "Köln"}
        assert sent(orders(order), record)["shipping_address"] == {"city": "Köln", "zip": "1"}


def test_a_field_inside_a_list_fills_its_items_but_those_that_have_their_own() -> None:
    """A fact of the order that each of its items needs."""
    route = orders({"line_items": REBUILT, "line_items.name": "title"})
    record = {**ORDER, "line_items": [*ITEMS, {**ITEMS[0], "id": "2"}], "title": "Mug"}
    assert [one["name"] for one in sent(route, record)["line_items"]] == ["Mug", "Mug"]


def test_the_whole_record_may_be_the_base() -> None:
    """`"*": "@"` takes what comes by name, and the fields go over it."""
    entry = {
        "endpoint": "orders",
        "fields": {"*": "@", "order_revenue": "net", "customer.id": "mail"},
    }
    order = {
        "order_id": 1,
        "created_at": ORDER["created"],
        "total": 5,
        "net": 4,
        "mail": "a@b.example",
    }
    found = sent(entry, {**order, "customer": {"id": 9, "email": "a@b.example"}})
    assert (found["order_revenue"], found["customer"]["id"]) == (4, "a@b.example")
    inner = {"endpoint": "orders", "fields": {"*": "data"}}
    wrapped = {"data": {**order, "customer": {"id": 9, "email": "a@b.example"}}}
    assert sent(inner, wrapped)["order_revenue"] == 5
