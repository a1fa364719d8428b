"""What a person wants to know first: how the run went, and what to do next."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from target_triplewhale.journal.tally import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOOL = "target-triplewhale"
SIGNAL_BASE = 128
Tone = Literal["good", "mixed", "bad"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, and the command for it, if there is one."""

    sentence: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run went, in one line."""

    tone: Tone
    sentence: str


def totals(report: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of all routes together."""
    return {
        name: sum(route[name] for route in report["routes"]) for name in ("read", *NAMES.values())
    }


def verdict(report: Mapping[str, Any]) -> Verdict:
    """Judge a run by how it ended and by what was rejected."""
    found = totals(report)
    code = report["exit_code"]
    if code > SIGNAL_BASE:
        return Verdict("bad", "The run was stopped by a signal")
    if code:
        return Verdict("bad", "The run ended early" if report["error"] else "The run failed")
    if not found["read"]:
        return Verdict("mixed", "No record was read")
    what, would = ("rehearsal", "would be") if report["dry_run"] else ("run", "")
    if found["rejected"]:
        rejected = f"{_records(found['rejected'])} {would} rejected".replace("  ", " ")
        return Verdict("mixed", f"The {what} is complete, {rejected}")
    return Verdict("good", f"The {what} is complete, nothing {would or 'was'} rejected")


def steps(report: Mapping[str, Any], file: str) -> Iterator[Step]:
    """Yield what to do next; `file` is the report's."""
    if report["exit_code"]:
        start = "Mend what the error names and start" if report["error"] else "Start"
        goes_on = ": it goes on from the last STATE" if report["state"]["emitted"] else ""
        yield Step(f"{start} the run again{goes_on}.")
    if report["rejects_file"]:
        rejects = shlex.quote(report["rejects_file"])
        yield Step("See which records were rejected, and why.", f"{TOOL} rejects summary {rejects}")
        if not report["dry_run"]:
            yield Step(
                "Mend the mapping or the source, then send those records again.",
                f"{TOOL} rejects retry {rejects} --config FILE",
            )
    if not report["exit_code"]:
        yield from _rest(report)
    if report["sent"] and any(report["sent"].values()):
        yield Step(
            "Check what arrived: what was sent beside what the shop has.",
            f"{TOOL} verify {shlex.quote(file)} --config FILE",
        )


def _rest(report: Mapping[str, Any]) -> Iterator[Step]:
    """Yield how to send what a whole run was not to send."""
    if report["dry_run"]:
        yield Step("Nothing was sent. Run it without `dry_run` to deliver.")
    elif "record_limit" in report["settings"]:
        yield Step("Only the first records were sent. Run it without `record_limit` for the rest.")


def _records(number: int) -> str:
    return f"{number:,} {'record' if number == 1 else 'records'}"
