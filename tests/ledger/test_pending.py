"""Rejected records wait in the ledger, and the next run sends them again before its input."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night, requests
from tests.ledger.pending import (
    CUSTOMERS,
    bare,
    customers,
    ids,
    refusing,
    retried,
    waiting,
)
from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]
    Serving = Callable[..., Served]


# Sent again


def test_a_rejected_record_is_sent_again_before_the_input(
    run: Runner, stored: Stored, ledger_url: str
) -> None:
    """Through today's settings: what was missing is there now, and it waits no more."""
    first = run(night(order(0), bare(1)), ledger_url=ledger_url)
    assert first.counts(ORDERS) == {"read": 2, "delivered": 1, "rejected": 1}
    assert ids(run, url=ledger_url) == [("A-1", 1)]
    again = run(night(order(2)), ledger_url=ledger_url, currency="EUR", batch_size_rows=1)
    assert again.code == 0, again.log
    assert retried(again) == {ORDERS: {"read": 1, "delivered": 1}}
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert waiting(run, ledger_url) == []
    assert [one["order_id"] for one in stored("orders_table")] == ["A-0", "A-1", "A-2"]
    third = run(night(order(3)), ledger_url=ledger_url, currency="EUR")
    assert retried(third) == {}


def test_what_the_api_refused_is_sent_again(run: Runner, serving: Serving) -> None:
    """The API may think otherwise the next night."""
    refusing(run, serving, "customers", nth=1)
    first = run(customers({"customer_id": "C-1"}), ledger_url=LEDGER)
    assert first.counts(CUSTOMERS) == {"read": 1, "rejected": 1}
    again = run(customers({"customer_id": "C-2"}), ledger_url=LEDGER)
    assert retried(again) == {CUSTOMERS: {"read": 1, "delivered": 1}}
    assert again.counts(CUSTOMERS) == {"read": 1, "delivered": 1}
    assert waiting(run) == []


def test_what_is_rejected_again_waits_on(run: Runner, ledger_url: str) -> None:
    """Each run counts a try; the input is good, so the run is, whatever `max_rejects` says."""
    run(night(bare(1)), ledger_url=ledger_url)
    for tries in (2, 3):
        again = run(night(order(tries)), ledger_url=ledger_url, max_rejects=0)
        assert again.code == 0, again.log
        assert again.rejects == []
        assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
        assert retried(again) == {ORDERS: {"read": 1, "rejected": 1}}
        assert "rejected again, of earlier runs: 1" in again.log
        assert ids(run, url=ledger_url) == [("A-1", tries)]


def test_many_that_wait_for_one_reason_do_not_halt_a_run(run: Runner) -> None:
    """A mistake in the mapping is one of the run that reads; here it was told already."""
    run(night(order(99), *map(bare, range(25))), ledger_url=LEDGER)
    for _ in range(2):
        again = run(night(order(99)), ledger_url=LEDGER, max_rejects=1)
        assert again.code == 0, again.log
        assert retried(again) == {ORDERS: {"read": 25, "rejected": 25}}
    assert len(waiting(run)) == 25


@pytest.mark.parametrize("others", [(), (100,)], ids=["nothing_else", "others"])
def test_many_that_the_server_fails_on_do_not_halt_a_run(
    run: Runner, serving: Serving, others: tuple[int, ...]
) -> None:
    """They are met first, before anything has shown that the server works."""
    rule = {"path": "bulk-orders", "status": 500}
    faults = [{**rule, "order_id": f"A-{number}"} for number in range(25)]
    run.config["api_url"] = serving(faults=faults).url
    first = run(night(order(99), *map(order, range(25))), ledger_url=LEDGER)
    assert first.counts(ORDERS) == {"read": 26, "delivered": 1, "rejected": 25}
    again = run(night(order(99), *map(order, others)), ledger_url=LEDGER)
    assert again.code == 0, again.log
    assert retried(again) == {ORDERS: {"read": 25, "rejected": 25}}
    assert len(waiting(run)) == 25


def test_it_may_be_left_undone(run: Runner) -> None:
    """They wait as they are."""
    run(night(bare(1)), ledger_url=LEDGER)
    again = run(night(order(2)), ledger_url=LEDGER, currency="EUR", retry_rejects=False)
    assert retried(again) == {}
    assert ids(run) == [("A-1", 1)]


def test_only_the_route_that_failed_is_taken_again(run: Runner, stored: Stored) -> None:
    """The other one has what it got."""
    event = {
        "endpoint": "events",
        "defaults": {"type": "lead"},
        "fields": {"profileIdentifiers.externalId": "id", "timestamp": "`2026-03-04T05:06:07Z`"},
    }
    customer = {"endpoint": "customers", "fields": {"customer_id": "id", "created_at": "made"}}
    lines = [schema("people", "id", "made", keys=["id"]), *records("people", {"id": "P"})]
    streams = {"people": [customer, event]}
    bad = {**customer, "value_maps": {"customer_id": {"Q": "Q"}}}
    first = run(lines, ledger_url=LEDGER, streams={"people": [bad, event]})
    assert first.counts("people:customers") == {"read": 1, "rejected": 1}
    assert first.counts("people:events") == {"read": 1, "delivered": 1}
    again = run([schema("people", "id", "made")], ledger_url=LEDGER, streams=streams)
    assert retried(again) == {"people:customers": {"read": 1, "delivered": 1}}
    assert len(stored("pixel_custom_events_table")) == 1
    assert waiting(run) == []


def test_an_event_has_the_same_id_when_it_is_sent_again(
    run: Runner, serving: Serving, stored: Stored
) -> None:
    """An event that was taken after all, and answered wrongly, must not happen twice."""
    refusing(run, serving, "event", nth=1, keep=True)
    lead = {"email": "ann@example.com", "timestamp": "2026-03-04T05:06:07Z"}
    first = run([schema("leads"), *records("leads", lead)], ledger_url=LEDGER)
    assert first.counts("leads:events") == {"read": 1, "rejected": 1}
    (kept,) = stored("pixel_custom_events_table")
    again = run([schema("leads")], ledger_url=LEDGER)
    assert retried(again) == {"leads:events": {"read": 1, "delivered": 1}}
    assert {one["eventId"] for one in stored("pixel_custom_events_table")} == {kept["eventId"]}
    assert waiting(run) == []


# Read again


@pytest.mark.parametrize("keys", [("order_id",), ()])
def test_a_later_version_takes_its_place(run: Runner, keys: tuple[str, ...]) -> None:
    """Delivered, rejected again, or left out: the version that was read last counts."""

    def given(*orders: dict[str, Any]) -> list[dict[str, Any]]:
        return [schema("orders", keys=keys), *records("orders", *orders)]

    run(given(*(bare(number) for number in "1234")), ledger_url=LEDGER)
    assert [tries for _, tries in waiting(run)] == [1] * 4
    route = {"endpoint": "orders", "where": "status != 'draft'", "fields": {"*": "@"}}
    done = run(
        given(order(1), bare(2, order_revenue=12), bare(3, status="draft")),
        ledger_url=LEDGER,
        streams={"orders": route},
    )
    assert done.counts(ORDERS) == {"read": 3, "delivered": 1, "filtered": 1, "rejected": 1}
    assert [(one["order_id"], one["order_revenue"], n) for one, n in waiting(run)] == [
        ("A-4", 10.5, 2),
        ("A-2", 12, 2),
    ]


def test_a_version_that_the_api_has_lets_the_rejected_one_go(run: Runner) -> None:
    """It was changed back at the source."""
    run(night(order(1)), ledger_url=LEDGER)
    run(night(bare(1)), ledger_url=LEDGER)
    assert ids(run) == [("A-1", 1)]
    done = run(night(order(1)), ledger_url=LEDGER)
    assert done.counts(ORDERS) == {"read": 1, "unchanged": 1}
    assert waiting(run) == []


def test_a_record_without_any_id_is_known_by_its_content(run: Runner) -> None:
    """Whenever it was read: a nightly export must not pile up copies of it."""
    nameless = bare(1, order_id=None)
    for night_of in ("2026-05-01T00:00:00Z", "2026-05-02T00:00:00Z"):
        found = [one | {"time_extracted": night_of} for one in records("orders", nameless)]
        run([schema("orders"), *found, *records("orders", order(2))], ledger_url=LEDGER)
    assert [tries for _, tries in waiting(run)] == [2]


def test_what_is_named_otherwise_today_does_not_wait_under_its_old_name(run: Runner) -> None:
    """The mapping has found its id since."""
    lines = [
        schema("sales", "number"),
        *records("sales", {**order(1, order_id=None), "number": "N-1"}),
    ]
    fields = {"*": "@", "order_id": "nothing"}
    first = run(
        lines, ledger_url=LEDGER, streams={"sales": {"endpoint": "orders", "fields": fields}}
    )
    assert first.counts("sales:orders") == {"read": 1, "rejected": 1}
    fields = {"*": "@", "order_id": "number"}
    again = run(
        [schema("sales", "number")],
        ledger_url=LEDGER,
        streams={"sales": {"endpoint": "orders", "fields": fields}},
    )
    assert retried(again) == {"sales:orders": {"read": 1, "delivered": 1}}
    assert waiting(run) == []


def test_orders_of_two_shops_wait_apart(run: Runner) -> None:
    """They may have the same number, and a stream without keys says no more."""
    shops = ["example.myshopify.com", "other.myshopify.com"]
    first = [bare(1, shop=shop) for shop in shops]
    run([schema("orders"), *records("orders", *first)], ledger_url=LEDGER, shops=shops)
    assert len(waiting(run)) == 2
    one = records("orders", order(1, shop=shops[1]))
    run([schema("orders"), *one], ledger_url=LEDGER, shops=shops)
    assert [record["shop"] for record, _ in waiting(run)] == shops[:1]


# Left waiting


@pytest.mark.parametrize(
    "settings",
    [
        {"streams": {"orders": "skip"}},
        {"streams": {"orders": {"endpoint": "customers"}}},
        {"shop": "other.myshopify.com"},
        {"platform_account_id": "second"},
        {"api_url": "sandbox:///other.db"},
    ],
)
def test_what_has_no_way_today_waits_on(run: Runner, settings: dict[str, Any]) -> None:
    """Above all it is not booked to another shop; the run goes on."""
    run(night(bare(1)), ledger_url=LEDGER)
    done = run(customers({"customer_id": "C"}), ledger_url=LEDGER, currency="EUR", **settings)
    assert done.code == 0, done.log
    assert done.counts(CUSTOMERS) == {"read": 1, "delivered": 1}
    assert retried(done) == {}
    assert ids(run) == [("A-1", 1)]


def test_a_stream_that_would_halt_a_run_today_waits_on(run: Runner) -> None:
    """Its entry is gone; the run reads other streams, and is none the worse for it."""
    streams = {"sales": {"endpoint": "orders"}, "gifts": {"endpoint": "orders"}}
    for stream in streams:
        lines = [schema(stream, keys=["order_id"]), *records(stream, bare(stream))]
        run(lines, ledger_url=LEDGER, streams=streams, retry_rejects=False)
    done = run(
        night(order(2)),
        ledger_url=LEDGER,
        currency="EUR",
        streams={"gifts": {"endpoint": "orders"}},
    )
    assert done.code == 0, done.log
    assert retried(done) == {"gifts:orders": {"read": 1, "delivered": 1}}
    assert ids(run) == [("A-sales", 1)]
    assert "1 of them stay" in done.log


# Runs that end early


def test_a_run_that_halts_loses_nothing_that_waits(run: Runner, serving: Serving) -> None:
    """What was not answered is sent again by the next one."""
    refusing(run, serving, "bulk-orders", status=401, nth=1)
    run(night(bare(1), bare(2)), ledger_url=LEDGER)
    halted = run(night(order(3)), ledger_url=LEDGER, currency="EUR")
    assert halted.code == 1
    assert ids(run) == [("A-1", 1), ("A-2", 1)]
    again = run(night(order(3)), ledger_url=LEDGER, currency="EUR")
    assert retried(again) == {ORDERS: {"read": 2, "delivered": 2}}
    assert waiting(run) == []


def test_a_reject_is_in_the_ledger_before_a_state_passes_it(run: Runner) -> None:
    """A run that ends right then would have lost it: no later one reads it again."""
    given = {**run.config, "ledger_url": LEDGER, "batch_size_rows": 1}
    (run.folder / "config.json").write_text(json.dumps(given))
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=run.folder, **pipes) as process:  # type: ignore[call-overload]
        lines = night(order(0), bare(1))
        process.stdin.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"at": 2}
        assert ids(run) == [("A-1", 1)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert ids(run) == [("A-1", 1)]


def test_no_state_passes_a_reject_that_the_ledger_did_not_take(run: Runner) -> None:
    """The record is read again then."""
    run(night(order(0)), ledger_url=LEDGER)
    with closing(sqlite3.connect(run.folder / "ledger.db")) as connection, connection:
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON triplewhale_rejects "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    some, more = (
        records("orders", *map(bare, range(150))),
        records("orders", *map(bare, range(200, 299))),
    )
    lines = [schema("orders"), *some, state(at=150), *more, state(at=249)]
    done = run(lines, is_whole=False, ledger_url=LEDGER)
    assert done.code == 1
    assert "its disk is full" in done.log
    assert done.states == []


# Stream maps


def test_a_renamed_stream_is_sent_again_under_its_new_name(run: Runner) -> None:
    """What was kept is the line of the tap, before any stream map."""
    settings: dict[str, Any] = {
        "ledger_url": LEDGER,
        "stream_maps": {"raw": {"__alias__": "orders", "note": "record['missing']"}},
    }
    lines = [schema("raw", "order_id", keys=["order_id"]), *records("raw", order(1))]
    first = run(lines, is_whole=False, **settings)
    assert first.codes(ORDERS) == {"TW-ORDERS-RECORD-STREAM_MAP": 1}
    assert ids(run) == [("A-1", 1)]
    run([lines[0]], **settings)
    assert ids(run) == [("A-1", 2)]
    settings["stream_maps"] = {"raw": {"__alias__": "orders"}}
    again = run([lines[0]], **settings)
    assert retried(again) == {ORDERS: {"read": 1, "delivered": 1}}
    assert waiting(run) == []


def test_two_streams_of_one_name_are_not_mixed(run: Runner) -> None:
    """Each has keys of its own."""
    maps = {"old": {"__alias__": "orders"}, "new": {"__alias__": "orders"}}
    first = records("old", {**bare(1), "id": "1"})
    other = records("new", {**order(2), "id": "1"})
    settings: dict[str, Any] = {"ledger_url": LEDGER, "stream_maps": maps, "is_whole": False}
    run([schema("old", "id", keys=["id"]), *first], **settings)
    run([schema("new", "id", keys=["id"]), *other], **settings)
    assert ids(run) == [("A-1", 2)]


def test_what_is_sent_again_costs_requests_only_once(run: Runner) -> None:
    """A version that the input brings as well goes in its place, where it still waits."""
    run(night(bare(1)), ledger_url=LEDGER)
    again = run(night(order(1, order_revenue=12)), ledger_url=LEDGER, currency="EUR")
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert retried(again) == {ORDERS: {"read": 1, "superseded": 1}}
    assert requests(run.folder) == [("/data-in/bulk-orders", 1)]
