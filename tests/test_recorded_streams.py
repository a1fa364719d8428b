"""Any tap output survives: what real taps printed runs through, and ends in exact numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from tests.exports import EXPORTS
from tests.recorded import (
    MAPPINGS,
    Numbers,
    Replayed,
    endpoints,
    expected,
    goes_by,
    mapped,
    mapping,
    says_to_go_by,
    source,
    told,
)
from tests.whole_runs import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Replay = Callable[[str], Replayed]

UNKNOWN = "TW-PPS-ORDER_ID-UNKNOWN"
"""The API's answer to an order that it does not know, which no record can foresee."""
BESIDE = ("for_want_of", "that_say", "kept")
"""What the table says beside a run's own numbers."""


@pytest.mark.parametrize("name", expected())
def test_a_recorded_file_ends_in_the_numbers_of_the_table(name: str, replay: Replay) -> None:
    """No record ends the run, and no number is a surprise."""
    ran = replay(name)
    assert ran.done.code == 0, ran.done.log
    assert told(ran.done) == _that_have_records(name)
    assert ran.done.states[-1] == ran.source.last_state()


@pytest.mark.parametrize("name", expected())
def test_what_counts_as_delivered_is_in_the_sandbox(name: str, replay: Replay) -> None:
    """The sandbox judges by its own contract: the target may send nothing that it refuses."""
    ran = replay(name)
    for endpoint in TABLES:
        rows = [routes.get(endpoint, {}) for routes in expected()[name].values()]
        assert len(ran.stored(endpoint)) == sum(map(_kept, rows)), endpoint
    unknown = _count_of(name, UNKNOWN)
    refused = ran.refusals()
    assert refused == [("/data-in/pps", "Order not found")] * unknown


REJECTING = [
    (name, stream, endpoint)
    for name, streams in expected().items()
    for stream, routes in streams.items()
    for endpoint, numbers in routes.items()
    if "rejected" in numbers and UNKNOWN not in numbers["rejected"]
]


@pytest.mark.parametrize(("name", "stream", "endpoint"), REJECTING)
def test_a_reject_is_true_of_its_record_and_of_no_other(
    name: str, stream: str, endpoint: str, replay: Replay
) -> None:
    """A false reason sends a user to mend what is not broken."""
    ran = replay(name)
    route = f"{stream}:{endpoint}"
    rejected = [one["record"] for one in ran.done.rejects if one["rejected"]["route"] == route]
    numbers = expected()[name][stream][endpoint]
    records = ran.source.records(stream)
    assert rejected == [one for one in records if _is_meant(one, numbers)]


def test_every_file_and_export_has_a_mapping_and_a_row(shared: Path) -> None:
    """A file that is added later must not go untested."""
    files = {path.stem for path in (shared / "data" / "singer").glob("*.jsonl")}
    assert mapped() == files | EXPORTS.keys()
    assert set(expected()) == files | EXPORTS.keys()


@pytest.mark.parametrize("name", expected())
def test_every_stream_has_a_row_with_its_preset_and_its_endpoints(
    name: str, shared: Path, tmp_path: Path
) -> None:
    """The table says where each stream goes and by what, records or none, and so it is."""
    streams = source(name, shared, tmp_path).streams()
    assert set(expected()[name]) == streams
    settings = mapping(name)
    for stream, routes in expected()[name].items():
        assert goes_by(settings, stream) == says_to_go_by(name, stream), stream
        assert endpoints(settings, stream) == set(routes), stream
    assert set(settings.get("streams", {})) <= streams


def test_a_mapping_holds_nothing_but_settings_a_user_could_write() -> None:
    """The runner's own settings must not be bent for one file."""
    kept_for_the_runner = {"api_url", "api_key", "shop", "rejects_path", "max_rejects"}
    for name in mapped():
        assert not kept_for_the_runner & set(mapping(name)), MAPPINGS / f"{name}.yml"


def test_an_order_is_of_the_day_that_the_source_says(replay: Replay) -> None:
    """Its time is a part of its identity: in another zone the revenue would count twice."""
    ran = replay("tap-csv__northwind")
    zone = ZoneInfo("America/Los_Angeles")
    assert {
        one["order_id"]: datetime.fromisoformat(one["created_at"]) for one in ran.stored("orders")
    } == {
        row["order_id"]: datetime.fromisoformat(row["order_date"]).replace(tzinfo=zone)
        for row in ran.source.records("northwind_orders")
    }


def test_a_guest_is_known_by_their_mail(replay: Replay) -> None:
    """In WooCommerce all guests are customer 0, who would be one customer with all their orders."""
    for name in ("woocommerce__tap-rest-api-msdk", "rest__woocommerce"):
        orders = replay(name).stored("orders")
        assert {one["customer"]["id"] for one in orders} == {"john.doe@example.com", "26"}


def test_a_woocommerce_export_keeps_its_order(replay: Replay) -> None:
    """A guest is customer 0, and `3/22/2017` can be read in one way only."""
    ran = replay("tap-csv__woo_export")
    (order,) = ran.stored("orders")
    assert (order["order_id"], order["order_revenue"], order["taxes"]) == ("727", 29.35, 1.35)
    assert order["created_at"] == "2017-03-22T23:28:02.000Z"
    assert order["customer"]["id"] == "john.doe@example.com"


@pytest.mark.parametrize(
    ("name", "columns", "created"),
    [
        ("tap-csv__ghl_exports", ("Email", "Phone", "Contact Id"), "Created"),
        ("tap-spreadsheets__ghl_exports", ("email", "phone", "contact_id"), "created"),
    ],
)
def test_leads_are_who_the_source_says_and_of_that_second(
    name: str, columns: tuple[str, str, str], created: str, replay: Replay
) -> None:
    """An event cannot be taken back: a mail in a phone's place would stay there for ever."""
    ran = replay(name)
    leads = [event for event in ran.stored("events") if event["type"] == "lead"]
    email, phone, contact_id = columns
    names = {"email": email, "phone": phone, "externalId": contact_id}
    assert {lead["timestamp"]: lead["profileIdentifiers"] for lead in leads} == {
        datetime.fromisoformat(row[created]).timestamp(): {
            key: row[column] for key, column in names.items() if row[column]
        }
        for row in ran.source.records("ghl_contacts")
        if row[email] or row[phone]
    }


def test_odd_cells_and_headers_arrive_mended(replay: Replay) -> None:
    """A NUL byte goes, the text around it stays; an id behind a byte order mark is found."""
    assert [one["name"] for one in replay("edge_tap-csv__nul").stored("orders")] == ["ab"]
    marked = replay("edge_tap-csv__bom").stored("orders")
    assert [one["order_id"] for one in marked] == ["1", "2"]
    assert [one["name"] for one in replay("csv__latin1").stored("orders")] == ["José P£20"]


def _that_have_records(name: str) -> dict[str, dict[str, Numbers]]:
    """Return the rows of the table that a run can tell of, without what it cannot."""
    without = {
        stream: {
            endpoint: {key: one for key, one in numbers.items() if key not in BESIDE}
            for endpoint, numbers in routes.items()
        }
        for stream, routes in expected()[name].items()
    }
    return {stream: routes for stream, routes in without.items() if any(routes.values())}


def _is_meant(record: dict[str, Any], numbers: Numbers) -> bool:
    wants = not any(record.get(column) for column in numbers["for_want_of"])
    says = numbers.get("that_say", {})
    return wants and all(record.get(column) == value for column, value in says.items())


def _kept(numbers: Numbers) -> int:
    return int(numbers.get("kept") or numbers.get("delivered") or 0)


def _count_of(name: str, code: str) -> int:
    rows = [numbers for routes in expected()[name].values() for numbers in routes.values()]
    return sum(numbers.get("rejected", {}).get(code, 0) for numbers in rows)
