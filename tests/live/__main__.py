"""Asks the sandbox for every assumption, and writes docs/assumptions.md anew."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.live.assumptions import ASSUMPTIONS
from tests.live.measures import found
from tests.live.page import PAGE, cells, refreshed
from tests.live.sandbox import sandbox


def main() -> None:
    """Write the page."""
    with TemporaryDirectory() as folder, sandbox(Path(folder)) as asked:
        findings = [found(assumption, asked) for assumption in ASSUMPTIONS.values()]
    PAGE.write_text(refreshed(PAGE.read_text(), sandbox=cells(findings)))


if __name__ == "__main__":
    main()
