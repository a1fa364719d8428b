"""The pages of the documentation as blocks: what is typed, what is said to it, what is loaded.

What a block is for stands in a comment on the line before it:

- a block of `sh` is typed. `serve`: what it starts goes on in the background. `exit: N`: it ends
  so. `not run: WHY` is for what nobody can type yet;
- `output`: it shows what the commands before it say; `...` stands for any lines, or any text;
- `example: KIND`: a configuration, loaded as KIND (`configurations.py` lists them);
- `file: NAME`: it is written into the page's folder under that name;
- `record`, `body`: after an example of `streams`, what comes in there and what goes out;
- `sql`: it is asked of the sandbox, by a test of the page's own;
- `told by: TEST`: it shows what no command before it says, and that test compares it.

`stage: NAME`, anywhere on a page, names what is there before its first command (`stages.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
TYPED = ("sh", "bash", "shell", "console")
_MARK = re.compile(r"\s*<!-- (?P<kind>[a-z ]+?)(?:: (?P<of>.+?))? -->\s*")
_OPEN = re.compile(r"\s*(?P<fence>`{3,})(?P<language>[\w-]*)")


@dataclass(frozen=True)
class Block:
    """One block between fences."""

    page: str
    line: int
    language: str
    text: str
    section: str
    marks: Mapping[str, str]

    def at(self, line: int) -> str:
        """Return the place of one of its lines, which count from 1."""
        return f"{self.page}:{self.line + line}"

    def __str__(self) -> str:
        """Return its place."""
        return f"{self.page}:{self.line}"


@dataclass
class Page:
    """A page, by its path from the checkout."""

    name: str
    stage: str | None = None
    blocks: list[Block] = field(default_factory=list)
    prose: list[tuple[int, str]] = field(default_factory=list)
    """All lines outside of blocks, with their numbers."""

    def having(self, mark: str) -> list[Block]:
        """Return the blocks with a mark."""
        return [block for block in self.blocks if mark in block.marks]

    def section(self, name: str) -> list[Block]:
        """Return the blocks below a heading."""
        return [block for block in self.blocks if block.section == name]

    @property
    def typed(self) -> list[Block]:
        """The blocks that are typed."""
        return [block for block in self.blocks if block.language in TYPED]

    def __str__(self) -> str:
        """Return its path."""
        return self.name


@cache
def pages() -> tuple[Page, ...]:
    """Return all pages."""
    found = [ROOT / "README.md"]
    for folder in ("docs", "examples"):
        found += sorted((ROOT / folder).rglob("*.md"))
    return tuple(page(path.relative_to(ROOT).as_posix()) for path in found)


@cache
def page(name: str) -> Page:
    """Read a page."""
    return read(name, (ROOT / name).read_text(encoding="utf-8"))


def read(name: str, text: str) -> Page:
    """Read a page's text."""
    result, section, marks = Page(name), "", dict[str, str]()
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if opened := _OPEN.match(line):
            body = "".join(f"{one}\n" for one in _body(lines, opened["fence"]))
            found = Block(name, number, opened["language"], dedent(body), section, marks)
            result.blocks.append(found)
        else:
            result.prose.append((number, line))
        section = line.lstrip("# ") if line.startswith("#") and not opened else section
        mark = _MARK.fullmatch(line)
        marks = {**marks, mark["kind"]: mark["of"] or ""} if mark else {}
        result.stage = marks.get("stage", result.stage)
    return result


def _body(lines: Iterator[tuple[int, str]], fence: str) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == fence:
            return
        yield line


def missed(shown: list[str], said: str) -> int | None:
    """Return the first line shown, from 1, that was not said where it should be.

    Lines that stand together were said together. A line may have been longer than it is shown, and
    dots in it stand for any text.
    """
    told, place, is_free = said.splitlines(), 0, True
    for number, line in enumerate(shown, start=1):
        if line == "...":
            is_free = True
            continue
        rest = told[place:] if is_free else told[place : place + 1]
        found = next((n for n, one in enumerate(rest) if _pattern(line).search(one)), None)
        if found is None:
            return number
        place, is_free = place + found + 1, False
    return None


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, line.split("..."))))
