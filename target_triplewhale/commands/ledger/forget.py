"""`ledger forget`: take a person out of the ledger."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from target_triplewhale.commands.ledger.asking import NO_LEDGER, all_configs, asked, config_option
from target_triplewhale.commands.text import counted, say
from target_triplewhale.errors import UsageError
from target_triplewhale.journal.ledger.persons import Customer, Email, Phone
from target_triplewhale.run import run_tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.journal.ledger.persons import Person
    from target_triplewhale.target import TargetTripleWhale

KINDS: dict[str, Callable[[str], Person]] = {"email": Email, "phone": Phone, "customer": Customer}


@click.command()
@click.option("--email", help="Their e-mail address; case does not matter.")
@click.option("--phone", help="Their phone number; only its digits matter.")
@click.option("--customer", help="Their id: `customer.id` of orders, `customer_id` elsewhere.")
@config_option
@click.pass_context
def forget(
    context: click.Context,
    *,
    email: str | None,
    phone: str | None,
    customer: str | None,
    configs: tuple[str, ...],
) -> None:
    """Forget one person: the bodies and the rejected records that mention them.

    What was accepted is still known by its fingerprint, so it is not sent again as long as it
    does not change. Nothing is taken out of Triple Whale, nor out of the rejects files.
    """
    with asked(context, configs):
        person = _person(email=email, phone=phone, customer=customer)
    context.exit(run_tool(all_configs(context, configs), partial(_forget, person)))


def _person(**given: str | None) -> Person:
    named = {name: text for name, text in given.items() if text is not None}
    if len(named) != 1 or "" in named.values():
        raise UsageError(
            "TW-COMMAND-PERSON",
            "name one person: --email ADDRESS, --phone NUMBER, or --customer ID",
        )
    kinds: dict[str, Callable[[str], Person]] = {
        "email": Email,
        "phone": Phone,
        "customer": Customer,
    }
    ((kind, text),) = named.items()
    return kinds[kind](text)


def _forget(person: Person, target: TargetTripleWhale) -> int:
    from target_triplewhale.journal.ledger.forgetting import forget as forget_in  # noqa: PLC0415

    if target.ledger is None:
        raise UsageError("TW-LEDGER-NOT-SET", NO_LEDGER)
    forgotten = forget_in(target.ledger.engine, person)
    say(
        f"forgotten: {counted(forgotten.bodies, 'body', 'bodies')}, "
        f"{counted(forgotten.waiting, 'record')} that waited to be sent again, "
        f"{counted(forgotten.records, 'record')} whose id it was",
        f"Not looked into: Triple Whale itself, and the files in {target.settings.rejects_path}.",
    )
    return 0
