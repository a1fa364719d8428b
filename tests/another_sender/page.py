"""The page as blocks in their order: what is typed, asked and shown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs/another-sender.md"
_BLOCK = re.compile(r"(?:<!-- (?P<mark>.+?) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
_DOUBLES = "| differs |"


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    section: str
    mark: str
    kind: str
    text: str


def blocks() -> list[Block]:
    """Return all of them."""
    return [
        Block(part.partition("\n")[0], match["mark"] or "", match["kind"], match["text"])
        for part in PAGE.read_text().split("\n## ")
        for match in _BLOCK.finditer(part)
    ]


def config() -> dict[str, Any]:
    """Return the configuration of the page."""
    (found,) = (block for block in blocks() if block.mark == "file: config.json")
    return dict(json.loads(found.text))


def queries() -> dict[str, str]:
    """Return the questions by their names."""
    marked = {block.mark: block.text for block in blocks() if block.kind == "sql"}
    return {mark.removeprefix("sql: "): text for mark, text in marked.items()}


def doubles() -> dict[str, tuple[list[str], str]]:
    """Return of each difference what `check` says has to be done, and what finds it later."""
    table = PAGE.read_text().partition(_DOUBLES)[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {differs: (re.findall(r"`to do {2}(.+?)`", says), by) for differs, says, by in rows}
