"""A source's values and the API's values for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mapping.language import ORDER, orders, refused, sent, told

AD = {"id": 5, "day": "2026-04-03", "currency": "EUR"}


def ads(*, field: str = "state", **maps: Any) -> dict[str, Any]:
    """Return a route of ads whose campaign's status goes through maps."""
    fields = {"campaign.id": "id", "campaign.name": "id", "campaign.status": field}
    return {
        "endpoint": "ads",
        "defaults": {"channel": "c"},
        "fields": {**fields, "event_date": "day", "currency": "currency"},
        "value_maps": maps.get("value_maps", {"campaign.status": maps.get("values")}),
    }


def status(values: Any, value: Any) -> Any:
    """Return what a campaign's status becomes."""
    return sent(ads(values=values), {**AD, "state": value})["campaign"]["status"]


@pytest.mark.parametrize("value", ["on", "ON", "On", " on ", "on\n"])
def test_a_value_is_found_whatever_its_case_and_outer_blanks(value: str) -> None:
    """Sources change how they write a status more often than what it means."""
    assert status({"On": "ACTIVE"}, value) == "ACTIVE"


def test_an_exact_value_goes_before_one_in_another_case() -> None:
    """Ids may differ in nothing but their case."""
    values = {"a": "ACTIVE", "A": "PAUSED"}
    assert (status(values, "a"), status(values, "A")) == ("ACTIVE", "PAUSED")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (1, 1),
        (1, "1"),
        ("1", 1),
        (1, 1.0),
        (True, True),
        ("true", True),
        (True, "TRUE"),
        ("STRASSE", "straße"),
        ("false", False),
    ],
)
def test_a_value_is_found_whatever_type_yaml_or_the_tap_gives_it(key: Any, value: Any) -> None:
    """YAML reads `yes: x` as true, and taps send ids as numbers or as text."""
    assert status({key: "ACTIVE"}, value) == "ACTIVE"


def test_a_value_that_is_not_named_is_a_reject_that_says_what_to_do() -> None:
    """A new status must neither be guessed nor dropped; the value itself is not repeated."""
    found = refused(ads(values={"on": "ACTIVE"}), {**AD, "state": "secret@example.com"})
    assert found.code == "TW-ADS-CAMPAIGN_STATUS-UNMAPPED_VALUE"
    assert "`value_maps`" in told(found)
    assert '"*"' in told(found)
    assert "secret" not in told(found)


def test_all_others_are_named_by_an_asterisk_only_where_it_is_asked_for() -> None:
    """What is named itself goes before it."""
    values = {"on": "ACTIVE", "*": "PAUSED"}
    assert (status(values, "on"), status(values, "whatever")) == ("ACTIVE", "PAUSED")


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_null_leaves_the_field_out(nothing: Any) -> None:
    """A status that the API has no word for need not cost the record."""
    route = orders({"status": "state"}, value_maps={"status": {"x": nothing, "*": "open"}})
    assert "status" not in sent(route, {**ORDER, "state": "x"})
    assert sent(route, {**ORDER, "state": "y"})["status"] == "open"


@pytest.mark.parametrize("value", [None, "", "  ", "\0"])
def test_an_empty_value_needs_no_name(value: Any) -> None:
    """It is not there: it takes neither the map's word nor that for all others."""
    route = orders({"status": "state"}, value_maps={"status": {"*": "open"}})
    assert "status" not in sent(route, {**ORDER, "state": value})


def test_a_default_is_the_apis_word_already() -> None:
    """It does not go through the map, whose names are the source's."""
    route = orders({"status": "state"}, value_maps={"status": {"x": "y"}})
    assert sent({**route, "defaults": {"status": "open"}}, ORDER)["status"] == "open"


SUBSCRIPTION = {
    "subscription_id": "S",
    "created_at": "2026-03-04T05:06:07Z",
    "currency": "EUR",
    "customer": {"id": "1", "email": "ann@example.com"},
    "status": "running",
}
ITEM = {
    "created_at": "2026-03-04T05:06:07Z",
    "interval": "month",
    "interval_count": 1,
    "price": 1,
    "quantity": 1,
}


def subscription(*states: str | None) -> dict[str, Any]:
    """Return a subscription with an item in each state."""
    items = [
        {**ITEM, "subscription_item_id": number, "status": state}
        for number, state in enumerate(states, start=1)
    ]
    return {**SUBSCRIPTION, "subscription_items": items}


@pytest.mark.parametrize("nested", [False, True])
def test_a_path_through_a_list_maps_each_of_its_items(nested: bool) -> None:  # noqa: FBT001
    """Meltano hands a dotted name over as nested ones."""
    values = {"on": "active", "off": "canceled"}
    maps = {"subscription_items": {"status": values}}
    route = {
        "endpoint": "subscriptions",
        "value_maps": maps if nested else {"subscription_items.status": values},
    }
    found = sent(route, subscription("on", "OFF"))["subscription_items"]
    assert [one["status"] for one in found] == ["active", "canceled"]
    rejected = refused(route, subscription("on", "odd"))
    assert rejected.code == "TW-SUBSCRIPTIONS-SUBSCRIPTION_ITEMS_STATUS-UNMAPPED_VALUE"
    assert rejected.reasons[0].field == "subscription_items.1.status"


def test_values_with_dots_are_found_as_meltano_hands_them_over() -> None:
    """`a.b: ACTIVE` arrives as `a: {b: ACTIVE}`."""
    assert status({"a": {"b": "ACTIVE"}, "a.c": "PAUSED"}, "a.b") == "ACTIVE"
    assert status({"a": {"b": "ACTIVE"}, "a.c": "PAUSED"}, "a.c") == "PAUSED"


def test_records_that_are_taken_by_name_go_through_the_map_too() -> None:
    """`fields` is not needed to map a value."""
    route = {"endpoint": "subscriptions", "value_maps": {"status": {"running": "active"}}}
    assert sent(route, subscription("active"))["status"] == "active"


def test_the_record_that_was_read_stays_as_it_was() -> None:
    """Two routes may read it, and a reject keeps it."""
    record = subscription("on")
    route = {
        "endpoint": "subscriptions",
        "value_maps": {"subscription_items.status": {"on": "active"}},
    }
    sent(route, record)
    assert record == subscription("on")
