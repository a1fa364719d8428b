"""What the page on every night names is there; what it types, the schedulers' own tests type."""

from __future__ import annotations

import re

from target_triplewhale.codes import explained
from tests.nightly.nights import EXAMPLE
from tests.nightly.page import PAGE, typed

ROOT = EXAMPLE.parents[1]
TYPED = {"The project": 2, "cron": 1, "Dagster": 2, "A night that failed": 1}
"""Blocks of each section that a test types."""


def test_its_codes_are_codes() -> None:
    """Somebody alerts on them."""
    found = set(re.findall(r"\bTW-[A-Z_-]+\b(?!-?\.\.\.)", PAGE.read_text()))
    assert len(found) > 5
    unknown = explained("TW-NOBODY-KNOWS").meaning
    assert [code for code in found if explained(code).meaning == unknown] == []


def test_its_links_lead_to_files() -> None:
    """Those of the example, which is no part of the site."""
    found = re.findall(r"/(?:blob|tree)/main/([\w./-]+)", PAGE.read_text())
    assert len(found) > 4
    assert [path for path in found if not (ROOT / path).exists()] == []


def test_all_that_it_types_is_typed_somewhere() -> None:
    """A block in another section would be typed by nobody."""
    assert {name: len(typed(name)) for name in TYPED} == TYPED
    assert PAGE.read_text().count("```sh\n") == sum(TYPED.values())
