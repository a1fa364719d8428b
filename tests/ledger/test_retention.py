"""`ledger_retention_days` deletes old versions, and never what is known of a record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

from tests.ledger.nights import LEDGER, ORDERS, ask, night
from tests.whole_runs import Runner, order

if TYPE_CHECKING:
    from collections.abc import Callable


def grow_old(url: str, folder: str) -> None:
    """Make all runs and versions those of years ago."""
    engine = create_engine(url.replace("sqlite:///ledger.db", f"sqlite:///{folder}/ledger.db"))
    with engine.begin() as connection:
        old = "'2020-01-01T00:00:00.000Z'"
        connection.execute(text(f"UPDATE triplewhale_runs SET started_at = {old}"))  # noqa: S608
        connection.execute(
            text(f"UPDATE triplewhale_versions SET accepted_at = {old}")  # noqa: S608
        )
    engine.dispose()


def runs(run: Runner) -> list[int]:
    found = ask(run, "runs", "--json").out.splitlines()
    return [json.loads(line)["id"] for line in found]


def test_old_versions_go_and_the_newest_stays(run: Runner, ledger_url: str) -> None:
    """What was accepted last is what the next night is compared with."""
    for revenue in (1, 2):
        run(night(order(1, order_revenue=revenue), order(2)), ledger_url=ledger_url)
    run(night(order(3)), ledger_url=ledger_url)
    run(night(order(3)), ledger_url=ledger_url)
    grow_old(ledger_url, str(run.folder))
    last = night(order(1, order_revenue=2), order(2), order(3))
    kept = run(last, ledger_url=ledger_url, ledger_retention_days=30)
    assert kept.counts(ORDERS) == {"read": 3, "unchanged": 3}
    history = ask(run, "history", "orders", "A-1").out
    assert "run 1" not in history
    assert "run 2  orders:orders: changed" in history
    assert "earlier versions are not kept" in history
    assert "run 1  orders:orders: new" in ask(run, "history", "orders", "A-2").out
    assert runs(run) == [1, 2, 3, 5]
    again = run(last, ledger_url=ledger_url, ledger_retention_days=30)
    assert again.counts(ORDERS) == {"read": 3, "unchanged": 3}


def test_what_is_young_stays(run: Runner) -> None:
    """A version is deleted for its age, not for having been followed."""
    for revenue in (1, 2):
        done = run(
            night(order(1, order_revenue=revenue)), ledger_url=LEDGER, ledger_retention_days=1
        )
        assert done.code == 0
    assert "run 1" in ask(run, "history", "orders", "A-1").out
    assert runs(run) == [1, 2]


def test_without_the_setting_everything_stays(run: Runner) -> None:
    """Nothing is deleted that nobody asked to delete."""
    for revenue in (1, 2):
        run(night(order(1, order_revenue=revenue)), ledger_url=LEDGER)
    grow_old(LEDGER, str(run.folder))
    run(night(order(1, order_revenue=3)), ledger_url=LEDGER)
    assert runs(run) == [1, 2, 3]
    assert "run 1" in ask(run, "history", "orders", "A-1").out


def test_a_run_whose_rejects_wait_stays(run: Runner) -> None:
    """They name it."""
    run(night(order(1, currency=None)), ledger_url=LEDGER, retry_rejects=False)
    grow_old(LEDGER, str(run.folder))
    run(night(order(2)), ledger_url=LEDGER, ledger_retention_days=1, retry_rejects=False)
    assert runs(run) == [1, 2]


def test_changes_of_an_order_of_which_the_first_version_is_gone_are_not_undone(
    run: Runner, stored: Callable[[str], list[dict[str, object]]]
) -> None:
    """It was there before that run, even if nothing is left of that."""
    run(night(order(1)), ledger_url=LEDGER)
    grow_old(LEDGER, str(run.folder))
    changed = night(order(1, order_revenue=5))
    run(changed, ledger_url=LEDGER, ledger_retention_days=1)
    assert "earlier versions are not kept" in ask(run, "history", "orders", "A-1").out
    assert "1 order that it changed" in ask(run, "undo", "2").out
    assert "void" not in stored("orders_table")[0]
