"""The table of assumptions is whole, and its page is fresh."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from tests.live.assumptions import ASSUMPTIONS, TABLE
from tests.live.choice import ACCOUNT, CONFIRM, KEY, SHOP
from tests.live.findings import Finding, Verdict
from tests.live.measures import MEASURES, found
from tests.live.page import NOT_YET, PAGE, ROW, cells, measured, refreshed
from tests.live.sandbox import sandbox

if TYPE_CHECKING:
    from pathlib import Path

TEXT = PAGE.read_text()
ROWS = {row[1]: (row[2], row[3]) for row in ROW.finditer(TEXT)}


def test_every_assumption_is_asked_for_or_says_why_not() -> None:
    """One that is neither would look as if somebody had seen to it."""
    asked = {name for name, row in ASSUMPTIONS.items() if not row.not_asked}
    assert asked == MEASURES.keys()
    names = re.findall(r"^- id: (\S+)$", TABLE.read_text(), re.MULTILINE)
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_unknown_come_first() -> None:
    """They are what a run is made for."""
    sources = [row.source for row in ASSUMPTIONS.values()]
    assert "unknown" not in sources[sources.count("unknown") :]


def test_the_page_is_fresh(tmp_path: Path) -> None:
    """`python -m tests.live` writes what the sandbox does, and leaves the real API's column."""
    with sandbox(tmp_path) as asked:
        findings = [found(assumption, asked) for assumption in ASSUMPTIONS.values()]
    assert refreshed(TEXT, sandbox=cells(findings)) == TEXT
    assert ROWS.keys() == ASSUMPTIONS.keys()


def test_nothing_is_said_of_the_real_api_without_the_day() -> None:
    """What has no date was not measured."""
    dated = re.compile(r"(holds|differs|cannot tell): .* \(20\d\d-\d\d-\d\d\)")
    cells_of_real = [real for _, real in ROWS.values()]
    assert [cell for cell in cells_of_real if cell != NOT_YET and not dated.fullmatch(cell)] == []


def test_a_measured_cell_stays_until_it_is_measured_again() -> None:
    """Asking for one assumption forgets nothing of the others."""
    first, second, *_ = ASSUMPTIONS.values()
    day = date(2026, 3, 4)
    differs = Finding(first, Verdict.DIFFERS, "2 | counted")
    text = refreshed(TEXT, real=cells([differs], day))
    unasked = Finding(first, Verdict.NOT_ASKED, "events cannot be deleted")
    holds = Finding(second, Verdict.HOLDS, "two")
    text = refreshed(text, real=cells(measured([unasked, holds]), day))
    real = {row[1]: row[3] for row in ROW.finditer(text)}
    assert real[first.id] == "differs: 2 / counted (2026-03-04)"
    assert real[second.id] == "holds: two (2026-03-04)"
    assert refreshed(text, sandbox={}) == text


def test_the_page_says_how_to_ask_the_real_api() -> None:
    """Under the names that the kit reads."""
    names = (KEY, SHOP, ACCOUNT, CONFIRM, "--live-api", "--live-events", "--live-wait")
    assert [name for name in names if name not in TEXT] == []
