"""What is printed and written holds every figure, its promise and its verdict."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.bench.__main__ import MEASUREMENTS, PAGE
from tests.bench.comparison import Comparison
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.page import Part, page
from tests.bench.processes import Ended
from tests.bench.table import WIDTH, Table

if TYPE_CHECKING:
    from tests.bench.figures import Promise


def took(seconds: float) -> Ended:
    return Ended(seconds, seconds, 50.0, 0, b"", "", is_stopped=False)


@pytest.mark.parametrize(
    ("value", "promise", "verdict"),
    [
        (5.0, at_least(5), "ok"),
        (4.999, at_least(5), "MISSED"),
        (200.0, at_most(200), "ok"),
        (200.1, at_most(200), "MISSED"),
        (math.inf, at_most(5), "MISSED"),
        (1.0, None, ""),
    ],
)
def test_a_promise_is_kept_up_to_its_bound(
    value: float, promise: Promise | None, verdict: str
) -> None:
    """The verdict is of the value itself, not of what is left of it when it is printed."""
    assert Figure("pace", value, "times", promise).verdict == verdict


def test_the_start_of_a_process_is_subtracted_of_each_in_the_same_way() -> None:
    """100 records: 12 seconds with a start of 2 against 3 with a start of 1."""
    rounds = [{"stock": took(12), "target": took(3)}] * 3
    done = Comparison(100, {"stock": took(2), "target": took(1)}, rounds)
    assert done.rate("stock") == 10
    assert done.cpu_microseconds("stock") == 100_000
    assert done.times_as_fast("target", "stock") == 5
    assert done.times_as_fast("target", "stock", whole=True) == 4


def test_the_ratio_is_the_middle_one_of_the_rounds() -> None:
    """One slow moment of the machine decides nothing."""
    rounds = [{"stock": took(8), "target": took(one)} for one in (1, 2, 40)]
    done = Comparison(100, {"stock": took(0), "target": took(0)}, rounds)
    assert done.times_as_fast("target", "stock") == 4


def test_the_page_holds_every_figure_with_its_promise() -> None:
    """A promise that was missed is on the page like any other."""
    parts = [
        Part(MEASUREMENTS[0], [Figure("pace", 4.5, "times", at_least(5))]),
        Part(MEASUREMENTS[1], [Figure("peak", 85.6, "MB", at_most(200))]),
    ]
    text = page(parts, {"Processor": "one"}, date(2026, 1, 2))
    assert "| pace | 4.50 times | at least 5 | MISSED |" in text
    assert "| peak | 85.60 MB | at most 200 | ok |" in text
    assert "| Processor | one |" in text
    assert "2026-01-02" in text


def test_a_line_of_the_table_fits(capsys: pytest.CaptureFixture[str]) -> None:
    """Wrapped lines are no table."""
    table = Table()
    table.head(MEASUREMENTS[0])
    table.line(Figure("x" * 50, 123_456.0, "records/s", at_most(25_000)))
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= WIDTH


def test_the_page_in_the_checkout_has_every_part() -> None:
    """A measurement that is added is also shown."""
    text = PAGE.read_text()
    assert [one.name for one in MEASUREMENTS if f"## {one.title}\n" not in text] == []
