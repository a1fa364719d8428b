"""The table of docs/assumptions.md; `python -m tests.live` asks the sandbox and writes it anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live.assumptions import ASSUMPTIONS
from tests.live.findings import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tests.live.findings import Finding

PAGE = Path(__file__).parents[2] / "docs" / "assumptions.md"
NOT_YET = "not yet measured"
HEAD = """\
| | what is assumed | what the target does because of it | source | sandbox | real API |
|---|---|---|---|---|---|
"""
TABLE = re.compile(r"(<!-- assumptions -->\n).*?(<!-- /assumptions -->)", re.DOTALL)
ROW = re.compile(r"^\| `(\S+)` \|.*\| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


def cells(findings: Iterable[Finding], day: date | None = None) -> dict[str, str]:
    """Return by id what the table says of findings, with the day on which they were made."""
    when = f" ({day})" if day else ""
    return {one.assumption.id: _plain(f"{one.verdict}: {one.seen}{when}") for one in findings}


def measured(findings: Iterable[Finding]) -> list[Finding]:
    """Return those that were asked for: the others leave what an earlier run has found."""
    return [one for one in findings if one.verdict is not Verdict.NOT_ASKED]


def refreshed(
    text: str, *, sandbox: Mapping[str, str] | None = None, real: Mapping[str, str] | None = None
) -> str:
    """Return the page with new cells; where there is none it keeps its own."""
    before = {row[1]: (row[2], row[3]) for row in ROW.finditer(text)}
    lines = []
    for name, row in ASSUMPTIONS.items():
        own = before.get(name, (NOT_YET, NOT_YET))
        of_sandbox, of_real = (sandbox or {}).get(name, own[0]), (real or {}).get(name, own[1])
        parts = (f"`{name}`", row.assumed, row.because, row.source, of_sandbox, of_real)
        lines.append(f"| {' | '.join(parts)} |\n")
    return TABLE.sub(lambda found: found[1] + HEAD + "".join(lines) + found[2], text)


def _plain(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
