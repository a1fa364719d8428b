"""Voids orders for a tool, through the delivery that every run has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.commands.ledger.asking import NO_LEDGER
from target_triplewhale.commands.text import counted, listed, name_of, say, wrapped
from target_triplewhale.errors import UsageError
from target_triplewhale.gate.snapshots import voiding
from target_triplewhale.journal.ledger.keys import Key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.journal.ledger.absent import Standing
    from target_triplewhale.target import TargetTripleWhale

FAILED = 1


def void(
    target: TargetTripleWhale, orders: Mapping[str, Sequence[Standing]], *, are_gone: bool
) -> int:
    """Void orders by their routes, print what came of it, and return the exit code."""
    if target.gate is None:
        raise UsageError("TW-LEDGER-NOT-SET", NO_LEDGER)
    parcels = [
        voiding(one, route.rpartition(":")[0], route)
        for route, some in orders.items()
        for one in some
    ]
    journal = target.collaborators.journal
    try:
        target.gate.void(parcels, are_gone=are_gone)
    finally:
        voided = sum(found["delivered"] for found in journal.voided.values())
        say(f"voided: {voided:,} of {counted(len(parcels), 'order')}")
    refused = [name for name, _ in journal.unvoided]
    names = [name for some in orders.values() for name in names_of(some) if name not in refused]
    say(*listed(sorted(names), indent=2))
    for name, rejected in journal.unvoided:
        say(f"rejected: {name} ({rejected.code})")
        for reason in rejected.reasons:
            say(*wrapped(f"{reason.field} {reason.problem}".strip(), indent=6))
    return FAILED if journal.unvoided else 0


def names_of(orders: Sequence[Standing]) -> list[str]:
    """Return the ids of orders."""
    return [name_of(Key(one.name, one.rest)) for one in orders]
