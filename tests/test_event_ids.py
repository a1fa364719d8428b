"""What makes the id of an event, and what is refused because it would not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_runs import Runner, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

EVENTS = {"endpoint": "events", "defaults": {"type": "lead"}}
LEAD = {"id": 1, "email": "a@example.com", "timestamp": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize("key", ["id", ["id"], "properties.id", ["email", "properties.id"]])
def test_an_event_key_makes_the_id_whatever_else_changes(
    run: Runner, stored: Stored, key: Any
) -> None:
    """The id must never depend on a field that may change later."""
    first = {**LEAD, "properties": {"id": 7}}
    later = {**first, "timestamp": "2027-01-01T00:00:00Z", "note": "changed"}
    streams = {"crm": {**EVENTS, "event_key": key}}
    for version in (first, later):
        assert run([schema("crm", "id"), *records("crm", version)], streams=streams).code == 0
    assert len(stored("pixel_custom_events_table")) == 1


def test_an_event_key_that_a_record_lacks_is_a_reject(run: Runner) -> None:
    """Falling back to person and time would merge events that are not the same."""
    streams = {"crm": {**EVENTS, "event_key": "oportunity_id"}}
    done = run([schema("crm", "id"), *records("crm", LEAD)], streams=streams)
    assert done.codes("crm:events") == {"TW-EVENTS-EVENT_KEY-MISSING": 1}


def test_now_is_a_time_only_by_default_and_only_with_a_key(run: Runner) -> None:
    """Without a key the id of such an event would change with each run."""
    timeless = {"id": 1, "email": "a@example.com"}
    now = {"crm": {**EVENTS, "defaults": {"type": "lead", "timestamp": "now"}}}
    keyed = [schema("crm", "id", keys=["id"]), *records("crm", timeless)]
    keyless = [schema("crm", "id"), *records("crm", timeless)]
    assert run(keyed, streams=now).counts("crm:events")["delivered"] == 1
    assert run(keyless, streams=now).codes("crm:events") == {"TW-EVENTS-EVENT_KEY-MISSING": 1}
    own = [schema("crm", "id", keys=["id"]), *records("crm", {**timeless, "timestamp": "now"})]
    assert "TW-EVENTS-TIMESTAMP-UNREADABLE" in run(own, streams={"crm": EVENTS}).codes("crm:events")
