"""A page as blocks in their order, and the typing of its commands in a folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

BIN = Path(sys.executable).parent
PORT = "8787"
"""Where pages serve the sandbox; a test serves it elsewhere."""
_BLOCK = re.compile(r"(?:<!-- (?P<mark>.+?) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block; what is above it in a comment says what it is for."""

    section: str
    mark: str
    kind: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return all of a page."""
    return [
        Block(part.partition("\n")[0], match["mark"] or "", match["kind"], match["text"])
        for part in page.read_text().split("\n## ")
        for match in _BLOCK.finditer(part)
    ]


def served_at(url: str, text: str) -> str:
    """Return a text of a page with the port that the sandbox really has."""
    return text.replace(PORT, url.split(":")[2].partition("/")[0])


def typed(folder: Path, commands: str) -> tuple[int, str]:
    """Type commands as one would; return the exit code and all that was said."""
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def lacking(page: list[Block], said: dict[Block, list[str]]) -> list[str]:
    """Return the lines that a page shows and that were not said; `...` stands for any."""
    found = []
    for block, shown in pairwise(page):
        if shown.mark == "output" and block in said:
            rest = iter(said[block])
            wanted = [line for line in shown.text.splitlines() if line != "..."]
            found += [line for line in wanted if not any(line in other for other in rest)]
    return found
