"""A rejected record waits until a later version of it has ended in another way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.ledger.nights import LEDGER, ORDERS, ask, night
from tests.whole_runs import Runner, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

NO = {"success": False, "message": "it is closed"}
FAULT = {"path": "/data-in/bulk-orders", "from": 1, "status": 422, "body": NO}


def revenues(run: Runner) -> list[float]:
    """Return what the lines that wait say."""
    lines = ask(run, "pending", "--json").out.splitlines()
    waiting = [json.loads(json.loads(line)["line"]) for line in lines]
    return [one["record"]["order_revenue"] for one in waiting]


def test_what_is_rejected_waits(run: Runner) -> None:
    """Nobody reads it again: a source sends what has changed there, and nothing else."""
    run(night(order(1, currency=None, order_revenue=5)), ledger_url=LEDGER)
    assert revenues(run) == [5]
    run(night(order(2)), ledger_url=LEDGER, currency="EUR")
    assert revenues(run) == []


@pytest.mark.parametrize("again", [False, True], ids=["in_one_run", "retried_and_read"])
def test_a_later_version_that_is_rejected_waits(
    run: Runner, serving: Callable[..., Served], *, again: bool
) -> None:
    """It has superseded the earlier one, whose end is no end of it."""
    run.config["api_url"] = serving(faults=[FAULT]).url
    earlier, later = order(1, order_revenue=5), order(1, order_revenue=6)
    if again:
        run(night(earlier), ledger_url=LEDGER)
    last = run(night(*(() if again else (earlier,)), later), ledger_url=LEDGER)
    assert last.counts(ORDERS)["rejected"] == 1
    assert revenues(run) == [6]
