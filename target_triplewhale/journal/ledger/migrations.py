"""The steps from one version of a ledger's tables to the next; the first makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from target_triplewhale.errors import LedgerUnusable
from target_triplewhale.journal.ledger import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


def _make_tables(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    connection.execute(tables.schema.insert(), {"version": 0})


STEPS: tuple[Callable[[Connection], None], ...] = (_make_tables,)
"""Each leads to the version of its place, from 1; one that was released is not changed."""


def migrate(connection: Connection) -> None:
    """Bring a ledger to today's version; raise LedgerUnusable where it is of a later one."""
    before = version(connection)
    for step in STEPS[before:]:
        step(connection)
    if before < len(STEPS):
        connection.execute(tables.schema.update(), {"version": len(STEPS)})


def version(connection: Connection) -> int:
    """Return a ledger's version, 0 where there is none; raise LedgerUnusable for a later one."""
    if not inspect(connection).has_table(tables.schema.name):
        return 0
    found = connection.execute(select(tables.schema.c.version)).scalar()
    if found is None or found > len(STEPS):
        raise LedgerUnusable(
            "the ledger cannot be used: a newer version of target-triplewhale has written it; "
            "install that version, or name another ledger"
        )
    return int(found)
