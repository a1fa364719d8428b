"""Environments of their own, into which the wheel is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

OF_ANOTHER = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""What would let a process find packages outside of its environment."""


@dataclass(frozen=True)
class Environment:
    """A folder with a Python, and what was installed for it."""

    folder: Path

    def install(self, *arguments: str) -> None:
        """Install what is named; the first time, make the environment."""
        if not self.folder.exists():
            _uv("venv", "--python", sys.executable, str(self.folder))
        _uv("pip", "install", "--python", str(self.program("python")), *arguments)

    def program(self, name: str) -> Path:
        """Return where an executable of it lies."""
        return self.folder / "bin" / name

    def run(
        self, name: str, *arguments: str, folder: Path, data: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its executables in a folder, as if no other environment were there."""
        given = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER}
        path = f"{self.folder / 'bin'}{os.pathsep}{given['PATH']}"
        return subprocess.run(
            [str(self.program(name)), *arguments],
            cwd=folder,
            env={**given, "VIRTUAL_ENV": str(self.folder), "PATH": path},
            input=data,
            capture_output=True,
            text=True,
            check=False,
        )


def lowest(folder: Path, source: Path) -> Path:
    """Write down the oldest versions that the package says it works with, and test tools for them.

    Only what it names itself is old; what these bring is new.
    """
    named, whole = folder / "named.txt", folder / "whole.txt"
    _compile(source, named, "--resolution", "lowest-direct")
    _compile(source, whole, "--constraint", str(named), "--group", "dev")
    return whole


def _compile(source: Path, result: Path, *arguments: str) -> None:
    given = ["--all-extras", "--python", sys.executable, "--no-header", "--no-annotate"]
    told = ["pyproject.toml", "--output-file", str(result)]
    _uv("pip", "compile", *given, *arguments, *told, cwd=source)


def _uv(*arguments: str, cwd: Path | None = None) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True)
