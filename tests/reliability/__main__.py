"""Runs all that docs/reliability.md tells, and writes it: `python -m tests.reliability --help`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reliability.page import PAGE, page
from tests.reliability.promises import ROOT, promises
from tests.reliability.reasons import reasons
from tests.reliability.rehearsal import Rehearsed, rehearse
from tests.reliability.survivors import MODULES, Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOAK_LINES = 5
"""What the soak says at its end: sums, faults, endings, failures, and how long it took."""
NONE_FAILED = "failed: none"


def main() -> int:
    """Return 1 where a promise is not held, a survivor has no reason, or a plan has failed."""
    options = _options()
    surveys = _surveyed(options.modules) if options.only != "promises" else []
    rehearsed = _rehearsed(options.test) if options.only != "mutants" else []
    is_good = all(one.is_held for one in rehearsed) and not _unexplained(surveys)
    if options.only is None:
        soak = _soak(options.soak, options.plans)
        is_good &= NONE_FAILED in soak
        today = datetime.now(UTC).date()
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(rehearsed, surveys, soak, reasons(), today))
        _say(f"written: {PAGE.relative_to(ROOT)}")
    return not is_good


def _rehearsed(part_of_test: str) -> list[Rehearsed]:
    chosen = [one for one in promises() if part_of_test in one.test]
    found = []
    for one in rehearse(chosen):
        found.append(one)
        word = "held" if one.is_held else "NOT HELD"
        _say(f"{word}: {one.promise.test} {one.unchanged}, and then {one.mutated}")
    return found


def _surveyed(modules: Iterable[str]) -> list[Survey]:
    found = []
    for module in modules:
        found.append(survey(module))
        _say(f"{module}: {found[-1].count} mutants, {len(found[-1].survivors)} live")
        for name in _unexplained(found[-1:]):
            _say(f"  without a reason: {name}")
    return found


def _unexplained(surveys: Sequence[Survey]) -> list[str]:
    known = reasons()
    return [
        name for one in surveys for name in one.survivors if name not in known.get(one.module, {})
    ]


def _soak(saved: Path | None, plans: int) -> list[str]:
    """Return the figures of a soak that was saved, or of a small one that is run now."""
    if saved:
        told = saved.read_text()
    else:
        command = [sys.executable, "-m", "tests.conservation", "--plans", str(plans)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        told = done.stdout
    return told.strip().splitlines()[-SOAK_LINES:]


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  (what this command is for)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.reliability", description=__doc__)
    parser.add_argument("--only", choices=["promises", "mutants"], help="and write no page")
    parser.add_argument("--test", default="", help="only promises whose test's name holds this")
    parser.add_argument("--modules", nargs="+", default=MODULES, choices=MODULES)
    parser.add_argument("--soak", type=Path, help="what `make soak` has said, saved in a file")
    parser.add_argument("--plans", type=int, default=300, help="of a soak that is run without one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
