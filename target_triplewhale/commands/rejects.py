"""`rejects`: what a run has rejected and why, one record in full, and sending them again."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import click

from target_triplewhale.codes import with_code
from target_triplewhale.commands.reasons import Group, print_groups, problem
from target_triplewhale.commands.text import counted, say, table, wrapped
from target_triplewhale.errors import UsageError
from target_triplewhale.journal.rejected import rows
from target_triplewhale.run import run

HEADS = ("route", "code", "rows")


@click.group()
def rejects() -> None:
    """Work with the rejects file of a run."""


@rejects.command()
@click.argument("file")
@click.option("--config", "configs", multiple=True, help="As of the target itself.")
@click.pass_context
def retry(context: click.Context, file: str, configs: tuple[str, ...]) -> None:
    """Send the records of a rejects FILE again; what is rejected again gets a new file."""
    before: tuple[str, ...] = context.obj or ()
    context.exit(run((*before, *configs), file, is_rejects=True))


@rejects.command()
@click.argument("file", type=click.Path(path_type=Path))
def summary(file: Path) -> None:
    """Print why the records of a rejects FILE were rejected, the commonest reason first."""
    try:
        groups = _groups(file)
    except UsageError as error:
        raise click.UsageError(error.told) from None
    total = sum(group.number for group in groups.values())
    say(f"{counted(total, 'rejected row')} in {file}", "")
    if not groups:
        return
    ranked = sorted(groups.items(), key=lambda one: -one[1].number)
    cells = [(*names, f"{group.number:,}") for names, group in ranked]
    head, *lines = table(HEADS, cells, ("rows",))
    print_groups(head, lines, [group for _, group in ranked])
    say("", "One of them in full: target-triplewhale rejects show FILE NUMBER")


@rejects.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("number", type=click.IntRange(min=1), default=1)
def show(file: Path, number: int) -> None:
    """Print one row of a rejects FILE as it was read, by its NUMBER from 1; it is personal data."""
    try:
        row = next(islice(rows(file), number - 1, None), None)
    except UsageError as error:
        raise click.UsageError(error.told) from None
    if row is None:
        raise click.UsageError(with_code("TW-COMMAND-NO-ROW", f"{file} has no row {number}"))
    mark = row.rejected
    say(f"{mark.route}: {mark.code}, at {mark.at}" + (f", {mark.status}" if mark.status else ""))
    for reason in mark.reasons:
        say(*wrapped(problem(reason.field, reason.problem, None), indent=2))
    say("", *json.dumps(row.record, indent=2, ensure_ascii=False).splitlines())


def _groups(file: Path) -> dict[tuple[str, str], Group]:
    """Return the groups of a file by route and code."""
    groups: dict[tuple[str, str], Group] = {}
    for row in rows(file):
        mark = row.rejected
        told = [problem(one.field, one.problem, mark.status) for one in mark.reasons]
        groups.setdefault((mark.route, mark.code), Group(told)).add(mark.identity)
    return groups
