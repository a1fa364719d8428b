"""Whole runs against a sandbox behind a real socket that misbehaves by script."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.sandbox import Keys
from tests.whole_runs import Finished, Runner, order, records, rows, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served

    Serving = Callable[..., Served]

BULK = "/data-in/bulk-orders"
ORDERS = [schema("orders", "order_id"), *records("orders", *(order(n) for n in range(8)))]
CUSTOMERS = [
    schema("customers", "id"),
    *records("customers", *({"id": str(number)} for number in range(8))),
]
LAST = [state(done=1)]


def answered(folder: Path) -> list[int]:
    """Return the statuses of all Data-In requests, in their order."""
    with closing(sqlite3.connect(f"file:{folder / 'served.db'}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT status FROM requests WHERE path LIKE '%data-in%' ORDER BY n"
        )
        return [status for (status,) in found]


@pytest.fixture
def faulty(tmp_path: Path, serving: Serving) -> Callable[..., Finished]:
    """Run lines against a sandbox with a script of faults."""

    def run(lines: list[Any], *faults: dict[str, Any], **options: Any) -> Finished:
        is_whole = options.pop("is_whole", True)
        served = serving(faults=list(faults), **options.pop("serving", {}))
        return Runner(tmp_path, served.url)(lines, is_whole=is_whole, **options)

    return run


Faulty = "Callable[..., Finished]"


@pytest.mark.parametrize("lines", [ORDERS, CUSTOMERS], ids=["bulk", "single"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"Retry-After": "0"}},
        {"status": 429},
        {"status": 502},
        {"status": 503, "headers": {"Retry-After": "1"}},
        {"status": 504, "text": "<html>gateway</html>"},
        {"status": 500},
        {"status": 200, "text": "<html>welcome</html>"},
        {"status": 400, "text": "<html>what</html>"},
        {"cut": "before"},
        {"cut": "after"},
        {"status": 500, "keep": True},
    ],
    ids=lambda fault: "-".join(str(one) for one in fault.values())[:30],
)
def test_a_fault_that_passes_loses_and_repeats_nothing(
    faulty: Any, tmp_path: Path, lines: list[Any], fault: dict[str, Any]
) -> None:
    """Whatever happens to one request, each record is stored once in the end."""
    done = faulty(lines + LAST, {**fault, "nth": [1, 2]})
    assert done.code == 0
    assert done.states == [{"done": 1}]
    table = "orders_table" if lines is ORDERS else "customers_table"
    assert len(rows(tmp_path / "served.db", table)) == 8


def test_no_request_is_sent_inside_a_retry_after(faulty: Any, tmp_path: Path) -> None:
    """The server's wish to wait holds back every request, not only the one answered."""
    fault = {"status": 429, "headers": {"Retry-After": "2"}, "nth": 3}
    began = time.monotonic()
    done = faulty(CUSTOMERS + LAST, fault, max_concurrency=2)
    assert done.code == 0
    assert time.monotonic() - began > 2
    with closing(sqlite3.connect(tmp_path / "served.db")) as connection, connection:
        (inside,) = connection.execute(
            "SELECT count(*) FROM requests WHERE inside_retry_after"
        ).fetchone()
    assert inside <= 1, "only what was in flight already"


def test_out_of_tries_is_no_reject_and_state_stays(faulty: Any) -> None:
    """A record is rejected for what it is, never because the network was down."""
    lines = [ORDERS[0], ORDERS[1], state(a=1), *ORDERS[2:], *LAST]
    fault = {"status": 503, "from": 2}
    one_by_one = {"batch_size_rows": 1, "max_concurrency": 1}
    done = faulty(lines, fault, max_retries=2, is_whole=False, **one_by_one)
    assert done.code == 1
    assert done.states == [{"a": 1}]
    assert done.rejects == []
    assert "3 tries" in done.log


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"test-key-a1b2c3d4e5": {"scopes": ["ads:write"]}}, ["403", "orders:write", "Settings"]),
        ({"test-key-a1b2c3d4e5": {"shops": ["other.com"]}}, ["403", "letter for letter"]),
        ({"another": {}}, ["401", "revoked", "api_key"]),
    ],
)
def test_a_refused_key_halts_at_once_with_the_remedy(
    faulty: Any, tmp_path: Path, keys: dict[str, Any], words: list[str]
) -> None:
    """No try helps, so the user is told which of the known causes to look at."""
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    known = Keys.load(tmp_path / "keys.json")
    done = faulty(ORDERS + LAST, serving={"keys": known}, is_whole=False)
    assert done.code == 1
    assert done.states == []
    assert len(answered(tmp_path)) == 1
    for word in words:
        assert word in done.log


def test_a_wrong_address_halts(run: Runner) -> None:
    """404 anywhere but on a survey says that `api_url` is wrong."""
    done = run(ORDERS, api_url=run.config["api_url"].replace("v2", "v9"), is_whole=False)
    assert done.code == 1
    assert "api_url" in done.log


def test_a_bulk_answer_is_settled_order_by_order(faulty: Any, tmp_path: Path) -> None:
    """A 400 on a bulk request is a partial success."""
    answer = {"success": False, "message": "Validation errors"}
    refused = {"status": 400, "keep": True, "nth": 1}
    errors = [{"order_id": "A-3", "error": "currency is unknown"}]
    done = faulty(ORDERS + LAST, {**refused, "body": {**answer, "errors": errors}})
    assert done.counts("orders:orders") == {"read": 8, "delivered": 7, "rejected": 1}
    (rejected,) = done.rejects
    assert rejected["record"]["order_id"] == "A-3"
    assert rejected["rejected"]["reasons"][0]["problem"] == "currency is unknown"
    assert rejected["rejected"]["status"] == 400
    assert len(answered(tmp_path)) == 1


@pytest.mark.parametrize(
    "errors", [None, [], [{"error": "one of them is wrong"}], ["order A-5 is bad"]]
)
def test_an_unclear_bulk_answer_is_halved_until_each_order_has_its_verdict(
    faulty: Any, tmp_path: Path, errors: Any
) -> None:
    """Nobody may be rejected, or called delivered, on a guess."""
    body = {"success": False, "message": "Validation errors", "errors": errors}
    fault = {"status": 400, "body": body, "keep": False, "order_id": "A-5"}
    done = faulty(ORDERS + LAST, fault)
    assert done.counts("orders:orders") == {"read": 8, "delivered": 7, "rejected": 1}
    assert done.rejects[0]["record"]["order_id"] == "A-5"
    assert len(rows(tmp_path / "served.db", "orders_table")) == 7


def test_an_order_that_makes_every_bulk_request_fail_is_found(faulty: Any, tmp_path: Path) -> None:
    """A poisoned order costs some requests, and only itself."""
    done = faulty(ORDERS + LAST, {"status": 500, "order_id": "A-5"})
    assert done.code == 0
    assert done.counts("orders:orders") == {"read": 8, "delivered": 7, "rejected": 1}
    assert done.codes("orders:orders") == {"TW-ORDERS-RECORD-SERVER_FAULT": 1}
    assert len(rows(tmp_path / "served.db", "orders_table")) == 7


def test_a_bulk_request_that_is_too_large_is_halved(faulty: Any, tmp_path: Path) -> None:
    """The size limit of a bulk body is not documented."""
    done = faulty(ORDERS + LAST, {"status": 413, "to": 1})
    assert done.counts("orders:orders") == {"read": 8, "delivered": 8}
    assert len(answered(tmp_path)) == 3


def test_everything_at_500_halts_and_names_the_shop(faulty: Any) -> None:
    """That often means an unknown shop; no record is to blame."""
    done = faulty(CUSTOMERS + LAST, {"status": 500}, is_whole=False)
    assert done.code == 1
    assert done.states == []
    assert done.rejects == []
    assert "does not know shop example.myshopify.com" in done.log


def test_an_outage_in_the_middle_rejects_nobody(faulty: Any) -> None:
    """500 for all that is left says something about the server, not about the records."""
    fault = {"status": 500, "from": 4}
    done = faulty(CUSTOMERS + LAST, fault, is_whole=False)
    assert done.code == 1
    assert done.states == []
    assert done.rejects == []


def test_an_event_over_three_kilobytes_is_rejected_alone(run: Runner, tmp_path: Path) -> None:
    """The limit is on the body as sent."""
    events = [
        {"type": "custom", "event_name": "e", "timestamp": 1, "email": "a@b.de", "note": "x" * size}
        for size in (10, 4000)
    ]
    for event, moment in zip(events, (1_700_000_000, 1_700_000_001), strict=True):
        event["timestamp"] = moment
    done = run([schema("events", "type"), *records("events", *events)])
    assert done.codes("events:events") == {"TW-EVENTS-RECORD-TOO_LARGE": 1}
    assert len(rows(tmp_path / "served.db", "pixel_custom_events_table")) == 1


def test_a_survey_without_its_order_is_rejected_with_what_to_do(
    run: Runner,
) -> None:
    """Orders show after some minutes, so the same file may be sent again."""
    answers = [{"order_id": one, "response": "TV", "question_id": "q"} for one in ("A-1", "Z")]
    lines = [ORDERS[0], *records("orders", order(1)), schema("pps", "order_id")]
    done = run([*lines, *records("pps", *answers)])
    assert done.counts("pps:pps") == {"read": 2, "delivered": 1, "rejected": 1}
    assert done.codes("pps:pps") == {"TW-PPS-ORDER_ID-UNKNOWN": 1}
    assert "20 minutes" in done.rejects[0]["rejected"]["reasons"][0]["problem"]


def test_rejects_are_sent_again_along_the_route_that_failed(run: Runner, tmp_path: Path) -> None:
    """After mending the mapping only what failed goes out again."""
    streams: dict[str, Any] = {
        "contacts": [
            {"endpoint": "customers", "fields": {"customer_id": "id"}},
            {
                "endpoint": "events",
                "defaults": {"type": "lead"},
                "fields": {"profileIdentifiers.email": "mail", "timestamp": "at"},
            },
        ]
    }
    people = [
        {"id": "1", "mail": "a@example.com", "at": "2026-01-01T00:00:00Z"},
        {"id": "2", "e_mail": "b@example.com", "at": "2026-01-01T00:00:00Z"},
    ]
    contacts = [schema("contacts", "id", keys=["id"]), *records("contacts", *people)]
    first = run(contacts, streams=streams)
    assert first.counts("contacts:events") == {"read": 2, "delivered": 1, "rejected": 1}
    (file,) = (tmp_path / "rejects").glob("*.jsonl")
    again = run(file, streams=streams)
    assert again.counts("contacts:events") == {"read": 1, "rejected": 1}
    assert again.rejects[0]["record"] == people[1]
    streams["contacts"][1]["fields"]["profileIdentifiers.email"] = "mail || e_mail"
    (tmp_path / "config.json").write_text(json.dumps({**run.config, "streams": streams}))
    done = run.execute(["rejects", "retry", str(file), "--config", "config.json"], b"")
    assert done.code == 0, done.log
    assert len(rows(tmp_path / "served.db", "customers_table")) == 2
    assert len(rows(tmp_path / "served.db", "pixel_custom_events_table")) == 2


def test_a_torn_last_line_of_a_rejects_file_is_passed_over(run: Runner, tmp_path: Path) -> None:
    """A killed run leaves one; STATE is behind it, so nothing is lost."""
    run([ORDERS[0], *records("orders", order(1, currency=""), order(2, currency=""))])
    (file,) = (tmp_path / "rejects").glob("*.jsonl")
    torn = file.read_bytes()[:-40]
    done = run.execute(["--config", "config.json"], torn)
    assert "torn" in done.log
    assert done.code == 0


def test_a_second_run_changes_nothing(run: Runner, tmp_path: Path) -> None:
    """Identities and event ids are the same for ever, so a repeat is harmless."""
    lead = {"id": 7, "email": "A@b.de", "timestamp": "2026-01-01T00:00:00+02:00"}
    lines = [*ORDERS, *CUSTOMERS, schema("leads", "id", keys=["id"]), *records("leads", lead)]
    tables = ("orders_table", "customers_table", "pixel_custom_events_table")

    def kept() -> list[Any]:
        found = [rows(tmp_path / "served.db", table) for table in tables]
        return [[{**row, "updated_at": None} for row in table] for table in found]

    run(lines)
    first = kept()
    run(lines)
    assert kept() == first
    assert [len(table) for table in first] == [8, 8, 1]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_later_record_of_the_same_identity_wins(run: Runner, tmp_path: Path, size: int) -> None:
    """Whether it takes the place of one that waits, or overwrites one that was sent."""
    versions = [order(1, order_revenue=number) for number in range(5)]
    done = run([ORDERS[0], *records("orders", *versions), *LAST], batch_size_rows=size)
    counts = done.counts("orders:orders")
    assert counts["read"] == counts["delivered"] + counts["superseded"] == 5
    (row,) = rows(tmp_path / "served.db", "orders_table")
    assert row["order_revenue"] == 4
    assert "group_rows" in done.log


def test_state_goes_out_as_soon_as_it_is_true_and_always_the_last(faulty: Any) -> None:
    """Not only at the end, never an empty one, never one twice."""
    slow = {"path": "/bulk-orders", "order_id": "A-4", "delay": 1}
    lines = [ORDERS[0], state(), *ORDERS[1:4], state(a=1), *ORDERS[4:6], state(a=2), state(a=2)]
    done = faulty(lines, slow, batch_size_rows=1)
    assert done.states[0] == {"a": 1}
    assert done.states[-1] == {"a": 2}
    assert {} not in done.states


def test_what_the_api_says_of_a_person_stays_out_of_the_log(faulty: Any) -> None:
    """Its own words go to the rejects file as they are, which only the user may read."""
    words = "Invalid customer: ann@example.com, +1 (202) 555-0147"
    fault = {"status": 400, "body": {"success": False, "message": words}, "nth": 1}
    lines = [CUSTOMERS[0], *records("customers", {"id": "+12025550147"}, {"id": "2"})]
    done = faulty(lines + LAST, fault)
    assert "rejected (TW-CUSTOMERS-RECORD-REFUSED)" in done.log
    assert "ann@" not in done.log
    assert "555-0147" not in done.log
    assert "5550147" not in done.log
    assert done.rejects[0]["rejected"]["reasons"][0]["problem"] == words


def test_the_report_tells_what_was_sent_when(faulty: Any) -> None:
    """Its totals are the service's own: every request, every refusal, every record."""
    done = faulty(ORDERS + LAST, {"status": 502, "nth": 1}, batch_size_rows=4)
    told = done.report["timeline"]
    assert told["limits"] == {"requests": 25000, "events": 1000}
    sent = {kind: sum(numbers) for kind, numbers in told["endpoints"]["orders"].items()}
    assert sent == {"requests": 3, "records": 8, "refused": 1}
