"""What a run has done, told apart by what can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, select

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.journal.ledger.absent import Standing
from target_triplewhale.journal.ledger.history import is_of_run
from target_triplewhale.journal.ledger.keys import Key, Name
from target_triplewhale.journal.ledger.tables import records, versions
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Row

    from target_triplewhale.journal.ledger.history import History

VOIDED, CHANGED = "voided", "changed"
CREATED, BODILESS, VOID_ALREADY = "created", "bodiless", "void already"
READ = 1000
"""Versions that are fetched together."""


class Done(NamedTuple):
    """A record that a run had accepted: what it did to it, and what stands of it now."""

    kind: str
    """For orders: one of the above; for all else what it was, created or changed."""
    route: str
    standing: Standing

    @property
    def key(self) -> Key:
        """What the record is known by."""
        return Key(self.standing.name, self.standing.rest)


def done_by(history: History, run: int) -> list[Done]:
    """Return the records of a run, each once, by its first version of the run."""
    found: dict[Key, Done] = {}
    for row in _versions_of(history, run):
        endpoint, shop = history.scopes[row.scope]
        name = Name(endpoint, shop, row.name)
        standing = Standing(name, row.rest, row.newest)
        found.setdefault(Key(name, row.rest), Done(_kind(endpoint, row), row.route, standing))
    return list(found.values())


def _versions_of(history: History, run: int) -> Iterator[Row[tuple[object, ...]]]:
    before, last = versions.alias("before"), versions.alias("last")
    keys = ("scope", "name", "rest")
    columns = (
        *(versions.c[name] for name in (*keys, "previous", "is_void")),
        records.c.route,
        records.c.version.label("newest"),
        records.c.is_void.label("is_void_now"),
        before.c.is_void.label("was_void"),
        last.c.body.is_not(None).label("has_body"),
    )
    known = and_(*(records.c[name] == versions.c[name] for name in keys))
    chosen = (
        select(*columns)
        .join(records, known)
        .join(last, last.c.id == records.c.version)
        .outerjoin(before, before.c.id == versions.c.previous)
        .where(is_of_run(run), versions.c.scope.in_(list(history.scopes)))
        .order_by(versions.c.id)
        .execution_options(yield_per=READ)
    )
    with told(), history.engine.connect() as connection:
        yield from connection.execute(chosen)


def _kind(endpoint: str, row: Row[tuple[object, ...]]) -> str:
    is_new = row.previous is None or bool(row.was_void)
    if endpoint != ENDPOINTS["orders"].name or not is_new:
        return VOIDED if row.is_void and not is_new else (CREATED if is_new else CHANGED)
    if row.is_void_now:
        return VOID_ALREADY
    return CREATED if row.has_body else BODILESS
