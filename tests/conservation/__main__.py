"""Many plans, or one again: `python -m tests.conservation --help`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conservation.figures import Figures
from tests.conservation.trials import all_tried

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conservation.trials import Trial

TELL_EVERY = 100
"""Plans between two lines of progress."""
SHOWN = 8
"""Broken promises of a plan that are shown; one loss has many followers."""


def main() -> int:
    """Return 1 where a plan found a broken promise."""
    options = _options()
    began = time.monotonic()
    if options.seed is None:
        seeds: Iterable[int] = range(options.first_seed, options.first_seed + options.plans)
        seeds = takewhile(lambda _: time.monotonic() < began + options.minutes * 60, seeds)
    else:
        seeds = [options.seed]
    folder = Path(tempfile.mkdtemp(prefix="conservation-")) if options.keep else None
    with tempfile.TemporaryDirectory() as passing:
        figures = asyncio.run(_soak(seeds, folder or Path(passing), keeps=options.keep))
    _say(f"{figures}\nin {time.monotonic() - began:.0f} s")
    if folder:
        _say(f"kept: {folder}")
    return bool(figures.failed)


async def _soak(seeds: Iterable[int], folder: Path, *, keeps: bool) -> Figures:
    figures = Figures()
    async for trial in all_tried(seeds, folder, keeps=keeps):
        figures.add(trial)
        if trial.broken:
            _say(told(trial))
        if figures.plans % TELL_EVERY == 0:
            _say(f"{figures.plans} plans, failed: {len(figures.failed)}")
    return figures


def told(trial: Trial) -> str:
    """Return what a plan found, and how to see it again."""
    more = len(trial.broken) - SHOWN
    found = [*trial.broken[:SHOWN], *([f"and {more} more"] if more > 0 else [])]
    again = f"python -m tests.conservation --seed {trial.seed} --keep"
    return "\n  ".join([f"seed {trial.seed} broke a promise ({again}):", *found])


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  (what this command is for)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.conservation", description=__doc__)
    parser.add_argument("--plans", type=int, default=3000, help="how many, at the most")
    parser.add_argument("--minutes", type=float, default=60, help="no plan begins after them")
    parser.add_argument("--first-seed", type=int, default=1, help="the others follow it")
    parser.add_argument("--seed", type=int, help="one plan only")
    parser.add_argument("--keep", action="store_true", help="keep the folders of the runs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
