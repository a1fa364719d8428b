"""`ledger`: ask what the API has accepted, take it back, and forget a person."""

from __future__ import annotations

import click

from target_triplewhale.commands.ledger.forget import forget
from target_triplewhale.commands.ledger.history import history
from target_triplewhale.commands.ledger.missing import missing
from target_triplewhale.commands.ledger.pending import pending
from target_triplewhale.commands.ledger.runs import runs
from target_triplewhale.commands.ledger.undo import undo


@click.group()
def ledger() -> None:
    """Ask what Triple Whale has accepted, take it back, or forget a person. Times are in UTC."""


for command in (runs, history, pending, missing, undo, forget):
    ledger.add_command(command)
