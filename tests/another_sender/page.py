"""The parts of the page that tests look at."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.docs.pages import ROOT, page

PAGE = page("docs/another-sender.md")
TEXT = (ROOT / PAGE.name).read_text(encoding="utf-8")
_DOUBLES = "| differs |"


def config() -> dict[str, Any]:
    """Return the configuration of the page."""
    (found,) = (block for block in PAGE.having("file") if block.marks["file"] == "config.json")
    return dict(json.loads(found.text))


def queries() -> dict[str, str]:
    """Return the questions by their names."""
    return {block.marks["sql"]: block.text for block in PAGE.having("sql")}


def doubles() -> dict[str, tuple[list[str], str]]:
    """Return of each difference what `check` says has to be done, and what finds it later."""
    table = TEXT.partition(_DOUBLES)[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {differs: (re.findall(r"`to do {2}(.+?)`", says), by) for differs, says, by in rows}
