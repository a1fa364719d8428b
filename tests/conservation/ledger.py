"""The target's ledger, read as any tap for SQL would, beside what the server has."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.conservation.notes import Arrival
from tests.conservation.store import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.conservation.store import Body, Key, Store

NAME = "ledger.db"
URL = f"sqlite:///../{NAME}"
"""As a run names it, whose folder is in the plan's own."""
KNOWN = """
    SELECT endpoint, shop, body FROM triplewhale_records AS record
    JOIN triplewhale_versions AS version ON version.id = record.version
    JOIN triplewhale_scopes AS scope ON scope.id = record.scope
"""
IN_DOUBT = f"{KNOWN} WHERE record.fingerprint = ''"
WAITING = "SELECT line, route FROM triplewhale_rejects"
IS_THERE = "SELECT count(*) FROM sqlite_master WHERE name = 'triplewhale_missing'"


def differing(folder: Path, store: Store) -> set[Key]:
    """Return the identities that the ledger and the server do not have alike."""
    known = dict(_known(folder, KNOWN))
    keys = known.keys() | store.rows.keys()
    return {
        Arrival(0, key, body).identity
        for key in keys
        if known.get(key) != (body := store.rows.get(key, known.get(key, {})))
        or key not in store.rows
    }


def in_doubt(folder: Path) -> set[Key]:
    """Return the identities of which another version was sent since, and was not accepted."""
    return {Arrival(0, key, body).identity for key, body in _known(folder, IN_DOUBT)}


def waiting(folder: Path) -> list[Mapping[str, object]]:
    """Return the rejected records that a next run would send again, as a rejects file has them."""
    return [
        {**json.loads(line), "rejected": {"route": route}} for line, route in _rows(folder, WAITING)
    ]


def _known(folder: Path, query: str) -> Iterator[tuple[Key, Body]]:
    for endpoint, shop, text in _rows(folder, query):
        body = {**json.loads(text), "shop": shop}
        yield key_of(endpoint, body), body


def _rows(folder: Path, query: str) -> list[tuple[str, ...]]:
    """Ask the ledger; a run that was killed in its first moments has made none."""
    if not (folder / NAME).exists():
        return []
    with closing(sqlite3.connect(folder / NAME)) as connection:
        (is_there,) = connection.execute(IS_THERE).fetchone()
        return connection.execute(query).fetchall() if is_there else []
