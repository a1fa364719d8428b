"""The tutorial as a list of steps: what is typed, and what is said to that."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/tutorial.md"
_BLOCK = re.compile(r"(?:<!-- (?P<mark>.+?) -->\n)?```\w+\n(?P<text>.*?)```", re.DOTALL)


@dataclass
class Step:
    """A heading with its blocks."""

    name: str
    commands: str = ""
    outputs: list[tuple[str, list[str]]] = field(default_factory=list)
    """The commands so far with the lines that they say."""


@dataclass
class Tutorial:
    """What the page holds."""

    project: str
    server: str
    steps: list[Step]


def read() -> Tutorial:
    """Read the page."""
    head, *rest = PAGE.read_text().split("\n## ")[1:]
    found = {match["mark"]: match["text"] for match in _BLOCK.finditer(head)}
    return Tutorial(found["file: meltano.yml"], found["serve"], [_step(text) for text in rest])


def _step(text: str) -> Step:
    step, typed = Step(text.partition("\n")[0]), ""
    for match in _BLOCK.finditer(text):
        if match["mark"] == "output":
            step.outputs.append((typed, match["text"].splitlines()))
        else:
            typed = match["text"]
            step.commands += typed
    return step


def lacking(shown: list[str], said: str) -> list[str]:
    """Return the lines shown that were not said, in this order; `...` stands for any."""
    rest = iter(said.splitlines())
    wanted = [line for line in shown if line != "..."]
    return [line for line in wanted if not any(line in other for other in rest)]
