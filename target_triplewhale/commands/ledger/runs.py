"""`ledger runs`: what each run came to."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from target_triplewhale.commands.ledger.asking import asked, config_option
from target_triplewhale.commands.text import WIDTH, counted, cut, moment, say, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.journal.ledger.history import History, Run

HEADS = ("run", "started", "ended", "exit", "read", "delivered", "unchanged", "rejected", "other")
NUMBERS = ("run", "exit", *HEADS[4:])
OTHER = ("superseded", "filtered")
INDENT = "     "


@click.command()
@click.option("--last", type=click.IntRange(1), default=10, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print all of each, one JSON object a line.")
@config_option
@click.pass_context
def runs(context: click.Context, *, last: int, as_json: bool, configs: tuple[str, ...]) -> None:
    """Print the last runs, the newest at the bottom: when, exit code, counts, STATE.

    `other` is what was superseded or filtered. A run without records is a tool's.
    """
    with asked(context, configs) as (history, _):
        found = history.runs(last)
        if as_json:
            say(*(json.dumps(_document(run)) for run in found))
        elif found:
            _print(history, found)
        else:
            say("No run has used this ledger yet.")


def _print(history: History, found: list[Run]) -> None:
    head, *rows = table(HEADS, [_row(run) for run in found], NUMBERS)
    say(head)
    destination = ""
    for run, row in zip(found, rows, strict=True):
        if run.destination != destination:
            destination = run.destination
            say(f"to {destination}")
        say(row, *(cut(f"{INDENT}{text}", WIDTH) for text in _remarks(history, run)))


def _row(run: Run) -> list[str]:
    totals: Counter[str] = Counter()
    for route in _counts(run):
        totals.update({name: value for name, value in route.items() if isinstance(value, int)})
    totals["other"] = sum(totals[name] for name in OTHER)
    code = "-" if run.exit_code is None else str(run.exit_code)
    names = (str(run.id), moment(run.started_at), moment(run.ended_at), code)
    return [*names, *(f"{totals[name]:,}" for name in HEADS[4:])]


def _remarks(history: History, run: Run) -> Iterator[str]:
    if run.ended_at is None:
        yield "has not ended: it runs still, or was killed"
    elif not _counts(run):
        yield f"without records; {counted(history.voided(run.id), 'order')} voided"
    if run.state:
        yield f"STATE {run.state}"


def _counts(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run.counts) if run.counts else []
    return found


def _document(run: Run) -> dict[str, Any]:
    parsed = {"counts": _counts(run), "state": json.loads(run.state) if run.state else None}
    return run._asdict() | parsed
