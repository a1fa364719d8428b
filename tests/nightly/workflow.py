"""Runs the steps of the example's workflow as GitHub does, on a machine that is new each time."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from tests.nightly.nights import BIN, EXAMPLE, checkout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = EXAMPLE / ".github/workflows/nightly.yml"
_PLACE = re.compile(r"\$\{\{ (\w+)\.(\w+) \}\}")


def read() -> dict[str, Any]:
    """Return the workflow; YAML takes the key `on` for a truth."""
    found: dict[Any, Any] = yaml.safe_load(FILE.read_text())
    return {"on" if key is True else key: value for key, value in found.items()}


@dataclass
class Job:
    """One run of the workflow's only job."""

    folder: Path
    contexts: Mapping[str, Mapping[str, str]]
    """`secrets` and `vars` of the repository."""
    environment: Mapping[str, str]
    """What a runner has beside what the steps name."""
    codes: dict[str, int] = field(default_factory=dict)
    said: str = ""

    @property
    def code(self) -> int:
        """A job fails with the first of its steps that does."""
        return next((code for code in self.codes.values() if code), 0)

    @property
    def summary(self) -> str:
        """What the steps have written for the job's page."""
        return (self.folder.parent / "summary.md").read_text()

    def run(self) -> None:
        """Run all steps whose time has come."""
        workflow = read()
        assert workflow["defaults"] == {"run": {"shell": "bash"}}
        (job,) = workflow["jobs"].values()
        for step in job["steps"]:
            if "uses" in step:
                self._use(step)
            elif step.get("if") == "always()" or not self.code:
                self.codes[step["name"]] = self._type(step["run"], step.get("env", {}))

    def _use(self, step: Mapping[str, Any]) -> None:
        """Know the actions; the tests' own Python stands for the one that is set up."""
        action, _, version = step["uses"].partition("@")
        assert re.fullmatch(r"[0-9a-f]{40}", version)
        if action == "actions/checkout":
            checkout(self.folder)
        else:
            assert action == "actions/setup-python"

    def _type(self, commands: str, named: Mapping[str, str]) -> int:
        """Run a step's commands in the shell that `shell: bash` stands for."""
        done = subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", commands],
            env={**self._machine(), **{name: self._filled(one) for name, one in named.items()}},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.said += done.stdout + done.stderr
        return done.returncode

    def _machine(self) -> dict[str, str]:
        """Give what is installed already, so that pip has nothing to fetch."""
        return {
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "PIP_NO_INDEX": "1",
            "GITHUB_STEP_SUMMARY": str(self.folder.parent / "summary.md"),
            **self.environment,
        }

    def _filled(self, value: str) -> str:
        return _PLACE.sub(lambda match: self.contexts[match[1]][match[2]], value)
