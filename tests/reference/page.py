"""A page of which some parts, each between two marks, are written from the code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Page:
    """A file of docs/, and what writes each of its parts."""

    name: str
    parts: Mapping[str, Callable[[], str]]

    @property
    def path(self) -> Path:
        """Where it lies."""
        return ROOT / "docs" / self.name

    def fresh(self) -> str:
        """Return the page with its parts written anew."""
        text = self.path.read_text(encoding="utf-8")
        for mark, write in self.parts.items():
            between = re.compile(f"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
            before, begin, end, after = between.split(text)
            text = f"{before}{begin}\n{write()}\n\n{end}{after}"
        return text


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    head, *lines = (f"| {' | '.join(cells)} |" for cells in (heads, *rows))
    return "\n".join([head, "|---" * len(heads) + "|", *lines])


def code(*names: str) -> str:
    """Return names as code, with commas between them."""
    return ", ".join(f"`{name}`" for name in names)
