"""`ledger undo RUN` voids what a run created, and names what cannot be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.ledger.undo import BY_ENDPOINT
from target_triplewhale.endpoints import ENDPOINTS
from tests.ledger.nights import LEDGER, ORDERS, ask, night, requests
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]


PAGE = Path(__file__).parents[2] / "docs" / "undo.md"


def test_the_orders_of_a_run_are_voided_with_their_last_bodies(
    run: Runner, stored: Stored, ledger_url: str
) -> None:
    """The API asks for the identical record, and void."""
    run(night(order(1), order(2)), ledger_url=ledger_url)
    run(night(order(1, order_revenue=5), order(3), order(4)), ledger_url=ledger_url)
    run(night(order(3, order_revenue=7)), ledger_url=ledger_url)
    before = {one["order_id"]: one for one in stored("orders_table")}
    done = ask(run, "undo", "2")
    assert done.code == 0, done.log
    found = {one["order_id"]: one for one in stored("orders_table")}
    assert found["A-3"] == before["A-3"] | {"void": True}
    assert found["A-4"] == before["A-4"] | {"void": True}
    assert {name: found[name] for name in ("A-1", "A-2")} == {
        name: before[name] for name in ("A-1", "A-2")
    }
    assert "to void: 2 orders that it created\n  A-3, A-4\n" in done.out
    assert "not undone: 1 order that it changed" in done.out
    assert "voided: 2 of 2 orders\n  A-3, A-4\n" in done.out
    assert "void already: 2 orders" in ask(run, "undo", "2").out


def test_what_was_undone_is_a_run_and_history(run: Runner) -> None:
    """Somebody will ask what happened to these orders."""
    run(night(order(1)), ledger_url=LEDGER)
    ask(run, "undo", "1")
    assert "run 2  orders:orders: void" in ask(run, "history", "orders", "A-1").out
    assert "without records; 1 order voided" in ask(run, "runs").out


def test_an_order_that_was_voided_before_is_created_anew(run: Runner, stored: Stored) -> None:
    """Before that run it did not count, and after undoing it does not either."""
    run(night(order(1)), ledger_url=LEDGER)
    ask(run, "undo", "1")
    again = run(night(order(1)), ledger_url=LEDGER)
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert "valid again" in ask(run, "history", "orders", "A-1").out
    done = ask(run, "undo", "3")
    assert "to void: 1 order that it created" in done.out
    assert [one["void"] for one in stored("orders_table")] == [True]


def test_only_the_identity_that_the_run_created_is_voided(run: Runner, stored: Stored) -> None:
    """The other one under the same id was there before."""
    run(night(order(1)), ledger_url=LEDGER)
    moved = night(order(1, created_at="2026-03-05T00:00:00Z"))
    run(moved, ledger_url=LEDGER, identity_changes="allow")
    assert "voided: 1 of 1 order" in ask(run, "undo", "2").out
    void = {one["created_at"][:10]: one.get("void", False) for one in stored("orders_table")}
    assert void == {"2026-03-04": False, "2026-03-05": True}


def test_a_dry_run_sends_nothing(run: Runner, stored: Stored) -> None:
    """It lists, and is no run."""
    run(night(order(1)), ledger_url=LEDGER)
    seen = requests(run.folder)
    done = ask(run, "undo", "1", "--dry-run")
    assert done.code == 0
    assert "to void: 1 order that it created\n  A-1\n" in done.out
    assert "voided:" not in done.out
    assert requests(run.folder) == seen
    assert len(ask(run, "runs", "--json").out.splitlines()) == 1
    assert "void" not in stored("orders_table")[0]


def test_what_cannot_be_undone_is_named(run: Runner) -> None:
    """All else stays in Triple Whale, and somebody has to know what."""
    run(
        [
            schema("customers"),
            *records("customers", {"customer_id": "C-1"}, {"customer_id": "C-2"}),
            schema("orders_enrichment"),
            *records("orders_enrichment", {"order_id": "E-1", "customer_tags": ["vip"]}),
        ],
        ledger_url=LEDGER,
    )
    done = ask(run, "undo", "1")
    assert done.code == 0
    assert "to void: 0 orders" in done.out
    assert "cannot be undone: 2 customers; only by deleting their account" in done.out
    assert "  C-1, C-2\n" in done.out
    assert "cannot be undone: 1 order enrichment; never" in done.out
    assert "  E-1\n" in done.out


def test_an_order_that_is_refused_is_named(run: Runner, serving: Callable[..., Served]) -> None:
    """It stands still, so the tool has failed."""
    no = {"success": False, "message": "it is closed"}
    served = serving(
        faults=[{"path": "/data-in/bulk-orders", "from": 2, "status": 422, "body": no}]
    )
    run.config["api_url"] = served.url
    run(night(order(1)), ledger_url=LEDGER)
    done = ask(run, "undo", "1")
    assert done.code == 1
    assert "voided: 0 of 1 order" in done.out
    assert "rejected: A-1 (TW-ORDERS-" in done.out
    assert "it is closed" in done.out
    assert "void already" not in ask(run, "undo", "1", "--dry-run").out


def test_without_bodies_nothing_can_be_undone(run: Runner) -> None:
    """An order is voided by sending it again."""
    run(night(order(1)), ledger_url=LEDGER, ledger_bodies="fingerprint")
    for arguments in (["1"], ["1", "--dry-run"]):
        done = ask(run, "undo", *arguments)
        assert (done.code, "no run can be undone" in done.log) == (2, True)
    run(night(order(2)), ledger_url=LEDGER)
    assert "body to send again is not kept" in ask(run, "undo", "1").out.replace("\n", " ")


def test_a_run_that_is_not_there_or_went_elsewhere(run: Runner) -> None:
    """What a sandbox was sent is not to be voided in the live shop."""
    run(night(order(1)), ledger_url=LEDGER)
    assert ask(run, "undo", "7").code == 2
    run(night(order(1)), ledger_url=LEDGER, api_url="sandbox:///other.db")
    done = ask(run, "undo", "1")
    assert (done.code, "run 1 went to" in done.log) == (2, True)


def test_the_page_and_the_tool_know_every_endpoint() -> None:
    """What can be taken back must be known before it is sent."""
    assert {*BY_ENDPOINT, "orders"} == set(ENDPOINTS)
    page = PAGE.read_text()
    assert [name for name in ENDPOINTS if f"| `{name}` |" not in page] == []
    never = [name for name, how in BY_ENDPOINT.items() if how.startswith("never")]
    assert [name for name in never if f"| `{name}` | never |" not in page] == []
