"""`ledger missing STREAM`: what the source had no more when it was read whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from target_triplewhale.commands.ledger.asking import NO_LEDGER, all_configs, asked, config_option
from target_triplewhale.commands.ledger.voiding import void
from target_triplewhale.commands.text import counted, moment, say, table, wrapped
from target_triplewhale.equipment import choices
from target_triplewhale.errors import UsageError
from target_triplewhale.gate.snapshots import ORDERS
from target_triplewhale.journal.ledger.keys import guarded
from target_triplewhale.routes import Routes
from target_triplewhale.run import run_tool

if TYPE_CHECKING:
    from target_triplewhale.journal.ledger.absent import Standing
    from target_triplewhale.journal.ledger.history import History
    from target_triplewhale.settings import Settings
    from target_triplewhale.target import TargetTripleWhale

HEADS = ("order", "created_at", "shop")


@click.command()
@click.argument("stream")
@click.option("--void", "voids", is_flag=True, help="Void them; only after Meltano ended with 0.")
@config_option
@click.pass_context
def missing(context: click.Context, *, stream: str, voids: bool, configs: tuple[str, ...]) -> None:
    """Print the orders that the last whole reading of a `snapshot: true` STREAM has lacked.

    With --void they are voided, each with the body that was accepted last, and at most
    `max_voids` of them. Call that only after Meltano has ended with 0: the end of the input is no
    proof that all was read.
    """
    with asked(context, configs) as (history, settings):
        routes = _routes(settings, stream)
        if not voids:
            for route in routes:
                _print(history, route, stream)
    if voids:
        context.exit(run_tool(all_configs(context, configs), partial(_void, routes)))


def _routes(settings: Settings, stream: str) -> list[str]:
    """Return a stream's routes that are read whole; raise where there is none."""
    routes = Routes(choices(settings)).of(stream)
    found = [route.name for route in routes if route.recipe.snapshot]
    if not found:
        raise UsageError(
            "TW-COMMAND-NO-SNAPSHOT",
            f"stream {stream} is not declared as read whole (`streams: {{{stream}: {{endpoint: "
            "orders, snapshot: true}}`), so nobody knows what it lacks",
        )
    return found


def _print(history: History, route: str, stream: str) -> None:
    from target_triplewhale.journal.ledger.absent import Absent  # noqa: PLC0415  (an extra)

    lacking = Absent(history.engine, history.destination).lacking(ORDERS.name, route)
    run = history.whole_reading(route)
    if not lacking or not run:
        say(f"{route}: the last whole reading has lacked no order that stands, or there was none.")
        return
    stand = f"{counted(len(lacking), 'order')} that {'stands' if len(lacking) == 1 else 'stand'}"
    when = f"run {run.id}, begun {moment(run.started_at)}, has read it whole"
    say(*wrapped(f"{route}: {when} and lacked {stand}:"), "")
    say(*table(HEADS, [_row(one) for one in lacking], ()), "")
    say(f"Once Meltano has ended with 0, `ledger missing {stream} --void` voids them.")


def _row(order: Standing) -> tuple[str, str, str]:
    created_at = guarded(ORDERS, order.rest)["created_at"]
    return order.name.text, moment(created_at), order.name.shop


def _void(routes: list[str], target: TargetTripleWhale) -> int:
    if target.ledger is None:
        raise UsageError("TW-LEDGER-NOT-SET", NO_LEDGER)
    absent = target.ledger.absent
    orders = {route: absent.lacking(ORDERS.name, route) for route in routes}
    return void(target, orders, are_gone=True)
