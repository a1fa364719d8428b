"""`ledger undo RUN`: void the orders that a run created, and name what cannot be taken back."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import click

from target_triplewhale.commands.ledger.asking import all_configs, asked, config_option, opened
from target_triplewhale.commands.ledger.voiding import void
from target_triplewhale.commands.text import counted, listed, moment, name_of, say, wrapped
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import UsageError
from target_triplewhale.gate.snapshots import ORDERS
from target_triplewhale.run import run_tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.journal.ledger.absent import Standing
    from target_triplewhale.journal.ledger.history import History, Run
    from target_triplewhale.journal.ledger.undoing import Done
    from target_triplewhale.settings import Settings
    from target_triplewhale.target import TargetTripleWhale

BY_HAND = "only by deleting their account in Triple Whale (Integrations > Data In > Manage)"
NEVER = "never: nothing in Triple Whale takes them away"
BY_ENDPOINT = {
    "products": BY_HAND,
    "customers": BY_HAND,
    "subscriptions": BY_HAND,
    "ads": BY_HAND,
    "pps": BY_HAND,
    "events": NEVER,
    "orders_enrichment": NEVER,
    "products_enrichment": NEVER,
}
"""How what was sent to an endpoint can be taken back, if not by voiding."""
BY_KIND = {
    "changed": "not undone: {} that it changed, so an earlier version was there; mend the source "
    "or the mapping, and the next run sends it right",
    "voided": "not undone: {} that it voided; the next run that reads it sends it valid again",
    "bodiless": "not undone: {} that it created; the body to send again is not kept",
    "void already": "void already: {} that it created",
}
"""What a run did to orders that no void takes back."""


@click.command()
@click.argument("number", metavar="RUN", type=click.IntRange(1, 2**31 - 1))
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@config_option
@click.pass_context
def undo(context: click.Context, *, number: int, dry_run: bool, configs: tuple[str, ...]) -> None:
    """Void the orders that a RUN created, and name what cannot be taken back.

    Each order that stands is sent again as it was accepted last, with `void: true`. A source that
    still has them brings them again with its next run: mend the cause first.
    """
    with asked(context, configs) as (history, settings):
        run = _run(history, settings, number)
        if dry_run:
            say("Nothing is sent (--dry-run).")
            _print(history, run)
    if not dry_run:
        context.exit(run_tool(all_configs(context, configs), partial(_undo, run)))


def _run(history: History, settings: Settings, number: int) -> Run:
    """Return the run; raise UsageError where it cannot be undone here."""
    if settings.ledger_bodies != "full":
        raise UsageError(
            "TW-COMMAND-NO-BODIES",
            "an order is voided by sending its body again, and this ledger keeps no bodies "
            f"(`ledger_bodies: {settings.ledger_bodies}`): no run can be undone",
        )
    run = history.run(number)
    if run is None:
        raise UsageError(
            "TW-COMMAND-NO-RUN",
            f"there is no run {number} in this ledger; `ledger runs` prints them",
        )
    if run.destination != history.destination:
        raise UsageError(
            "TW-COMMAND-OTHER-API",
            f"run {number} went to {run.destination}, and `api_url` is {history.destination}",
        )
    return run


def _undo(run: Run, target: TargetTripleWhale) -> int:
    with closing(opened(target.settings)) as history:
        orders = _print(history, run)
    return void(target, orders, are_gone=False) if orders else 0


def _print(history: History, run: Run) -> dict[str, list[Standing]]:
    """Print what a run has done; return the orders that can be voided, by their routes."""
    from target_triplewhale.journal.ledger.undoing import CREATED, done_by  # noqa: PLC0415

    say(f"run {run.id}, begun {moment(run.started_at)}, to {run.destination}", "")
    kinds: dict[tuple[str, str], list[Done]] = defaultdict(list)
    for done in done_by(history, run.id):
        endpoint = done.key.name.endpoint
        kinds[endpoint, done.kind if endpoint == ORDERS.name else ""].append(done)
    created = kinds.pop((ORDERS.name, CREATED), [])
    say(f"to void: {counted(len(created), 'order')} that it created", *_names(created), "")
    for (endpoint, kind), found in sorted(kinds.items()):
        say(*wrapped(_cannot(endpoint, kind, len(found))), *_names(found), "")
    orders: dict[str, list[Standing]] = defaultdict(list)
    for done in created:
        orders[done.route].append(done.standing)
    return orders


def _cannot(endpoint: str, kind: str, number: int) -> str:
    nouns = counted(number, ENDPOINTS[endpoint].noun)
    if endpoint == ORDERS.name:
        return BY_KIND[kind].format(nouns)
    return f"cannot be undone: {nouns}; {BY_ENDPOINT[endpoint]}"


def _names(found: Sequence[Done]) -> list[str]:
    return listed(sorted(name_of(one.key) for one in found), indent=2)
