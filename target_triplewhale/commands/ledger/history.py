"""`ledger history ENDPOINT ID`: every version of one record."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import click

from target_triplewhale.commands.ledger.asking import asked, config_option
from target_triplewhale.commands.ledger.differences import differences
from target_triplewhale.commands.text import counted, moment, say, wrapped
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.gate.versions import VOID

if TYPE_CHECKING:
    from target_triplewhale.journal.ledger.history import History, Record, Version
    from target_triplewhale.journal.ledger.waiting import Waits

NOT_KEPT = "its body is not kept"


@click.command()
@click.argument("endpoint", type=click.Choice(list(ENDPOINTS)))
@click.argument("record_id", metavar="ID")
@config_option
@click.pass_context
def history(
    context: click.Context, *, endpoint: str, record_id: str, configs: tuple[str, ...]
) -> None:
    """Print every version of a record that was accepted, oldest first, and what changed in it."""
    with asked(context, configs) as (opened, settings):
        found = opened.records(ENDPOINTS[endpoint], record_id)
        waiting = opened.waiting.of(ENDPOINTS[endpoint], record_id)
        if not found and not waiting:
            say(f"Nothing is known of {record_id} among the {endpoint} of {settings.api_url}.")
            context.exit(1)
        for number, record in enumerate(found):
            say(*[""] * bool(number))
            _print(opened, record)
        for waits in waiting:
            say(*[""] * bool(found))
            _print_waiting(waits)


def _print(opened: History, record: Record) -> None:
    from target_triplewhale.journal.ledger.history import identity  # noqa: PLC0415  (an extra)

    endpoint = ENDPOINTS[record.key.name.endpoint]
    known = {path: value for path, value in identity(endpoint, record.key) if value is not None}
    shop = known.pop("shop")
    names = ", ".join(f"{path} {value}" for path, value in known.items())
    say(*wrapped(f"{endpoint.noun} of {shop}: {names}"))
    kept = opened.versions(record.version)
    if kept and kept[0].previous is not None:
        say("  (earlier versions are not kept any more)")
    for before, version in pairwise([None, *kept]):
        if version is not None:
            _print_version(before, version)


def _print_version(before: Version | None, version: Version) -> None:
    now, former = _body(version), _body(before) if before else None
    place = f"{moment(version.accepted_at)}  run {version.run}  {version.route}"
    say(f"  {place}: {_what(before, version, now, former)}")
    if now is not None and former is not None:
        for text in differences(former, now):
            say(*wrapped(text, indent=6))


def _what(before: Version | None, version: Version, now: Any, former: Any) -> str:
    """Say what a version was, in a word or two."""
    is_first = version.previous is None
    word = "new" if is_first else "changed"
    if version.is_void:
        word = "void"
    elif before and before.is_void:
        word = "valid again"
    if now is None:
        return f"{word}; {NOT_KEPT}"
    if is_first:
        return f"{word}, {counted(len(now), 'field')}"
    return word if former is not None or not before else f"{word}; that of the one before is not"


def _body(version: Version) -> dict[str, Any] | None:
    """Return a body without what tells that it is void, which is told in words."""
    if version.body is None:
        return None
    body: dict[str, Any] = json.loads(version.body)
    return {name: value for name, value in body.items() if name != VOID}


def _print_waiting(waits: Waits) -> None:
    tries = counted(waits.tries, "try", "tries")
    say(f"Waits to be sent again on {waits.route}: {waits.code}")
    say(f"  {tries}, the last in run {waits.run}; read {moment(waits.read_at)}")
    for reason in waits.reasons:
        say(*wrapped(f"{reason['field']} {reason['problem']}".strip(), indent=6))
