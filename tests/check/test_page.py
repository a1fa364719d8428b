"""`docs/check.md` explains what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

from target_triplewhale.commands import check
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs/check.md").read_text(encoding="utf-8")


def test_the_page_explains_every_finding() -> None:
    """A word that it does not explain would stay a riddle."""
    source = Path(check.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    names = set(re.findall(r"(?:ok|cannot_tell|to_do|_tried)\(\s*\"([a-z ]+)\",", code))
    names |= set(re.findall(r"^NAME = \"([a-z ]+)\"$", code, re.MULTILINE))
    rows = "".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE))
    assert len(names) == 13
    assert {name for name in names if f"`{name}`" not in rows} == set()
