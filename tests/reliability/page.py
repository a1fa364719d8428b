"""docs/reliability.md, whole, from what one run of everything has found."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from tests.reliability.promises import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from tests.reliability.rehearsal import Rehearsed
    from tests.reliability.survivors import Survey

PAGE = ROOT / "docs" / "reliability.md"
PREFACE = Path(__file__).with_name("preface.md")
PACKAGES = ("target-triplewhale", "pytest", "hypothesis", "httpx", "singer-sdk")

PROMISES = """\
## Promises, and what holds them

Each test was run twice in a copy of the checkout: with the code as it is, and with one change to
it, told in words (the change itself is in `tests/reliability/promises.yml`). It must pass, and then
fail.
"""
SOAK = """\
## Faults by the thousand

`make soak` draws plans from seeds: an input, a script of faults (statuses, `Retry-After`, delays,
cut connections, garbage, partial answers), signals at random moments, reruns from the last STATE.
An oracle that knows the input and the server's store judges each run. Its last figures:
"""
MUTANTS = """\
## Mutants, and those that live

Each of these modules of `delivery/` was changed in every way that `tests/reliability/mutants.py`
knows (comparisons, conditions, numbers, operators, dropped statements, returned None, other words),
one change at a time, and its unit tests were run. What no test notices stands here with its reason.
"""


def page(
    rehearsed: Sequence[Rehearsed],
    surveys: Sequence[Survey],
    soak: Sequence[str],
    reasons: Mapping[str, Mapping[str, str]],
    day: date,
) -> str:
    """Return the page."""
    made = ", ".join([f"Python {platform.python_version()}", *map(_version, PACKAGES)])
    blocks = [
        PREFACE.read_text(),
        f"Last run: {day.isoformat()}, {made}.\n",
        PROMISES,
        *(_promises(title, rehearsed) for title in dict.fromkeys(_titles(rehearsed))),
        SOAK,
        "\n".join(f"- {line}" for line in soak) + "\n",
        MUTANTS,
        _table(
            ["module", "mutants", "noticed", "living"],
            ([f"`{one.module}.py`", *_figures(one)] for one in surveys),
        ),
        *(_survivors(one, reasons.get(one.module, {})) for one in surveys if one.survivors),
    ]
    return "\n".join(blocks)


def _version(package: str) -> str:
    return f"{package} {metadata.version(package)}"


def _titles(rehearsed: Iterable[Rehearsed]) -> list[str]:
    return [one.promise.title for one in rehearsed]


def _promises(title: str, rehearsed: Iterable[Rehearsed]) -> str:
    rows = (
        [
            one.promise.promise,
            f"`{one.promise.test}`",
            one.unchanged,
            f"{one.promise.mutation} (`{one.promise.file}`)",
            one.mutated,
        ]
        for one in rehearsed
        if one.promise.title == title
    )
    head = ["promise", "test", "it", "mutation", "with it, it"]
    return f"### {title}\n\n{_table(head, rows)}"


def _figures(one: Survey) -> list[str]:
    living = len(one.survivors)
    return [str(one.count), str(one.count - living), str(living)]


def _survivors(one: Survey, reasons: Mapping[str, str]) -> str:
    rows = ([name, reasons.get(name, "NONE KNOWN")] for name in one.survivors)
    return f"### `{one.module}.py`\n\n{_table(['mutant', 'why it may live'], rows)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    """Return a text in which no bar ends the cell."""
    return text.replace("|", "\\|")
