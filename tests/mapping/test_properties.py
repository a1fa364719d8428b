"""Which columns become extra properties of custom events, and what becomes of an event's type."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.mapping.mapper import Mapped
from tests.mapping.language import STREAM, complaints, mapper, refused, sent, told

FIELDS = {"type": "stage", "profileIdentifiers.email": "mail", "timestamp": "at", "eventId": "ref"}
EVENT = {"mail": "ann@example.com", "at": 1_767_225_600, "ref": "E-1", "stage": "lead"}
KNOWN = {"type", "event_name", "profileIdentifiers", "timestamp", "eventId", "shop"}


def events(**keys: Any) -> dict[str, Any]:
    """Return a route of events."""
    return {"endpoint": "events", "fields": FIELDS, "as_custom": True, **keys}


def extras(entry: Any, **columns: Any) -> dict[str, Any]:
    """Return what of a record's columns became properties."""
    body = sent(entry, {**EVENT, **columns})
    return {name: value for name, value in body.items() if name not in KNOWN}


def test_only_columns_that_are_named_become_properties() -> None:
    """What a CRM holds of a person must not go out by accident."""
    assert extras(events(properties=["plan"]), plan="gold", note="private") == {"plan": "gold"}
    assert extras(events(properties="plan"), plan="gold", note="private") == {"plan": "gold"}
    assert extras(events(), plan="gold") == {}


def test_an_asterisk_takes_every_column_that_the_mapping_does_not_read() -> None:
    """What is in the event already is not sent twice."""
    found = extras(events(properties="*"), plan="gold", seats=3, is_new=True, share=0.5)
    assert found == {"plan": "gold", "seats": 3, "is_new": True, "share": pytest.approx(0.5)}


def test_a_column_that_the_mapping_reads_may_be_named_too() -> None:
    """A stage is the event's type, and a property that people filter by."""
    assert extras(events(properties=["stage", "plan"]), plan=1) == {"stage": "lead", "plan": 1}


@pytest.mark.parametrize("nothing", [None, "", "  ", "\0"])
@pytest.mark.parametrize("properties", ["*", ["plan"]])
def test_an_empty_column_is_no_property(properties: Any, nothing: Any) -> None:
    """It would say that there is a plan."""
    assert extras(events(properties=properties), plan=nothing) == {}


def test_columns_of_the_pipeline_itself_are_never_sent() -> None:
    """`_sdc_*` columns say nothing about the event."""
    assert extras(events(properties="*"), _sdc_sequence=5) == {}


def test_what_is_nested_is_no_property_and_is_told_as_unused() -> None:
    """The API takes numbers, text, true and false only."""
    found = mapper(events(properties="*")).map({**EVENT, "more": {"a": 1}, "tags": [1]}, None)
    assert isinstance(found, Mapped)
    assert found.unused == {"more", "tags"}


@pytest.mark.parametrize("name", ["shop", "source", "campaign", "Type", "timestamp "])
def test_a_column_called_like_a_field_of_events_is_no_property(name: str) -> None:
    """With `*` none may become the event's shop or source unasked; a second type has no place."""
    found = mapper(events(properties="*"), shops=frozenset({"example.com", "evil"}))
    mapped = found.map({**EVENT, name: "evil"}, None)
    assert isinstance(mapped, Mapped), mapped
    body = sent(events(properties="*"), {**EVENT, name: "evil"})
    assert body["shop"] == "example.com"
    assert body.get("source") is None
    assert body.get("campaign") is None


def test_nul_bytes_and_lone_surrogates_are_taken_out_of_properties() -> None:
    """Neither can be stored."""
    assert extras(events(properties="*"), plan="go\0ld", team="\ud800x") == {
        "plan": "gold",
        "team": "\ufffdx",
    }


def test_an_event_of_a_type_that_the_api_has_carries_no_properties() -> None:
    """Only custom events may; the columns are told as unused."""
    found = mapper(events(as_custom=False, properties="*")).map({**EVENT, "plan": "gold"}, None)
    assert isinstance(found, Mapped)
    assert b"gold" not in found.body
    assert found.unused == {"plan"}


def test_a_column_that_other_fields_read_is_used_whatever_the_type() -> None:
    """The log must not say of the stage that made the type that no route uses it."""
    entry = events(as_custom=False, properties=["stage", "plan"], event_key="deal")
    found = mapper(entry).map(EVENT | {"deal": "D-1", "plan": "gold"}, None)
    assert isinstance(found, Mapped)
    assert found.unused == {"plan"}


@pytest.mark.parametrize(
    ("stage", "as_custom", "kind", "name"),
    [
        ("lead", True, "custom", "lead"),
        ("lead", "other_types", "lead", None),
        (" MQL ", "other_types", "mql", None),
        ("Proposal sent", "other_types", "custom", "Proposal sent"),
        ("lead", False, "lead", None),
    ],
)
def test_a_type_is_kept_or_becomes_the_name_of_a_custom_event(
    stage: str, as_custom: Any, kind: str, name: str | None
) -> None:
    """`as_custom` is for all, for those that the API has no type for, or for none."""
    body = sent(events(as_custom=as_custom), {**EVENT, "stage": stage})
    assert (body["type"], body.get("event_name")) == (kind, name)


def test_a_type_that_the_api_does_not_have_is_a_reject() -> None:
    """Nobody asked for a custom event."""
    found = refused(events(as_custom=False), {**EVENT, "stage": "Proposal sent"})
    assert found.code == "TW-EVENTS-TYPE-UNKNOWN_VALUE"
    assert "book_demo" in told(found)


def test_without_fields_a_custom_event_keeps_what_comes_by_name() -> None:
    """As the API's older shape does; `properties` narrows it."""
    event: dict[str, Any] = {"type": "custom", "event_name": "won", "email": "ann@example.com"}
    event |= {"timestamp": 1_767_225_600, "eventId": "1", "plan": "gold", "note": "private"}
    assert sent({"endpoint": "events"}, event)["note"] == "private"
    narrowed = sent({"endpoint": "events", "properties": ["plan"]}, event)
    assert (narrowed["plan"], narrowed.get("note")) == ("gold", None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"properties": ["*", "plan"]}, "must be a list of columns, or `*` alone"),
        ({"properties": [1]}, "must be a column's name, or a list of them"),
        ({"properties": {"plan": 1}}, "must be a column's name, or a list of them"),
        ({"properties": ["source"]}, "`source` is a field of events; give it under `fields`"),
        ({"as_custom": "yes"}, "must be true, false, or other_types"),
    ],
)
def test_what_is_wrong_is_said_before_the_first_record(given: Any, said: str) -> None:
    """Each sentence names the key."""
    (found,) = complaints({STREAM: events(**given)})
    assert said in found
    assert found.startswith(f"streams.{STREAM}.{next(iter(given))}: ")


@pytest.mark.parametrize("key", ["properties", "event_key", "as_custom"])
def test_what_is_for_events_is_refused_elsewhere(key: str) -> None:
    """It would do nothing, and its user believe that it does."""
    (found,) = complaints(
        {STREAM: {"endpoint": "orders", key: True if key == "as_custom" else "a"}}
    )
    assert "is for events only" in found
