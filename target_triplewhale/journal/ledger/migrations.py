"""The steps from one version of a ledger's tables to the next; the first makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select

from target_triplewhale.errors import LedgerUnusable
from target_triplewhale.journal.ledger import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

_NUMBER = 0x7472_6970_6C66
"""Names the lock in PostgreSQL, which knows locks by numbers."""


def _make_tables(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    connection.execute(tables.schema.insert(), {"version": 0})


STEPS: tuple[Callable[[Connection], None], ...] = (_make_tables,)
"""Each leads to the version of its place, from 1; one that was released is not changed."""


def migrate(connection: Connection) -> None:
    """Bring a ledger to today's version; raise LedgerUnusable where it is of a later one."""
    if version(connection) == len(STEPS):
        return
    _begin_alone(connection)
    before = version(connection)
    for step in STEPS[before:]:
        step(connection)
    connection.execute(tables.schema.update(), {"version": len(STEPS)})


def _begin_alone(connection: Connection) -> None:
    """Let no other run take the same steps, and a kill leave none of them half done."""
    if connection.dialect.name == "sqlite":
        # Before it makes a table, Python's driver begins no transaction by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(select(func.pg_advisory_xact_lock(_NUMBER)))


def version(connection: Connection) -> int:
    """Return a ledger's version, 0 where there is none; raise LedgerUnusable for a later one."""
    if not inspect(connection).has_table(tables.schema.name):
        return 0
    found = connection.execute(select(tables.schema.c.version)).scalar()
    if found is None or found > len(STEPS):
        raise LedgerUnusable(
            "TW-LEDGER-NEWER",
            "the ledger cannot be used: a newer version of target-triplewhale has written it; "
            "install that version, or name another ledger",
        )
    return int(found)
