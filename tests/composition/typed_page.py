"""A page of the documentation, followed from the top down in a folder of its own.

`file: NAME` over a block writes it there, `sh` is typed, and `output` is what was said to that; a
line `...` stands for any lines.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
_BLOCK = re.compile(r"(?:<!-- (?P<mark>.+?) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


class Reader:
    """Does what a page says."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = {**os.environ, "NO_COLOR": "1", **environment}
        self._said = ""

    def follow(self, page: str) -> None:
        """Take block after block."""
        for mark, kind, text in blocks(page):
            if mark.startswith("file: "):
                self._write(mark.removeprefix("file: "), text)
            elif kind == "sh":
                self.type(text)
            elif mark == "output":
                assert lacking(text, self._said) == [], self._said

    def type(self, commands: str) -> None:
        """Type commands, which must succeed."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self._said = done.stdout + done.stderr
        assert done.returncode == 0, f"{commands}{self._said}"

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # The package is not in the registry yet: Meltano takes the executable that is on the path.
        path.write_text(re.sub(r" *pip_url: target-triplewhale.*\n", "", text), encoding="utf-8")


def page(name: str) -> str:
    """Name a page."""
    assert (ROOT / name).is_file()
    return name


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield the mark, the language and the text of each block."""
    for match in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
        yield match["mark"] or "", match["kind"], match["text"]


def lacking(shown: str, said: str) -> list[str]:
    """Return the lines shown that were not said in this order."""
    rest = iter(said.splitlines())
    wanted = [line for line in shown.splitlines() if line != "..."]
    return [line for line in wanted if not any(line in other for other in rest)]
