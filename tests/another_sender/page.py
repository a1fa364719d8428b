"""The parts of the page that tests look at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.typed_pages import blocks

PAGE = Path(__file__).parents[2] / "docs/another-sender.md"
_DOUBLES = "| differs |"


def config() -> dict[str, Any]:
    """Return the configuration of the page."""
    (found,) = (block for block in blocks(PAGE) if block.mark == "file: config.json")
    return dict(json.loads(found.text))


def queries() -> dict[str, str]:
    """Return the questions by their names."""
    marked = {block.mark: block.text for block in blocks(PAGE) if block.kind == "sql"}
    return {mark.removeprefix("sql: "): text for mark, text in marked.items()}


def doubles() -> dict[str, tuple[list[str], str]]:
    """Return of each difference what `check` says has to be done, and what finds it later."""
    table = PAGE.read_text().partition(_DOUBLES)[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {differs: (re.findall(r"`to do {2}(.+?)`", says), by) for differs, says, by in rows}
