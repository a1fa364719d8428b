"""What a check has found out: one line of the answer."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import click

from target_triplewhale.codes import with_code
from target_triplewhale.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

OK: Literal["ok"] = "ok"
CANNOT_TELL: Literal["cannot tell"] = "cannot tell"
TO_DO: Literal["to do"] = "to do"
COLOURS = {OK: "green", CANNOT_TELL: "yellow", TO_DO: "red"}
WIDTH = 72
VERDICT_WIDTH = 13
NAME_WIDTH = 12


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what came of it."""

    name: str
    verdict: Literal["ok", "cannot tell", "to do"]
    sentence: str
    code: str | None = None
    """Of what has to be done; docs/errors.md explains it."""

    def lines(self) -> list[str]:
        """Return the finding for a terminal; only the verdict is coloured."""
        told = with_code(self.code, self.sentence) if self.code else self.sentence
        text = printable(told)
        indent = VERDICT_WIDTH + NAME_WIDTH
        first, *more = textwrap.wrap(text, WIDTH - indent, break_on_hyphens=False) or [""]
        verdict = click.style(self.verdict, fg=COLOURS[self.verdict])
        padding = " " * (VERDICT_WIDTH - len(self.verdict))
        head = f"{verdict}{padding}{self.name.ljust(NAME_WIDTH)}{first}".rstrip()
        return [head, *(f"{' ' * indent}{line}" for line in more)]


def ok(name: str, sentence: str) -> Finding:
    """Return that nothing has to be done."""
    return Finding(name, OK, sentence)


def cannot_tell(name: str, sentence: str) -> Finding:
    """Return that it was not found out, and why."""
    return Finding(name, CANNOT_TELL, sentence)


def to_do(code: str, name: str, sentence: str) -> Finding:
    """Return what is wrong, and what to do."""
    return Finding(name, TO_DO, sentence, code)


def exit_code(findings: Sequence[Finding]) -> int:
    """Return 1 where anything has to be done: what cannot be told is no fault."""
    return int(any(finding.verdict == TO_DO for finding in findings))


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings for a program."""
    found = [asdict(finding) for finding in findings]
    return {"exit_code": exit_code(findings), "findings": found}
