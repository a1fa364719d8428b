"""Calls `check` as a user does, and reads its findings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.whole_runs import is_known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.whole_runs import Runner

INPUT = "input.jsonl"


@dataclass
class Checked:
    """What came of a check; a document has all that lines have."""

    code: int
    findings: list[dict[str, Any]]
    log: str

    def verdict(self, name: str) -> str:
        """Return the only verdict on one thing."""
        (found,) = self.all(name)
        return str(found["verdict"])

    def sentence(self, name: str) -> str:
        """Return the only sentence on one thing."""
        (found,) = self.all(name)
        return str(found["sentence"])

    def all(self, name: str) -> list[dict[str, Any]]:
        """Return all findings on one thing."""
        return [one for one in self.findings if one["name"] == name]

    @property
    def to_do(self) -> list[str]:
        """The names of what has to be done."""
        return [one["name"] for one in self.findings if one["verdict"] == "to do"]


def check(run: Runner, lines: Iterable[Any] | None = None, **config: Any) -> Checked:
    """Check a configuration, and with lines a tap's output."""
    arguments = ["--config", configured(run, **config), "check", "--json"]
    if lines is not None:
        arguments += ["--input", written(run, lines)]
    done = run.execute(arguments, b"")
    document = json.loads(done.out)
    assert document["exit_code"] == done.code
    for found in document["findings"]:
        assert (found["verdict"] == "to do") == bool(found["code"])
        assert found["code"] is None or is_known(found["code"])
    return Checked(done.code, document["findings"], done.log)


def configured(run: Runner, **config: Any) -> str:
    """Write the configuration."""
    given = {name: value for name, value in (run.config | config).items() if value is not None}
    (run.folder / "config.json").write_text(json.dumps(given))
    return "config.json"


def written(run: Runner, lines: Iterable[Any]) -> str:
    """Write a tap's output."""
    (run.folder / INPUT).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return INPUT
