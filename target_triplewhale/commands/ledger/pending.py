"""`ledger pending`: what waits to be sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import click

from target_triplewhale.commands.ledger.asking import asked, config_option
from target_triplewhale.commands.text import counted, listed, moment, say, table, wrapped
from target_triplewhale.journal.journal import UNTELLING
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.journal.ledger.waiting import Waits

HEADS = ("stream", "code", "records", "tries", "since")
EXAMPLES = 5


@dataclass
class Group:
    """The records of one stream that were rejected for one reason."""

    first: Waits
    number: int = 0
    tries: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, waits: Waits) -> None:
        """Count a record; the first ones are examples."""
        self.number += 1
        self.tries = max(self.tries, waits.tries)
        if len(self.names) < EXAMPLES:
            told = [value for path, value in waits.identity.items() if path not in UNTELLING]
            self.names.append(masked(" ".join(told)) or "without id")


@click.command()
@click.option("--stream", help="Only this one.")
@click.option("--json", "as_json", is_flag=True, help="Print whole rows, one JSON object a line.")
@config_option
@click.pass_context
def pending(
    context: click.Context, *, stream: str | None, as_json: bool, configs: tuple[str, ...]
) -> None:
    """Print which rejected records wait to be sent again, by stream and reason.

    Each run sends those of its own shop and account again first (`retry_rejects`). The rows of
    --json hold personal data.
    """
    with asked(context, configs) as (history, settings):
        if as_json:
            rows = history.waiting.rows()
            say(*(json.dumps(row) for row in rows if stream in (None, row["stream"])))
            return
        groups = _groups(one for one in history.waiting if stream in (None, one.stream))
        if not groups:
            say(f"Nothing waits to be sent again to {settings.api_url}.")
            return
        _print(groups)


def _groups(waiting: Iterable[Waits]) -> list[Group]:
    groups = []
    for _, found in groupby(waiting, lambda one: (one.stream, one.code)):
        group = None
        for one in found:
            group = group or Group(one)
            group.add(one)
        if group:
            groups.append(group)
    return groups


def _print(groups: list[Group]) -> None:
    total = sum(group.number for group in groups)
    rows = [
        (one.first.stream, one.first.code, f"{one.number:,}", str(one.tries), _since(one))
        for one in groups
    ]
    head, *lines = table(HEADS, rows, ("records", "tries"))
    say(f"{counted(total, 'record')} that {'waits' if total == 1 else 'wait'} to be sent again", "")
    say(head)
    for group, line in zip(groups, lines, strict=True):
        more = [f"and {group.number - EXAMPLES:,} more"] if group.number > EXAMPLES else []
        say(line, *listed([*group.names, *more], indent=2))
        for reason in group.first.reasons:
            text = f"{reason['field']} {reason['problem']}".strip()
            say(*wrapped(masked(text) if group.first.status else text, indent=6))


def _since(group: Group) -> str:
    return moment(group.first.read_at)
