"""What the ledger lets go of by age: versions that later ones have followed, and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, delete, exists, or_, select

from target_triplewhale.journal.ledger.tables import (
    VERSIONS_A_RUN,
    missing,
    rejects,
    runs,
    versions,
)
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Engine


def retire(engine: Engine, before: str) -> None:
    """Delete what was accepted before a time and followed by another version."""
    followed = select(versions.c.previous).where(versions.c.previous.is_not(None))
    is_old = versions.c.accepted_at < before
    with told(), engine.begin() as connection:
        connection.execute(delete(versions).where(versions.c.id.in_(followed), is_old))
        connection.execute(delete(runs).where(runs.c.started_at < before, ~_is_needed()))


def _is_needed() -> ColumnElement[bool]:
    """Tell whether anything is left of a run."""
    first = cast(runs.c.id, BigInteger) * VERSIONS_A_RUN
    is_its = versions.c.id.between(first, first + VERSIONS_A_RUN - 1)
    return or_(
        exists().where(is_its),
        exists().where(rejects.c.run == runs.c.id),
        exists().where(missing.c.run == runs.c.id),
    )
