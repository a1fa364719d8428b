"""The page as its blocks, section by section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/every-night.md"
_BLOCK = re.compile(
    r"(?:<!-- (?P<mark>.+?) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```", re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """What stands between fences, with the mark before it."""

    mark: str
    language: str
    text: str


def blocks(section: str) -> list[Block]:
    """Return a section's blocks in their order."""
    (text,) = (one for one in PAGE.read_text().split("\n## ") if one.startswith(f"{section}\n"))
    return [Block(one["mark"] or "", one["language"], one["text"]) for one in _BLOCK.finditer(text)]


def marked(section: str, mark: str) -> str:
    """Return the text of a section's only block with a mark."""
    (found,) = (one.text for one in blocks(section) if one.mark == mark)
    return found


def typed(section: str) -> list[str]:
    """Return what is typed in a section."""
    return [one.text for one in blocks(section) if one.language == "sh"]


def lacking(shown: str, said: str) -> list[str]:
    """Return the lines shown that were not said in this order; `...` stands for anything."""
    rest = iter(said.splitlines())
    wanted = [line for line in shown.splitlines() if line != "..."]
    return [line for line in wanted if not any(_pattern(line).search(other) for other in rest)]


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in line.split("...")))
