"""Records that bring the documented names are mapped the short way, to the same end."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.mapping.expressions import Expression
from target_triplewhale.mapping.mapper import Mapped, Mapper, Unmappable
from target_triplewhale.mapping.recipe import Recipe
from tests.mapping.test_identity import FACTS, VALUES, mapped

ALL_PASS = Expression("`true`")
"""A route with a condition never takes the short way."""
TIME = "2026-03-04T05:06:07.000Z"
SAMPLES: dict[str, dict[str, Any]] = {
    "orders": {
        "order_id": "A-1",
        "created_at": TIME,
        "currency": "EUR",
        "customer": {"id": "C-1", "email": "ann@example.com", "phone": None},
        "line_items": [{"id": "1", "price": 9.5, "quantity": 2, "product_id": 7, "variant_id": 7}],
        "order_revenue": 19.0,
        "refunds": [{"refund_id": "R", "refunded_at": TIME, "total_refund": "3", "line_items": []}],
        "shipping_address": {"city": "Köln", "zip": None},
        "tags": ["a", "b"],
        "gift": True,
    },
    "subscriptions": {
        "subscription_id": 5,
        "created_at": TIME,
        "currency": "EUR",
        "customer": {"id": 1, "email": "ann@example.com"},
        "status": "active",
        "subscription_items": [
            {
                "subscription_item_id": 1,
                "created_at": TIME,
                "status": "active",
                "interval": "month",
                "interval_count": 1,
                "price": 10,
                "quantity": 1,
                "discount": {"amount_off": 1},
            }
        ],
    },
    "ads": {
        "channel": "c",
        "event_date": "2026-03-04",
        "currency": "EUR",
        "campaign": {"id": "1", "name": "n", "status": "ACTIVE"},
        "metrics": {"clicks": 3, "spend": "4.50"},
    },
    "events": {
        "type": "custom",
        "event_name": "paid",
        "timestamp": 1_767_225_600,
        "profileIdentifiers": {"email": "ann@example.com"},
        "plan": "gold",
        "amount": 5.0,
    },
    "products": {
        "product_id": 1,
        "product_title": "Mug",
        "variants": [{"variant_id": 1, "variant_title": "Red", "variant_price": 9.99}],
        "images": [{"image_id": 1, "image_src": "https://example.com/1.png"}],
    },
    "customers": {"customer_id": "1", "created_at": TIME, "email_address": "ann@example.com"},
    "pps": {"order_id": 1, "question_id": "Q", "response": "Köln", "total_price": "9.50"},
    "orders_enrichment": {"order_id": 1, "custom_gross_sales": 9.5, "orders_quantity": 1},
    "products_enrichment": {"product_id": 1, "variant_id": "V", "variant_cost": 5.0},
}
ODD: st.SearchStrategy[Any] = VALUES | st.sampled_from(
    [
        *("", " ", "\0", "5 USD", "€5", "1,234", "CUSTOM", "shopify", "example.com", "lead", TIME),
        *(1e22, 1e16, -0.0, 5.0, -0.5, 1e-7, 2**53, 2**70, -(2**64), 'x":null', "\ud800", "Köln"),
        *({}, {"id": None}, {"zip": None, "city": None}, [], [None], [{}], '{"id": "1"}', "[{}]"),
    ]
)
NAMES = st.sampled_from(
    [
        *("shop", "platform", "currency", "email", "Order ID", "customer__id", "customer.phone"),
        *("properties", "properties__plan", "_sdc_x", "eventId", "discount_codes", " tags"),
    ]
)

NAMED = st.sampled_from([("currency",), ("customer", "id"), ("shop",), ("nonsense",)])


def both(endpoint: str, record: dict[str, Any], defaults: dict[tuple[str, ...], Any]) -> list[Any]:
    """Map a record the short way, if it can go there, and the long way."""
    recipes = Recipe(defaults=defaults), Recipe(where=ALL_PASS, defaults=defaults)
    return [ended(Mapper(ENDPOINTS[endpoint], recipe, FACTS, ["id"]), record) for recipe in recipes]


def ended(mapper: Mapper, record: dict[str, Any]) -> tuple[Any, ...]:
    """Map a record; one of a native platform halts the run, in the same words."""
    try:
        return shown(mapper.map(record, None))
    except DeliveryHalted as halted:
        return (str(halted),)


def shown(found: object) -> tuple[Any, ...]:
    """Return all that a caller sees of a result."""
    if isinstance(found, Mapped):
        sent = repr(json.loads(found.body, object_pairs_hook=list))
        return found._replace(body=b""), sent
    assert isinstance(found, Unmappable)
    return found.rejected, found.known


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container with each of its keys, at any depth."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    inner = [
        place for key in keys if isinstance(value[key], dict | list) for place in places(value[key])
    ]
    return [(value, key) for key in keys] + inner


@pytest.mark.parametrize("endpoint", SAMPLES)
@settings(max_examples=200)
@given(data=st.data())
def test_the_short_way_ends_where_the_long_way_does(endpoint: str, data: st.DataObject) -> None:
    """Whatever a record holds, being quick must not change what is sent, told or refused."""
    record = copy.deepcopy(SAMPLES[endpoint])
    for _ in range(data.draw(st.integers(0, 3))):
        holder, key = data.draw(st.sampled_from(places(record)))
        if data.draw(st.booleans()):
            holder[key] = copy.deepcopy(data.draw(ODD))
        else:
            del holder[key]
    record |= data.draw(st.dictionaries(NAMES, ODD, max_size=2))
    defaults = data.draw(st.dictionaries(NAMED, ODD))
    before = repr(record)
    short, long = both(endpoint, record, defaults)
    assert short == long
    assert repr(record) == before


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_sample_takes_the_short_way(endpoint: str) -> None:
    """Else the comparison of both ways would compare the long one with itself."""
    mapper = Mapper(ENDPOINTS[endpoint], Recipe(), FACTS, ["id"])
    assert mapper._map_as_documented(SAMPLES[endpoint], None)  # noqa: SLF001


def body(endpoint: str, **changes: Any) -> dict[str, Any]:
    """Return what is sent of a sample with changes."""
    sent: dict[str, Any] = json.loads(mapped(endpoint, SAMPLES[endpoint] | changes, "id").body)
    return sent


@pytest.mark.parametrize("part", [{}, {"zip": None}, {"zip": " "}, '{"zip": null}'])
def test_a_part_that_holds_nothing_is_not_sent(part: Any) -> None:
    """An empty address would overwrite the one that the API has."""
    assert "shipping_address" not in body("orders", shipping_address=part)


def test_what_is_null_in_a_part_is_not_sent() -> None:
    """Warehouses fill what they do not know with nulls."""
    assert body("orders")["shipping_address"] == {"city": "Köln"}
    items = [SAMPLES["subscriptions"]["subscription_items"][0] | {"discount": {"amount_off": None}}]
    assert (
        "discount" not in body("subscriptions", subscription_items=items)["subscription_items"][0]
    )


def test_a_column_without_a_place_is_told_beside_documented_ones() -> None:
    """It does not take an order out of the short way, nor out of the list of unused columns."""
    assert mapped("orders", SAMPLES["orders"]).unused == {"gift"}


def test_an_amount_in_another_currency_is_refused_although_its_name_is_documented() -> None:
    """The short way must not pass by what the model cannot know."""
    found = Mapper(ENDPOINTS["orders"], Recipe(), FACTS, []).map(
        SAMPLES["orders"] | {"taxes": "5 USD"}, None
    )
    assert isinstance(found, Unmappable)
    assert found.rejected.code == "TW-ORDERS-TAXES-OTHER_CURRENCY"


def test_a_default_fills_what_is_null_in_a_part() -> None:
    """A part is taken as it comes only where no default looks into it."""
    customer = SAMPLES["orders"]["customer"] | {"first_name": None}
    recipe = Recipe(defaults={("customer", "first_name"): "Ann"})
    found = Mapper(ENDPOINTS["orders"], recipe, FACTS, []).map(
        SAMPLES["orders"] | {"customer": customer}, None
    )
    assert isinstance(found, Mapped)
    assert json.loads(found.body)["customer"]["first_name"] == "Ann"


def test_the_older_order_shape_leaves_the_record_as_it_was() -> None:
    """A rejects file holds records as they were read."""
    order = SAMPLES["orders"] | {"platform": "CUSTOM", "customer": {"email": "Ann@Example.com"}}
    order["line_items"] = [{"price": 1, "quantity": 1, "product_id": 9}]
    before = copy.deepcopy(order)
    sent = json.loads(mapped("orders", order).body)
    assert sent["customer"]["id"] == "ann@example.com"
    assert (sent["line_items"][0]["id"], sent["line_items"][0]["variant_id"]) == ("A-1-1", "9")
    assert order == before


def test_an_empty_name_is_not_told_as_ignored_where_an_event_is_made_custom() -> None:
    """Only what was there can be replaced by the event's type."""
    event = SAMPLES["events"] | {"type": "lead", "event_name": " "}
    found = Mapper(ENDPOINTS["events"], Recipe(as_custom=True), FACTS, ["id"]).map(event, None)
    assert isinstance(found, Mapped)
    assert json.loads(found.body)["event_name"] == "lead"
    assert found.unused == set()


@pytest.mark.parametrize("changes", [{"platform": "shopify"}, {"order_id": "gid://shopify/O/1"}])
def test_an_order_of_a_native_platform_halts_the_run_by_either_way(changes: Any) -> None:
    """The short way must not send what would count twice."""
    for recipe in (Recipe(), Recipe(where=ALL_PASS)):
        with pytest.raises(DeliveryHalted):
            Mapper(ENDPOINTS["orders"], recipe, FACTS, []).map(SAMPLES["orders"] | changes, None)


def test_an_answer_that_names_neither_question_nor_response_replaces_no_other() -> None:
    """Two such answers to one order may be answers to two questions."""
    assert mapped("pps", SAMPLES["pps"]).is_mergeable
    assert not mapped("pps", SAMPLES["pps"] | {"question_id": None}).is_mergeable
