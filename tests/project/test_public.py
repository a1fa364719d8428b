"""What others build on changes on purpose only: docs/versioning.md says what that means."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.project.public import FILE, public

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "versioning.md").read_text(encoding="utf-8")
HOW = "python -m tests.project.public writes it anew; docs/versioning.md says what that means"


@pytest.mark.parametrize("part", json.loads(FILE.read_text(encoding="utf-8")))
def test_nothing_public_has_changed(part: str) -> None:
    """A name that is taken away, or a default that moves, breaks what others have set up."""
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    assert public()[part] == kept[part], HOW


def test_each_part_that_is_public_is_kept() -> None:
    """A part that the file lacks is held by nothing."""
    assert public().keys() == json.loads(FILE.read_text(encoding="utf-8")).keys(), HOW


def test_each_promise_names_what_holds_it() -> None:
    """A test that is renamed takes its promise along."""
    rows = re.findall(r"^\| .*? \| (.*) \|$", PAGE.partition("## What is not")[0], re.MULTILINE)[2:]
    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`(tests/[\w/.]+?)(?:::(\w+))?`", row)
        assert named, row
        for path, test in named:
            assert f"{test}" in (ROOT / path).read_text(encoding="utf-8"), f"{path}::{test}"


def test_each_part_of_the_file_is_on_the_page() -> None:
    """What is kept and not told is no promise."""
    told = set(re.findall(r"public\.json`, `([^`]+)`", PAGE))
    assert told == public().keys()
