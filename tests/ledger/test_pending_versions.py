"""Of a record that waits, an older version never goes over a newer one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night
from tests.ledger.pending import (
    bare,
    refusing,
    retried,
    waiting,
)
from tests.whole_runs import Finished, Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]
    Serving = Callable[..., Served]


@pytest.mark.parametrize("refused", ["mapping", "api"])
def test_of_two_versions_in_a_run_the_newer_one_waits(
    run: Runner, serving: Serving, stored: Stored, refused: str
) -> None:
    """Whatever became of the older one, and whenever."""
    newer = bare(1, order_revenue=12) if refused == "mapping" else order(1, order_revenue=12)
    if refused == "api":
        answer = {"message": "Validation errors", "errors": [{"order_id": "A-1", "error": "no"}]}
        refusing(run, serving, "bulk-orders", status=400, body=answer, nth=1)
    first = run(night(order(1), newer, order(2)), ledger_url=LEDGER)
    assert first.counts(ORDERS)["rejected"] == 1, first.log
    assert [one["order_revenue"] for one, _ in waiting(run)] == [12]
    again = run(night(order(2)), ledger_url=LEDGER, currency="EUR")
    assert retried(again) == {ORDERS: {"read": 1, "delivered": 1}}
    assert {one["order_id"]: one["order_revenue"] for one in stored("orders_table")}["A-1"] == 12


def test_a_newer_version_in_the_same_run_lets_the_older_go(run: Runner, stored: Stored) -> None:
    """And the older one does not come back out of the rejects file."""
    run(night(bare(1), order(1, order_revenue=12)), ledger_url=LEDGER)
    assert waiting(run) == []
    (file,) = (run.folder / "rejects").glob("*.jsonl")
    again = again_from(run, file, currency="EUR")
    assert again.counts(ORDERS) == {"read": 1, "superseded": 1}
    assert [one["order_revenue"] for one in stored("orders_table")] == [12]


def test_what_another_stream_has_brought_since_is_not_overwritten(
    run: Runner, stored: Stored
) -> None:
    """It waits under the name of its own stream."""
    run(night(bare(1)), ledger_url=LEDGER)
    other = [schema("sales", keys=["order_id"]), *records("sales", order(1, order_revenue=12))]
    streams = {"sales": {"endpoint": "orders"}}
    run(other, ledger_url=LEDGER, streams=streams)
    again = run([schema("orders", keys=["order_id"])], ledger_url=LEDGER, currency="EUR")
    assert retried(again) == {ORDERS: {"read": 1, "superseded": 1}}
    assert [one["order_revenue"] for one in stored("orders_table")] == [12]
    assert waiting(run) == []


def test_of_two_that_wait_the_newer_one_is_sent_last(run: Runner, stored: Stored) -> None:
    """Whatever their streams are called."""
    streams = {"z": {"endpoint": "orders"}, "a": {"endpoint": "orders"}}
    read = {"z": [bare(7), bare(1)], "a": [bare(1, order_revenue=12)]}
    for stream, found in read.items():
        lines = [schema(stream, keys=["order_id"]), *records(stream, *found)]
        run(lines, ledger_url=LEDGER, streams=streams)
    again = run([schema("a")], ledger_url=LEDGER, streams=streams, currency="EUR")
    assert sum(found["read"] for found in retried(again).values()) == 3
    sent = [(one["order_id"], one["order_revenue"]) for one in stored("orders_table")]
    assert sent == [("A-7", 10.5), ("A-1", 12)]
    assert waiting(run) == []


def test_an_older_file_lets_no_newer_version_go(run: Runner) -> None:
    """The newer one was rejected, and nobody has sent it yet."""
    run(night(bare(1, order_revenue=11)), ledger_url=LEDGER)
    (file,) = (run.folder / "rejects").glob("*.jsonl")
    run(night(bare(1, order_revenue=12)), ledger_url=LEDGER)
    again = again_from(run, file, currency="EUR")
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert [one["order_revenue"] for one, _ in waiting(run)] == [12]


def test_an_older_line_of_a_file_does_not_overtake_a_newer_one(
    run: Runner, serving: Serving, stored: Stored
) -> None:
    """The mapping rejects at once what it read, the API what it read before."""
    answer = {"message": "Validation errors", "errors": [{"order_id": "A-1", "error": "no"}]}
    refusing(run, serving, "bulk-orders", status=400, body=answer, nth=1)
    run(night(order(1), bare(1, order_revenue=12)), ledger_url=LEDGER)
    (file,) = (run.folder / "rejects").glob("*.jsonl")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    revenues = [line["record"]["order_revenue"] for line in lines if line["type"] == "RECORD"]
    assert revenues == [12, 10.5]
    assert [one["order_revenue"] for one, _ in waiting(run)] == [12]
    again = again_from(run, file, currency="EUR")
    assert again.counts(ORDERS) == {"read": 2, "delivered": 1, "superseded": 1}
    assert [one["order_revenue"] for one in stored("orders_table")] == [12]
    assert waiting(run) == []


def test_what_the_input_brings_is_never_too_old(run: Runner, stored: Stored) -> None:
    """The clock of another machine may be ahead, and its ledger is the same."""
    run(night(order(1)), ledger_url=LEDGER)
    with closing(sqlite3.connect(run.folder / "ledger.db")) as connection, connection:
        connection.execute(
            "UPDATE triplewhale_versions SET read_at = '2999-01-01T00:00:00.000000Z'"
        )
    again = run(night(order(1, order_revenue=12)), ledger_url=LEDGER)
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert [one["order_revenue"] for one in stored("orders_table")] == [12]


def test_an_older_void_does_not_void_what_came_since(run: Runner, stored: Stored) -> None:
    """The order was deleted, and then restored."""
    settings: dict[str, Any] = {"ledger_url": LEDGER, "soft_delete": True}
    gone = bare(1, _sdc_deleted_at="2026-05-01T00:00:00Z")
    run([schema("orders"), *records("orders", order(1))], **settings, ledger_bodies="fingerprint")
    first = run([schema("orders"), *records("orders", gone)], **settings)
    assert first.counts(ORDERS) == {"read": 1, "rejected": 1}
    other = {"sales": {"endpoint": "orders"}}
    lines = [schema("sales"), *records("sales", order(1, order_revenue=12))]
    run(lines, **settings, streams=other, retry_rejects=False)
    again = run([schema("orders")], **settings, currency="EUR")
    assert retried(again) == {ORDERS: {"read": 1, "superseded": 1}}
    assert [one.get("void") for one in stored("orders_table")] == [None]


def again_from(run: Runner, file: Path, **config: Any) -> Finished:
    """Call `rejects retry` on a file."""
    settings = {**run.config, "ledger_url": LEDGER, **config}
    (run.folder / "config.json").write_text(json.dumps(settings))
    done = run.execute(["rejects", "retry", str(file), "--config", "config.json"], b"")
    done.report = json.loads((run.folder / "report.json").read_text())
    return done
