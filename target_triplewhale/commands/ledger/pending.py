"""`ledger pending`: what waits to be sent again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from target_triplewhale.commands.ledger.asking import asked, config_option
from target_triplewhale.commands.reasons import Group, print_groups, problem
from target_triplewhale.commands.text import counted, moment, say, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.journal.ledger.waiting import Waits

HEADS = ("stream", "code", "records", "tries", "since")


@dataclass
class Waiting(Group):
    """Those of one stream that wait, since their first was read."""

    stream: str = ""
    code: str = ""
    since: str = ""
    tries: int = 0


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


def _groups(waiting: Iterable[Waits]) -> list[Waiting]:
    groups: dict[tuple[str, str], Waiting] = {}
    for one in waiting:
        group = groups.get((one.stream, one.code)) or _group(one)
        groups[one.stream, one.code] = group
        group.add(one.identity)
        group.tries = max(group.tries, one.tries)
    return list(groups.values())


def _group(first: Waits) -> Waiting:
    told = [problem(one["field"], one["problem"], first.status) for one in first.reasons]
    return Waiting(told, stream=first.stream, code=first.code, since=first.read_at)


def _print(groups: list[Waiting]) -> None:
    total = sum(group.number for group in groups)
    rows = [
        (one.stream, one.code, f"{one.number:,}", str(one.tries), moment(one.since))
        for one in groups
    ]
    head, *lines = table(HEADS, rows, ("records", "tries"))
    say(f"{counted(total, 'record')} that {'waits' if total == 1 else 'wait'} to be sent again", "")
    print_groups(head, lines, groups)
