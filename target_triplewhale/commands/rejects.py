"""`rejects`: what a run has rejected and why, one record in full, and sending them again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from target_triplewhale.commands.text import counted, listed, say, table, wrapped
from target_triplewhale.errors import UsageError
from target_triplewhale.journal.journal import UNTELLING
from target_triplewhale.journal.masking import masked
from target_triplewhale.journal.rejected import rows
from target_triplewhale.run import run

if TYPE_CHECKING:
    from target_triplewhale.journal.rejected import Reason, Row

HEADS = ("route", "code", "rows")
EXAMPLES = 5


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
        raise click.UsageError(str(error)) from None
    total = sum(group.number for group in groups)
    say(f"{counted(total, 'rejected row')} in {file}")
    if not groups:
        return
    cells = [(one.route, one.code, f"{one.number:,}") for one in groups]
    head, *lines = table(HEADS, cells, ("rows",))
    say("", head)
    for group, line in zip(groups, lines, strict=True):
        more = [f"and {group.number - EXAMPLES:,} more"] if group.number > EXAMPLES else []
        say(line, *listed([*group.names, *more], indent=2))
        for text in group.problems:
            say(*wrapped(text, indent=6))
    say("", "One of them in full: target-triplewhale rejects show FILE NUMBER")


@rejects.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("number", type=click.IntRange(min=1), default=1)
def show(file: Path, number: int) -> None:
    """Print one row of a rejects FILE as it was read, by its NUMBER from 1; it is personal data."""
    try:
        row = next(islice(rows(file), number - 1, None), None)
    except UsageError as error:
        raise click.UsageError(str(error)) from None
    if row is None:
        raise click.UsageError(f"{file} has no row {number}")
    mark = row.rejected
    say(f"{mark.route}: {mark.code}, at {mark.at}" + (f", {mark.status}" if mark.status else ""))
    for reason in mark.reasons:
        say(*wrapped(_told(reason), indent=2))
    say("", *json.dumps(row.record, indent=2, ensure_ascii=False).splitlines())


@dataclass
class _Group:
    """The rows of one route that were rejected with one code."""

    route: str
    code: str
    problems: list[str]
    number: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Count a row; the first ones are examples."""
        self.number += 1
        if len(self.names) < EXAMPLES:
            ids = (str(one) for path, one in row.rejected.identity.items() if path not in UNTELLING)
            self.names.append(masked(" ".join(ids)) or "without id")


def _groups(file: Path) -> list[_Group]:
    """Return the groups of a file, the largest first."""
    groups: dict[tuple[str, str], _Group] = {}
    for row in rows(file):
        mark = row.rejected
        group = groups.get((mark.route, mark.code))
        if group is None:
            problems = [_told(reason, is_ours=mark.status is None) for reason in mark.reasons]
            group = groups[mark.route, mark.code] = _Group(mark.route, mark.code, problems)
        group.add(row)
    return sorted(groups.values(), key=lambda group: -group.number)


def _told(reason: Reason, *, is_ours: bool = True) -> str:
    """Return a reason as a sentence's end; the API's own words may hold a person's data."""
    text = f"{reason.field} {reason.problem}".strip()
    return text if is_ours else masked(text)
