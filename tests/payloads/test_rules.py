"""The rules between fields, and that everything wrong with a record is said at once."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from target_triplewhale.payloads.ads import Ad
from target_triplewhale.payloads.coercion import problems
from target_triplewhale.payloads.events import Event
from target_triplewhale.payloads.orders import Order
from target_triplewhale.payloads.products import Product
from target_triplewhale.payloads.subscriptions import Subscription

ORDER: dict[str, Any] = {
    "shop": "example.com",
    "order_id": "A-1042",
    "created_at": "2022-06-15T19:26:30Z",
    "currency": "USD",
    "customer": {"id": "7", "email": "someone@example.com"},
    "order_revenue": "1,150.75",
}
CUSTOM_EVENT: dict[str, Any] = {
    "shop": "example.com",
    "type": "custom",
    "event_name": "fitting",
    "profileIdentifiers": {"externalId": "u1"},
}


def wrong(model: type[BaseModel], record: dict[str, Any]) -> dict[str, str]:
    """Return the kinds of what is wrong, by field."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(record)
    return {one.field: one.kind for one in problems(caught.value)}


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a record less some of its fields."""
    return {name: value for name, value in record.items() if name not in names}


def test_only_what_was_given_is_sent() -> None:
    """A default of ours would overwrite what the API keeps."""
    body = Order.model_validate(ORDER).model_dump(exclude_none=True)
    assert body == ORDER | {"created_at": "2022-06-15T19:26:30.000Z", "order_revenue": 1150.75}


def test_everything_wrong_is_said_at_once() -> None:
    """A user who repairs a file wants one round, not one for each field."""
    record = without(ORDER, "currency") | {
        "customer": {"id": "7"},
        "order_revenue": -1,
        "line_items": [{"id": 1, "quantity": 1, "price": "x", "product_id": 1, "variant_id": 1}],
        "surprise": 1,
    }
    assert wrong(Order, record) == {
        "currency": "missing",
        "customer.email": "rule",
        "order_revenue": "negative",
        "line_items.0.price": "unreadable",
        "surprise": "unknown_field",
    }


def test_a_phone_stands_in_for_an_email() -> None:
    """Point of sale customers leave one or the other."""
    customer = {"id": "7", "phone": "+12025550107"}
    order = Order.model_validate(ORDER | {"customer": customer})
    assert order.customer.model_dump(exclude_none=True) == customer


@pytest.mark.parametrize("model", [Order, Subscription])
def test_a_buyer_needs_an_email_or_a_phone(model: type[BaseModel]) -> None:
    """The API refuses a sale that it can match with nobody."""
    assert wrong(model, ORDER | {"customer": {"id": 1}})["customer.email"] == "rule"
    assert wrong(model, ORDER | {"customer": {}})["customer.id"] == "missing"


def test_an_unreadable_phone_is_not_reported_as_an_absent_one() -> None:
    """Two problems for one cell would send the user looking for a second column."""
    assert wrong(Order, ORDER | {"customer": {"id": 1, "phone": []}}) == {
        "customer.phone": "unreadable"
    }


def test_an_event_needs_someone() -> None:
    """An event about nobody enriches no profile."""
    found = wrong(Event, CUSTOM_EVENT | {"profileIdentifiers": {}})
    assert found == {"profileIdentifiers.email": "rule"}


def test_a_custom_event_needs_a_name() -> None:
    """The other types are their own name."""
    assert wrong(Event, without(CUSTOM_EVENT, "event_name")) == {"event_name": "rule"}
    Event.model_validate(without(CUSTOM_EVENT, "event_name") | {"type": "lead"})


def test_only_a_custom_event_carries_properties_of_its_own() -> None:
    """The API refuses them on the other types."""
    extras = {"size": 38, "price": 9.5, "colour": "red", "left": True}
    event = Event.model_validate(CUSTOM_EVENT | extras | {"nothing": None})
    assert event.model_dump(exclude_none=True) == CUSTOM_EVENT | extras
    assert wrong(Event, CUSTOM_EVENT | extras | {"type": "mql"}) == dict.fromkeys(
        extras, "unknown_field"
    )


@pytest.mark.parametrize("value", [[], {}, [1], float("nan")])
def test_a_property_of_a_custom_event_is_a_number_text_or_flag(value: Any) -> None:
    """The published file cannot be satisfied as written there, so its prose counts."""
    assert wrong(Event, CUSTOM_EVENT | {"extra": value}) == {"extra": "unreadable"}


def test_an_ad_record_needs_one_level() -> None:
    """Spend that belongs to no campaign, ad set or ad cannot be attributed."""
    day = {"shop": "s", "channel": "bing", "event_date": "2024-11-28", "currency": "USD"}
    assert wrong(Ad, day) == {"campaign": "rule"}
    level = {"id": 1, "name": "n", "status": "active"}
    for name in ("campaign", "adset", "ad"):
        Ad.model_validate(day | {name: level})


def test_a_price_is_not_compared_with_a_lower_one() -> None:
    """A struck-through price below the price is a swapped pair of columns."""
    variant = {"variant_id": 1, "variant_title": "t", "variant_price": "20"}
    product = {"shop": "s", "product_id": 1, "product_title": "p"}
    for price, kinds in (("19.99", {"variants.1.compare_at_price": "rule"}), ("20", {})):
        record = product | {"variants": [variant, variant | {"compare_at_price": price}]}
        if kinds:
            assert wrong(Product, record) == kinds
        else:
            Product.model_validate(record)


def test_products_and_subscriptions_are_not_empty() -> None:
    """Both lists are required, and the file asks for at least one item."""
    assert wrong(Product, {"variants": []})["variants"] == "missing"
    assert wrong(Subscription, {"subscription_items": "[]"})["subscription_items"] == "missing"


def test_nested_fields_are_read_from_json_text() -> None:
    """Some taps print line items as text."""
    items = '[{"id": 1, "quantity": "2", "price": "5.00", "product_id": 3, "variant_id": 4}]'
    order = Order.model_validate(
        ORDER | {"customer": '{"id": 7, "email": "A@b.c"}', "line_items": items}
    )
    assert order.customer.email == "a@b.c"
    assert order.line_items is not None
    assert order.line_items[0].model_dump(exclude_none=True) == {
        "id": "1",
        "quantity": 2,
        "price": 5,
        "product_id": "3",
        "variant_id": "4",
    }


@pytest.mark.parametrize("text", ["{", "12", '"a"', "[]", "a, b", "[" * 100_000])
def test_text_that_is_no_object_is_refused(text: str) -> None:
    """Neither broken nor too deep JSON may end a run."""
    assert wrong(Order, ORDER | {"customer": text}) == {"customer": "unreadable"}
