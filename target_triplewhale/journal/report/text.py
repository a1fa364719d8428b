"""The report as text that a person can read in 72 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from target_triplewhale.journal.report import money
from target_triplewhale.journal.report.moments import estimate, lasted, moment
from target_triplewhale.journal.report.pace import paces
from target_triplewhale.journal.report.verdict import steps, totals, verdict
from target_triplewhale.journal.tally import NAMES
from target_triplewhale.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from target_triplewhale.journal.report.verdict import Step

WIDTH = 72
_HEADS = ("read", *NAMES.values())
_PACE_HEADS = ("records", "requests", "not taken", "a minute", "limit")
_PACE_WIDTHS = (11, 11, 10, 11, 9)
_COUNT_WIDTH = 7


def text(report: Mapping[str, Any], file: str) -> str:
    """Return the report that a file of this name holds as lines."""
    parts = (_head, _routes, _paces, _rehearsal, _plan, _reasons)
    lines = [line for part in parts for line in part(report)]
    return "\n".join([*lines, *_next(report, file)])


def _head(report: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrapped(report["destination"])
    yield from _wrapped(f"{verdict(report).sentence}.")
    yield f"{moment(report['started'])}, {lasted(report)}, exit code {report['exit_code']}"
    if report["error"]:
        yield ""
        yield from _wrapped(report["error"])


def _routes(report: Mapping[str, Any]) -> Iterator[str]:
    total = totals(report)
    table = _Table(total, *report["routes"], *report["retried"])
    yield from ("", table.line("stream > endpoint", _HEADS))
    for route in report["routes"]:
        yield from table.counts(route)
    if len(report["routes"]) > 1:
        yield table.line("all", [str(number) for number in total.values()])
    if report["retried"]:
        yield from ("", "rejected records of earlier runs, sent again")
        for route in report["retried"]:
            yield from table.counts(route)


class _Table:
    """Counts of routes under their heads; each column is as wide as the largest of them."""

    def __init__(self, *counts: Mapping[str, Any]) -> None:
        self._widths = [
            1 + max(len(head), *(len(str(one[head])) for one in counts)) for head in _HEADS
        ]
        self._room = max(0, WIDTH - sum(self._widths))

    def line(self, name: str, cells: Iterable[str]) -> str:
        """Return a line."""
        columns = zip(cells, self._widths, strict=True)
        numbers = "".join(cell.rjust(width) for cell, width in columns)
        return f"{set_cell_size(name, self._room)}{numbers}"

    def counts(self, route: Mapping[str, Any]) -> list[str]:
        """Return a route's line, or two where its name is long."""
        target = route["route"].partition(":")[2] or route["route"]
        stream = route["stream"]
        name = printable(stream if target in (stream, "skipped") else f"{stream} > {target}")
        numbers = [str(route[head]) for head in _HEADS]
        if cell_len(name) <= self._room:
            return [self.line(name, numbers)]
        return [set_cell_size(name, WIDTH).rstrip(), self.line("", numbers)]


def _paces(report: Mapping[str, Any]) -> Iterator[str]:
    found = paces(report["timeline"])
    if not found:
        return
    yield from ("", _pace("pace", _PACE_HEADS))
    for one in found:
        counts = (sum(one.records), sum(one.requests), sum(one.refused), one.peak, one.limit)
        name = one.name.replace("enrichment", "enrich.")
        yield _pace(name, [f"{number:,}" for number in counts])


def _pace(name: str, cells: Sequence[str]) -> str:
    widths = zip(cells, _PACE_WIDTHS, strict=True)
    return name.ljust(WIDTH - sum(_PACE_WIDTHS)) + "".join(cell.rjust(to) for cell, to in widths)


def _rehearsal(report: Mapping[str, Any]) -> Iterator[str]:
    found = report["rehearsal"]
    if not found:
        return
    yield from ("", "what the rehearsal found (nothing was sent)")
    for sentence in (*_forecast(found), *_worth(found), *_known(found), *_findings(found)):
        yield from _wrapped(f"- {sentence}", 2)


def _forecast(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    found = rehearsal["forecast"]
    if found:
        number = found["requests"]
        yield (
            f"{number:,} {'request' if number == 1 else 'requests'}, "
            f"{estimate(found['seconds'])} at the limits; {found['decides']} decide "
            f"({found['per_minute']:,} a minute)"
        )


def _worth(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    for one in money.totals(rehearsal):
        yield (
            f"{one.endpoint} in {one.currency}, {min(one.days)} to {max(one.days)} (UTC): "
            f"{one.records:,} worth {one.amount:,}, refunds {one.refunds:,}"
        )


def _known(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    found = rehearsal["identities"]
    if found["events"]:
        yield (
            f"of {found['events']:,} events {found['email']:,} have a valid e-mail, "
            f"{found['phone_e164']:,} a phone in E.164, {found['phone_other']:,} another phone, "
            f"{found['external_id_only']:,} only an id of the source"
        )


def _findings(rehearsal: Mapping[str, Any]) -> Iterator[str]:
    for one in rehearsal["findings"]:
        examples = f" ({', '.join(one['examples'])})" if one["examples"] else ""
        yield f"{one['endpoint']}: {one['count']:,} {one['problem']}{examples} [{one['code']}]"


def _plan(report: Mapping[str, Any]) -> Iterator[str]:
    plan = report["plan"]
    if not plan:
        return
    yield from ("", "what a run would change")
    for name, one in plan["endpoints"].items():
        numbers = f"{one['new']} new, {one['changed']} changed, {one['unchanged']} unchanged"
        void = f", {one['void']} to void" if one["void"] else ""
        yield from _wrapped(f"{name}: {numbers}{void}", 2)


def _reasons(report: Mapping[str, Any]) -> Iterator[str]:
    if report["rejects"]:
        yield from ("", "why records were rejected")
    for one in report["rejects"]:
        yield f"{one['count'] + one['again']:>{_COUNT_WIDTH},}  {one['code']}"[:WIDTH]
        for sentence in (*_examples(one), f"What to do: {one['remedy']}"):
            yield from _wrapped(sentence, _COUNT_WIDTH + 2)


def _examples(reason: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the first one, and the names of the others."""
    first, *others = reason["examples"]
    yield f"{first['record']}: {'; '.join(first['reasons'])}"
    names = [example["record"] for example in others]
    more = reason["count"] + reason["again"] - len(reason["examples"])
    if names:
        yield f"Also {', '.join(names)}" + (f", and {more:,} more" if more else "")


def _next(report: Mapping[str, Any], file: str) -> Iterator[str]:
    found = list(steps(report, file))
    if found:
        yield from ("", "what to do next")
    for step in found:
        yield from _step(step)


def _step(step: Step) -> Iterator[str]:
    """Yield a step; its command goes on in further lines as a shell takes them."""
    yield from _wrapped(f"- {step.sentence}", 2)
    if step.command:
        yield " \\\n".join(_command(step.command))


def _command(words: str) -> list[str]:
    """Return lines with room for a sign at their end; a path stays whole, however long it is."""
    return textwrap.wrap(
        words,
        WIDTH - 2,
        initial_indent=" " * 4,
        subsequent_indent=" " * 4,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _wrapped(words: str, indent: int = 0) -> list[str]:
    """Break words into lines, as wide as a terminal shows them."""
    lines = Text(" ".join(printable(words).split())).wrap(Console(), WIDTH - indent)
    return [" " * indent + line.plain.rstrip() for line in lines]
