"""Runs the test of each promise twice in a scratch copy: as the code is, and with the mutation."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reliability.promises import PACKAGE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.reliability.promises import Promise

PASSES, FAILS, NEITHER = "passes", "fails", "neither passes nor fails"
NO_PLACE = "the mutation has no place, or several"
SECONDS = 600
"""No test takes so long; one that does has not failed, but hangs."""
OURS = (".*", "__pycache__", "output", "dist")
"""What a checkout holds beside its files."""


@dataclass(frozen=True)
class Rehearsed:
    """What became of a promise's test: as the code is, and with the mutation."""

    promise: Promise
    unchanged: str
    mutated: str

    @property
    def is_held(self) -> bool:
        """Whether the test passes now, and would notice."""
        return (self.unchanged, self.mutated) == (PASSES, FAILS)


def rehearse(promises: Sequence[Promise]) -> Iterator[Rehearsed]:
    """Yield what became of each promise, in their order; several are under way at a time."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as pool:
        code = Path(scratch) / "checkout"
        shutil.copytree(ROOT, code, ignore=shutil.ignore_patterns(*OURS))
        yield from pool.map(lambda promise: _rehearsed(promise, code), promises)


def _rehearsed(promise: Promise, code: Path) -> Rehearsed:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "checkout"
        shutil.copytree(code, folder)
        unchanged = _tested(folder, promise.test)
        path = folder / PACKAGE / promise.file
        try:
            path.write_text(promise.mutated(path.read_text()))
        except ValueError:
            return Rehearsed(promise, unchanged, NO_PLACE)
        return Rehearsed(promise, unchanged, _tested(folder, promise.test))


def _tested(folder: Path, test: str) -> str:
    """Run a test in a group of processes of its own, which ends with it."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", test]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return {0: PASSES, 1: FAILS}.get(process.wait(SECONDS), NEITHER)
    except subprocess.TimeoutExpired:
        return NEITHER
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
