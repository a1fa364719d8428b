"""A dry run with a ledger tells what a run would do, and does none of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tests.ledger.nights import LEDGER, ORDERS, night, requests
from tests.whole_runs import Finished, Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

FIRST = [order(1), order(2), order(3, created_at="2026-03-05T00:00:00Z")]
SECOND = [
    order(1),
    order(2, order_revenue=12.5, tags=["vip"]),
    order(3, created_at="2026-03-05T00:00:00Z", refunds=[{"total_refund": 4}]),
    order(4, created_at="2026-03-06T00:00:00Z", order_revenue=7),
]


def rehearsed(run: Runner, lines: list[dict[str, Any]], **config: Any) -> Finished:
    """Run dry, and see that nothing came of it."""
    seen = len(requests(run.folder))
    done = run(lines, is_whole=False, dry_run=True, **config)
    assert done.code == 0
    assert not done.states
    assert len(requests(run.folder)) == seen
    assert "dry run: nothing was sent" in done.log
    return done


def test_new_changed_and_unchanged_are_told_apart(run: Runner) -> None:
    """With the fields that change, and how often."""
    run(night(*FIRST), ledger_url=LEDGER)
    plan = rehearsed(run, night(*SECOND), ledger_url=LEDGER).report["plan"]
    assert plan["endpoints"]["orders"] == {
        "new": 1,
        "changed": 2,
        "unchanged": 1,
        "void": 0,
        "fields": {"order_revenue": 1, "tags": 1, "refunds": 1},
    }


def test_the_money_of_each_day_is_told(run: Runner) -> None:
    """Before and after, of the days on which something changes."""
    run(night(*FIRST), ledger_url=LEDGER)
    done = rehearsed(run, night(*SECOND), ledger_url=LEDGER)
    money = {
        (one["day"], one["currency"]): (
            one["revenue_before"],
            one["revenue_after"],
            one["refunds_before"],
            one["refunds_after"],
        )
        for one in done.report["plan"]["days"]
    }
    assert money == {
        ("2026-03-04", "EUR"): ("21.0", "23.0", "0", "0"),
        ("2026-03-05", "EUR"): ("10.5", "10.5", "0", "4"),
        ("2026-03-06", "EUR"): ("0", "7", "0", "0"),
    }
    assert "plan: orders: 1 new, 2 changed, 1 unchanged" in done.log
    assert "plan: 2026-03-04 EUR: revenue 21.0 before, 23.0 after" in done.log


def test_what_would_be_voided_is_counted_and_taken_off(run: Runner) -> None:
    """Its revenue is gone after the run."""
    run(night(*FIRST), ledger_url=LEDGER)
    gone = order(2, _sdc_deleted_at="2026-05-01T00:00:00Z")
    done = rehearsed(run, night(order(1), gone), ledger_url=LEDGER, soft_delete=True)
    plan = done.report["plan"]
    assert plan["endpoints"]["orders"]["void"] == 1
    (day,) = plan["days"]
    assert (day["revenue_before"], day["revenue_after"]) == ("21.0", "10.5")


def test_a_dry_run_leaves_the_ledger_as_it_is(run: Runner) -> None:
    """The next run sends what the dry run has told of."""
    run(night(*FIRST), ledger_url=LEDGER)
    before = content(run)
    bad = order(9, currency=None)
    rehearsed(run, night(*SECOND, bad), ledger_url=LEDGER)
    assert content(run) == before
    sent = run(night(*SECOND), ledger_url=LEDGER)
    assert sent.counts(ORDERS) == {"read": 4, "delivered": 3, "unchanged": 1}


def test_without_bodies_it_says_what_it_cannot_tell(run: Runner) -> None:
    """A fingerprint tells that something has changed, and not what."""
    run(night(*FIRST), ledger_url=LEDGER, ledger_bodies="fingerprint")
    done = rehearsed(run, night(*SECOND), ledger_url=LEDGER, ledger_bodies="fingerprint")
    assert done.report["plan"]["endpoints"]["orders"]["changed"] == 2
    assert "cannot be told without bodies" in done.log


def test_a_dry_run_needs_neither_ledger_nor_key(run: Runner, stored: Stored) -> None:
    """Everything is mapped and checked, and what is wrong is on disk with its reasons."""
    lines = [schema("orders"), *records("orders", order(1), order(2, currency=None))]
    done = rehearsed(run, lines, api_key=None)
    assert done.counts(ORDERS) == {"read": 2, "delivered": 1, "rejected": 1}
    assert done.report["dry_run"] is True
    assert done.report["plan"] is None
    assert not stored("orders_table")


def content(run: Runner) -> list[tuple[Any, ...]]:
    """Return all rows of all tables of the ledger."""
    with closing(sqlite3.connect(run.folder / "ledger.db")) as connection, connection:
        named = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        tables = [name for (name,) in connection.execute(named)]
        return [
            (table, *row)
            for table in tables
            for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        ]
