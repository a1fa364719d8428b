"""Checks where streams go, and what the mapping makes of a tap's output."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.check.finding import Finding, ok, to_do
from target_triplewhale.commands.check.trial import Trial
from target_triplewhale.commands.text import counted
from target_triplewhale.errors import SettingsInvalid, TargetError
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from target_triplewhale.commands.check.sent import Sent
    from target_triplewhale.entries import Route
    from target_triplewhale.journal.tally import Count

NAME = "mapping"
MOST_CODES = 3
"""Reject codes that are named of a route."""


@dataclass
class Mapped:
    """What was found out of the mapping, and what further checks need of it."""

    findings: list[Finding] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)
    """Those of the input's streams, or all that the settings name."""
    sent: dict[str, Sent] | None = None
    """The orders of the input by their shops; None where there is no input."""


def mapping(given: Mapping[str, Any], path: Path | None) -> Mapped:
    """Check the mapping, and if there is an input try it."""
    mapped = Mapped()
    try:
        with closing(Trial(config=dict(given))) as trial:
            if path is None:
                _look(trial, mapped)
            else:
                _try(trial, path, mapped)
    except SettingsInvalid as error:
        mapped.findings += [to_do(code, NAME, sentence) for code, sentence in error.faults]
    except TargetError as error:
        mapped.findings.append(to_do(error.code, NAME, str(error)))
    return mapped


def _look(trial: Trial, mapped: Mapped) -> None:
    mapped.routes = trial.routes.named()
    sentence = "streams find their endpoints by their names"
    if mapped.routes:
        sentence = f"{counted(len(mapped.routes), 'route')} can be used"
    mapped.findings.append(ok(NAME, f"{sentence}; --input FILE tries a tap's output"))


def _try(trial: Trial, path: Path, mapped: Mapped) -> None:
    """Take the input, and tell what came of it even where it ends too early."""
    try:
        trial.take(path)
    finally:
        mapped.routes = [route for routes in trial.routes.seen.values() for route in routes]
        mapped.sent = trial.orders
        mapped.findings += _findings(trial)


def _findings(trial: Trial) -> Iterator[Finding]:
    for unmapped in trial.routes.unmapped.values():
        yield to_do(unmapped.code, NAME, str(unmapped))
    for name, stream in trial.routes.misnamed():
        yield to_do(
            "TW-STREAM-MISNAMED",
            NAME,
            f"streams.{name} does nothing: the stream is called {stream}",
        )
    if trial.failure:
        yield to_do(trial.failure.code, NAME, str(trial.failure))
    counts = [count for count in trial.tally if count.stream not in trial.routes.unmapped]
    for count in counts:
        yield ok(NAME, _told(count))
    if not (counts or trial.routes.unmapped):
        yield ok(NAME, "the input holds no records")


def _told(count: Count) -> str:
    """Say how the records of a stream would end on a route."""
    told = [f"{count.ended['delivered']:,} can be sent"]
    if filtered := count.ended["filtered"]:
        told.append(f"{filtered:,} filtered")
    if rejected := count.ended["rejected"]:
        codes = count.codes.most_common(MOST_CODES)
        named = ", ".join(f"{code} {number:,}" for code, number in codes)
        told.append(f"{rejected:,} rejected ({named})")
    end = count.endpoint or count.route
    name = f"{masked(count.stream)} > {end}, {counted(count.offered, 'record')}"
    return f"{name}: {', '.join(told)}"
