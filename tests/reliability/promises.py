"""The table of promises, each with the test that holds it and a change that this test notices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

import target_triplewhale

ROOT = Path(__file__).parents[2]
PACKAGE = "target_triplewhale"
SOURCE = Path(target_triplewhale.__file__).parent
"""Of the package that is tested: in a release, the installed one."""
FILE = Path(__file__).with_name("promises.yml")


@dataclass(frozen=True)
class Promise:
    """One promise; `find` becomes `replace` in a file of the package."""

    title: str
    promise: str
    test: str
    mutation: str
    file: str
    find: str
    replace: str

    def mutated(self, source: str) -> str:
        """Return the file's text with the change; the place must be the only one."""
        found = source.count(self.find)
        if found != 1:
            raise ValueError(f"{self.file} holds {found} times, not once: {self.find}")
        return source.replace(self.find, self.replace)


def promises() -> list[Promise]:
    """Return the table, in its order."""
    parts = yaml.safe_load(FILE.read_text())
    return [Promise(title=part["title"], **row) for part in parts for row in part["promises"]]
