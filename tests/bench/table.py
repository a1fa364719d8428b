"""What is printed while the benchmark runs: one line a figure, and how long the wait is so far."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.figures import Figure
    from tests.bench.measurement import Measurement

WIDTH = 96
QUIET_SECONDS = 30.0
"""How often a wait is told where no terminal shows the seconds."""


class Table:
    """Prints to standard output, and the waits between to standard error."""

    def __init__(self) -> None:
        self._told = time.monotonic()
        self._name = ""

    def head(self, measurement: Measurement) -> None:
        """Begin a part."""
        self._name = measurement.name
        self._told = time.monotonic()
        self.say(f"\n{measurement.name}: {measurement.title}\n{'-' * WIDTH}")

    def line(self, figure: Figure) -> None:
        """Print a figure beside its promise and what became of it."""
        promise = "" if figure.promise is None else str(figure.promise)
        self.say(f"{figure.name:<50} {figure.reading:>18}  {promise:<17} {figure.verdict}".rstrip())

    def say(self, text: str) -> None:
        """Print text."""
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def tick(self, seconds: float) -> None:
        """Show for how many seconds a run has lasted."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._name}: {seconds:4.0f} s")
            sys.stderr.flush()
        elif time.monotonic() - self._told >= QUIET_SECONDS:
            self._told = time.monotonic()
            sys.stderr.write(f"{self._name}: a run of {seconds:.0f} s so far\n")
