"""Which fields a stream can bring at all, by its SCHEMA and a route's recipe."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.errors import SettingsInvalid
from target_triplewhale.mapping.brought import Brought
from target_triplewhale.mapping.erased import fields_of
from target_triplewhale.mapping.mapper import Mapped, Mapper
from target_triplewhale.mapping.shape import Shape
from target_triplewhale.routes import Routes
from tests.mapping.language import STREAM, orders
from tests.mapping.test_any_recipe import RECORDS, entries, gathered
from tests.mapping.test_any_value import FACTS_AND_ZONE, PATIENT, VALUES, flat, mapped
from tests.mapping.test_documented import SAMPLES

TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["null", "number"]}
LIST = {"type": "array", "items": {}}
EMAIL = "customer.email"
CITY = "shipping_address.city"


def closed(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object whose names are declared."""
    return {"type": ["null", "object"], "properties": properties}


def brought(entry: Any, *columns: str, **schema: Any) -> Brought:
    """Return what is brought by columns of text, and by others that have a schema."""
    (route,) = Routes(Choices({STREAM: entry})).of(STREAM)
    return Brought(route.endpoint, route.recipe, {**dict.fromkeys(columns, TEXT), **schema})


def brings(found: Brought, path: str) -> bool:
    """Tell whether a dotted path is brought."""
    return found.brings(tuple(path.split(".")))


def by_name(path: str, *columns: str, endpoint: str = "orders", **schema: Any) -> bool:
    """Tell whether a field is brought by columns that find their places themselves."""
    return brings(brought({"endpoint": endpoint}, "unheard_of", *columns, **schema), path)


@pytest.mark.parametrize(
    "column",
    ["customer__email", "customer.email", "Customer Email", "email", "\ufeffemail ", "E-Mail"],
)
def test_a_column_brings_the_field_that_it_finds_by_name(column: str) -> None:
    """However taps spell it; and no other field."""
    is_its = column != "E-Mail"
    assert by_name(EMAIL, column) is is_its
    assert by_name("customer", column) is is_its
    assert not by_name("customer.phone", column)
    assert not by_name("order_revenue", column)


def test_another_name_brings_the_field_as_well() -> None:
    """`total` and `total_price` are both usual for one field."""
    assert by_name("order_revenue", "total")
    assert by_name("order_revenue", "Total Price")
    assert not by_name("taxes", "total")


def test_a_list_is_one_field() -> None:
    """What is in its items is not told apart."""
    assert by_name("line_items", line_items=LIST)
    assert not by_name("refunds", line_items=LIST)


def test_an_object_brings_what_is_declared_in_it() -> None:
    """By name too, at whatever depth."""
    customer = closed(Email=TEXT, mood=TEXT)
    assert by_name(EMAIL, customer=customer)
    assert by_name("customer", customer=customer)
    assert not by_name("customer.phone", customer=customer)
    campaign = closed(id=TEXT, name=TEXT)
    assert by_name("campaign.name", endpoint="ads", campaign=campaign)
    assert not by_name("campaign.status", endpoint="ads", campaign=campaign)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        True,
        {"type": "null"},
        {"type": "object"},
        {"type": ["array", "object"], "properties": {}},
        {"type": "object", "properties": {"phone": TEXT}, "additionalProperties": True},
        {"type": "object", "properties": {"phone": TEXT}, "patternProperties": {"^e": TEXT}},
        TEXT,
        {"anyOf": [closed(phone=TEXT), {"type": "string"}]},
        {"oneOf": [{"type": "null"}, {"type": "object"}]},
        {"anyOf": [closed(phone=TEXT), True]},
        {"$ref": "#/definitions/customer"},
    ],
)
def test_what_may_hold_anything_brings_anything(schema: Any) -> None:
    """An object without declared names, JSON text of one, or what is not told."""
    assert by_name(EMAIL, customer=schema)
    assert not by_name(CITY, customer=schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"phone": TEXT}},
        {"type": "object", "properties": {"phone": TEXT}, "additionalProperties": False},
        {"anyOf": [{"type": "null"}, closed(phone=TEXT)]},
        {"oneOf": [closed(phone=TEXT), closed(phone=NUMBER, mood=TEXT)]},
        {"allOf": [{"properties": {"phone": TEXT}}, {"properties": {"mood": TEXT}}]},
        {"type": "object", "anyOf": [closed(mood=TEXT)], "properties": {"phone": TEXT}},
    ],
)
def test_an_object_of_declared_names_brings_no_others(schema: Any) -> None:
    """In all forms in which a SCHEMA declares them."""
    assert by_name("customer.phone", customer=schema)
    assert not by_name(EMAIL, customer=schema)


def test_one_form_of_several_is_enough() -> None:
    """A tap may send any of them."""
    forms = [closed(phone=TEXT), closed(email=TEXT)]
    assert by_name(EMAIL, customer={"anyOf": forms})
    assert by_name("customer.phone", customer={"anyOf": forms})


def test_what_is_no_object_brings_only_what_plain_text_stands_for() -> None:
    """A campaign's name is usual in its place; a customer's is not."""
    assert by_name("campaign.name", endpoint="ads", campaign=NUMBER)
    assert not by_name("campaign.status", endpoint="ads", campaign=NUMBER)
    assert not by_name("campaign.name", endpoint="ads", campaign=closed(id=TEXT))
    assert not by_name(EMAIL, customer=NUMBER)
    assert not by_name(EMAIL, customer=LIST)


def test_an_object_under_another_name_of_a_plain_field_brings_nothing() -> None:
    """`address` on a customer is often one, and is then no line of it."""
    assert by_name("address1", "address", endpoint="customers")
    assert not by_name("address1", endpoint="customers", address=closed(city=TEXT))
    assert not by_name("address1", endpoint="customers", address={"type": "object"})
    assert by_name("address1", endpoint="customers", address={"anyOf": [{"type": "object"}, TEXT]})
    assert by_name("address1", endpoint="customers", address={})
    assert by_name("address1", endpoint="customers", address1={"type": "object"})
    assert by_name("subscription_items", endpoint="subscriptions", items=LIST)


def test_a_field_is_brought_while_its_expression_finds_one_of_its_columns() -> None:
    """Under whatever spelling the mapping finds it."""
    route = orders({"taxes": "tax_a || tax_b", "name": "order_name"})
    found = brought(route, "id", "Tax B", "created")
    assert brings(found, "taxes")
    assert brings(found, "order_id")
    assert not brings(found, "name")
    assert not brings(found, "order_revenue")
    assert not brings(found, "custom_expenses")


def test_with_fields_nothing_else_is_taken_by_name() -> None:
    """A column that would find its place has none in this route."""
    assert not brings(brought(orders(), "status"), "status")


@pytest.mark.parametrize("expression", ["'open'", "`1`", "state || 'open'", "{a: state, b: 'x'}"])
def test_what_needs_no_column_is_brought(expression: str) -> None:
    """It finds something in any record."""
    assert brings(brought(orders({"status": expression}), "id"), "status")


@pytest.mark.parametrize("expression", ["keys(@)", "*.x", "merge(@, `{}`)", "@"])
def test_what_looks_at_all_columns_is_brought(expression: str) -> None:
    """It does not depend on any one of them."""
    assert brings(brought(orders({"status": expression}), "id"), "status")


@pytest.mark.parametrize("expression", ["state && 'x'", "[state]", "length(state)"])
def test_what_finds_nothing_without_its_column_is_not(expression: str) -> None:
    """Be it null, a list of nulls, or a failure."""
    route = orders({"status": expression, "name": "`null`"})
    assert not brings(brought(route, "id"), "status")
    assert not brings(brought(route, "id"), "name")
    assert brings(brought(route, "state"), "status")


@pytest.mark.parametrize("expression", ["map(&to_string(@), codes)", "codes[?@ != 'x'] | [0]"])
def test_an_item_of_a_list_is_not_the_whole_record(expression: str) -> None:
    """`@` is something else there."""
    route = orders({"tags": expression})
    assert not brings(brought(route, "id"), "tags")
    assert brings(brought(route, "id", codes=LIST), "tags")


def test_a_dotted_name_needs_what_it_leads_to() -> None:
    """A tap can drop what is inside an object as well."""
    route = orders({"status": "state.of.goods"})
    inside = {"state": closed(of=closed(goods=TEXT))}
    assert brings(brought(route, **inside), "status")
    assert brings(brought(route, "state"), "status")
    assert brings(brought(route, state=closed(of={})), "status")
    assert not brings(brought(route, state=closed(of=closed(money=TEXT))), "status")
    assert not brings(brought(route, state=NUMBER), "status")
    assert not brings(brought(route, "state__of__goods"), "status")


def test_an_expression_for_an_object_brings_what_is_declared_in_it() -> None:
    """Its names find their places as they do in a column that is named so."""
    route = orders({"shipping_address": "to"})
    assert brings(brought(route, "to"), CITY)
    assert brings(brought(route, to=closed(City=TEXT)), CITY)
    assert not brings(brought(route, to=closed(City=TEXT)), "shipping_address.zip")
    made = orders({"shipping_address": "{city: town, zip: code}"})
    assert brings(brought(made, "town"), "shipping_address.zip")
    assert not brings(brought(made, "id"), "shipping_address.zip")


def test_the_whole_record_finds_its_places_by_name() -> None:
    """And `fields` add theirs."""
    found = brought({"endpoint": "orders", "fields": {"*": "@", "name": "label"}}, "taxes", "label")
    assert brings(found, "taxes")
    assert brings(found, "name")
    assert not brings(found, "status")


def test_an_object_taken_for_the_record_brings_what_is_declared_in_it() -> None:
    """All of it, where it is not declared."""
    route = {"endpoint": "orders", "fields": {"*": "data"}}
    assert brings(brought(route, data=closed(taxes=NUMBER)), "taxes")
    assert not brings(brought(route, "status", data=closed(taxes=NUMBER)), "status")
    assert brings(brought(route, "data"), "status")
    assert not brings(brought(route, "status"), "status")


def test_defaults_bring_their_fields() -> None:
    """Whatever the columns; one for the items of a list brings no list."""
    found = brought(
        orders(defaults={"status": "open", CITY: "Ulm", "line_items.sku": "x"}), "unheard_of"
    )
    assert brings(found, "status")
    assert brings(found, CITY)
    assert not brings(found, "shipping_address.zip")
    assert not brings(found, "line_items")


def test_a_field_of_a_lists_items_brings_no_list() -> None:
    """It gives the items something where there are any."""
    assert not brings(brought(orders({"line_items.sku": "sku"}), "sku"), "line_items")


@pytest.mark.parametrize(
    "path", ["shop", "currency", "platform", "platform_account_id", "updated_at"]
)
def test_what_is_filled_in_is_brought(path: str) -> None:
    """No column is needed for it."""
    assert by_name(path)


def test_what_rules_complete_from_columns_is_brought_by_them() -> None:
    """The older order shape names a customer by the e-mail, a product its only variant."""
    assert by_name("customer.id", "email")
    assert by_name("customer.id", "phone")
    assert not by_name("customer.id", "customer__first_name")
    assert by_name("variants", "id", endpoint="products")


def test_refunds_come_with_their_column() -> None:
    """Refunds of nothing are left out of a body, and that is no loss."""
    refunds = orders({"refunds": "[{total_refund: refunded}]"})
    assert brings(brought(refunds, "refunded"), "refunds")
    assert not brings(brought(refunds, "id"), "refunds")


def test_rows_by_name_bring_the_list_and_what_is_not_for_it() -> None:
    """`Lineitem name` is the item's, and never the order's."""
    grouping = {"group_rows": {"by": "order_id", "into": "line_items"}}
    found = brought({"endpoint": "orders", **grouping}, "order_id", "Lineitem name", "taxes")
    assert brings(found, "line_items")
    assert brings(found, "taxes")
    assert not brings(found, "name")


def test_rows_bring_what_is_made_of_their_columns() -> None:
    """The list that they are put into is there in any case, and tells nothing."""
    fields = {
        "line_items": "rows[].{id: sku}",
        "refunds": "rows[].{tags: 'row', total_refund: refund}",
        "taxes": "max(rows[].tax)",
        "status": "max(rows[].state)",
        "name": "label",
    }
    route = orders(fields, group_rows={"by": "id", "into": "rows"})
    found = brought(route, "id", "SKU", "State", "Label")
    assert all(brings(found, path) for path in ("line_items", "refunds", "status", "name"))
    assert not brings(found, "taxes")
    whole = {"endpoint": "orders", "fields": {"*": "@"}}
    found = brought({**whole, "group_rows": {"by": "id", "into": "line_items"}}, "id", "taxes")
    assert brings(found, "line_items")
    assert brings(found, "taxes")


@pytest.mark.parametrize("entry", [{"endpoint": "orders"}, orders()])
def test_a_schema_without_columns_may_bring_anything(entry: Any) -> None:
    """Some taps declare none at all."""
    assert brings(brought(entry), "status")
    assert brings(brought(entry), "order_revenue")


def test_an_event_is_sent_once_so_nothing_of_it_is_erased() -> None:
    """A custom one takes any column besides."""
    assert by_name("source", endpoint="events")


def schema_of(value: Any) -> dict[str, Any]:
    """Return the schema that a tap would derive from a value."""
    if isinstance(value, dict) and value:
        inner = {name: schema_of(one) for name, one in value.items()}
        return {"type": "object", "properties": inner}
    kinds = {str: "string", bool: "boolean", list: "array", dict: "object", type(None): "null"}
    return {"type": [kinds.get(type(value), "number"), "null"]}


def holds(endpoint: str, entry: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Check that whatever comes of rows could be brought by what they declare."""
    (route,) = Routes(Choices({STREAM: entry})).of(STREAM)
    names = {name for row in rows for name in row}
    schema = {name: {"anyOf": [schema_of(row.get(name)) for row in rows]} for name in names}
    found = Brought(route.endpoint, route.recipe, schema)
    mapper = Mapper(route.endpoint, route.recipe, FACTS_AND_ZONE, ["id"])
    for record in gathered(route, rows):
        if isinstance(body := mapped(mapper, record), Mapped):
            came = [*fields_of(json.loads(body.body))]
            assert [path for path in came if not found.brings(path)] == [], endpoint


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one != "events"])
@PATIENT
@given(data=st.data())
def test_no_field_comes_that_could_not(endpoint: str, data: st.DataObject) -> None:
    """Columns by name, flat or nested, with anything in them."""
    sample = copy.deepcopy(SAMPLES[endpoint])
    paths = [".".join(path) for path in Shape(ENDPOINTS[endpoint].model, endpoint).paths()]
    spelled = st.sampled_from([*paths, *(path.replace(".", "__") for path in paths), "id", "total"])
    row = sample | data.draw(st.dictionaries(spelled, VALUES, max_size=3))
    row = data.draw(st.sampled_from([row, flat(row)]))
    holds(endpoint, {"endpoint": endpoint}, [row])


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one != "events"])
@PATIENT
@given(data=st.data())
def test_no_field_comes_that_could_not_by_any_mapping(endpoint: str, data: st.DataObject) -> None:
    """Whatever expressions, defaults and groups of rows it has."""
    entry = data.draw(entries(endpoint))
    base = {**SAMPLES[endpoint], **flat(SAMPLES[endpoint])}
    rows = [{**base, **one} for one in data.draw(st.lists(RECORDS, min_size=1, max_size=2))]
    try:
        holds(endpoint, entry, rows)
    except SettingsInvalid:
        return
