"""What the three schedulers tell of a night, from the report of a real run."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.nightly.nights import EXAMPLE
from tests.whole_runs import order, records, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole_runs import Runner


def told(folder: Path) -> list[str]:
    """Call the example's script as the schedulers do."""
    command = [sys.executable, str(EXAMPLE / "alerts.py"), "report.json"]
    said = subprocess.check_output(command, cwd=folder, text=True, stderr=subprocess.STDOUT)
    return said.splitlines()


def test_a_night_without_a_report_is_told(tmp_path: Path) -> None:
    """Such as one whose settings cannot be read."""
    assert told(tmp_path) == [
        "the run wrote no report: it has not begun, or was killed; its log says why"
    ]


def test_a_night_in_which_nothing_was_read_is_told(run: Runner) -> None:
    """A tap that finds no export says nothing of it, and ends with 0."""
    assert run([schema("orders", "order_id"), state(at=1)]).code == 0
    assert told(run.folder) == ["nothing was read: has the export come?"]


def test_rejects_are_told_by_their_codes(run: Runner) -> None:
    """And no record is."""
    lines = records("orders", order(1), order(2, currency=""), order(3, currency=""))
    assert run([schema("orders", "order_id"), *lines]).code == 0
    assert told(run.folder) == [
        "2 of 3 records were rejected",
        "why: TW-ORDERS-CURRENCY-MISSING 2",
    ]


def test_a_good_night_is_not_told(run: Runner) -> None:
    """Who is told every night does not listen."""
    assert run([schema("orders", "order_id"), *records("orders", order(1))]).code == 0
    assert told(run.folder) == []
