"""Meltano projects that install this package as a wheel, as others will from PyPI."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from tests.docs.pages import ROOT
from tests.docs.terminal import BIN, NOBODY
from tests.replay import replaying

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OFFLINE = {
    "HTTP_PROXY": NOBODY,
    "HTTPS_PROXY": NOBODY,
    "ALL_PROXY": NOBODY,
    "NO_PROXY": "127.0.0.1",
}


def constraints(wheel: Path, folder: Path) -> Path:
    """Return a file of constraints by which a wheel is the one that is installed."""
    path = folder / "constraints.txt"
    path.write_text(f"target-triplewhale @ {wheel.as_uri()}\n")
    return path


@dataclass(frozen=True)
class Project:
    """A folder in which somebody types commands."""

    folder: Path
    constraints: Path

    def type(self, commands: str, keys: str = "", **env: str) -> str:
        """Run commands as a shell does; return what they say, fail where one fails."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env=self._environment() | env,
            input=keys,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def copy(self, folder: Path) -> Project:
        """Return a copy of this project."""
        shutil.copytree(self.folder, folder)
        return Project(folder, self.constraints)

    def read(self) -> dict[str, Any]:
        """Return what its meltano.yml says."""
        found: dict[str, Any] = yaml.safe_load((self.folder / "meltano.yml").read_text())
        return found

    def add(self, **plugins: dict[str, Any]) -> None:
        """Write plugins into its meltano.yml, each under its type."""
        project = self.read()
        for kind, plugin in plugins.items():
            project.setdefault("plugins", {}).setdefault(kind, []).append(plugin)
        (self.folder / "meltano.yml").write_text(yaml.safe_dump(project))

    def replay(self, lines: Iterable[dict[str, Any]]) -> None:
        """Have a tap of the name `tap-csv` that prints these messages."""
        tap = replaying(self.folder, lines)
        self.add(extractors={"name": "tap-csv", "namespace": "tap_csv", "executable": str(tap)})

    def _environment(self) -> dict[str, str]:
        pins = f"{ROOT / 'constraints.txt'} {self.constraints}"
        path = f"{BIN}:{os.environ['PATH']}"
        mine = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return {**mine, "PATH": path, "NO_COLOR": "1", "UV_CONSTRAINT": pins}
