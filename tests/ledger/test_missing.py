"""`ledger missing STREAM` lists what a whole reading lacked, and voids it when asked to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.ledger.nights import LEDGER, ask, night, requests
from tests.whole_runs import Runner, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.whole_runs import Finished

    Stored = Callable[[str], list[dict[str, Any]]]

SNAPSHOT = {"orders": {"endpoint": "orders", "snapshot": True}}


def whole(run: Runner, *orders: dict[str, Any], **config: Any) -> Finished:
    return run(night(*orders), ledger_url=LEDGER, streams=SNAPSHOT, **config)


def test_what_is_lacking_is_listed_with_when_that_was(run: Runner) -> None:
    """A run that has ended is no proof: whoever knows that Meltano succeeded decides."""
    whole(run, *map(order, range(4)))
    whole(run, order(0), order(2))
    seen = requests(run.folder)
    done = ask(run, "missing", "orders")
    assert done.code == 0
    assert "run 2, begun " in done.out
    assert "lacked 2 orders that stand" in done.out
    named = [line.split()[0] for line in done.out.splitlines() if line.startswith("A-")]
    assert named == ["A-1", "A-3"]
    assert "example.myshopify.com" in done.out
    assert "`ledger missing orders --void`" in done.out
    assert requests(run.folder) == seen


def test_they_are_voided_when_asked_to(run: Runner, stored: Stored) -> None:
    """With the bodies that were accepted last."""
    whole(run, *map(order, range(4)))
    whole(run, order(0), order(1, order_revenue=5), order(2))
    whole(run, order(0), order(2))
    before = {one["order_id"]: one for one in stored("orders_table")}
    done = ask(run, "missing", "orders", "--void")
    assert done.code == 0, done.log
    assert done.out == "voided: 2 of 2 orders\n  A-1, A-3\n"
    found = {one["order_id"]: one for one in stored("orders_table")}
    assert found == before | {name: before[name] | {"void": True} for name in ("A-1", "A-3")}
    assert "no order that stands" in ask(run, "missing", "orders").out
    assert ask(run, "missing", "orders", "--void").out == "voided: 0 of 0 orders\n"


def test_no_more_are_voided_than_a_run_may(run: Runner, stored: Stored) -> None:
    """Half an export must not void a year, whoever asks."""
    whole(run, *map(order, range(4)))
    whole(run, order(0), max_voids=2)
    done = ask(run, "missing", "orders", "--void")
    assert done.code == 1
    assert "max_voids" in done.log
    assert not any("void" in one for one in stored("orders_table"))


def test_a_stream_that_is_not_read_whole_lacks_nothing(run: Runner) -> None:
    """A stream of changes has few orders, and that says nothing of the others."""
    run(night(order(1)), ledger_url=LEDGER)
    for arguments in (["orders"], ["orders", "--void"], ["nothing_known"]):
        done = ask(run, "missing", *arguments)
        assert done.code in (1, 2)
        assert "stream " in done.log


def test_a_failed_night_lists_nothing_new(run: Runner) -> None:
    """It has not read the rest."""
    whole(run, *map(order, range(4)))
    halted = whole(run, order(0), order(1, currency=None), max_rejects=0)
    assert halted.code == 1
    assert "no order that stands" in ask(run, "missing", "orders").out
