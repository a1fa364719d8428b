"""Rejected records of all runs, kept until a later version of them has ended in another way."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, insert, select, tuple_

from target_triplewhale.journal.ledger.known import fingerprint
from target_triplewhale.journal.ledger.tables import rejects, schemas
from target_triplewhale.journal.ledger.trouble import told
from target_triplewhale.journal.times import exact_time, now

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine

    from target_triplewhale.journal.rejects import Entry
    from target_triplewhale.outcomes import Rejected

WRITTEN = 200
"""Changes that are written together, at the latest."""
Place = tuple[str, str]
"""A route, and what a record is known by on it."""


class PendingRow(NamedTuple):
    """A row of a rejected record, and where it is to be sent again."""

    stream: str
    route: str
    schema_line: bytes
    line: bytes
    code: str
    read_at: str


class Pending:
    """The rejected records of one destination; called by one thread at a time."""

    def __init__(self, engine: Engine, destination: str) -> None:
        self._engine = engine
        self._destination = destination
        self._run = 0
        self._tries: dict[Place, int] = {}
        self._kept: dict[Place, int] = {}
        """The numbers of the records that this run has kept."""
        self._schemas: set[str] = set()
        self._changes: dict[Place, list[dict[str, Any]]] = {}

    def begin(self, run: int) -> None:
        """Learn what waits from the runs before."""
        self._run = run
        columns = (rejects.c.route, rejects.c.name, rejects.c.tries)
        with told(), self._engine.connect() as connection:
            waiting = select(*columns).where(self._is_here(), rejects.c.place == 0)
            self._tries = {(route, name): n for route, name, n in connection.execute(waiting)}
            self._schemas = set(connection.execute(select(schemas.c.digest)).scalars())

    def __len__(self) -> int:
        """Return how many records wait."""
        return len(self._tries)

    def keep(self, entry: Entry, rejected: Rejected, identity: Mapping[str, str]) -> None:
        """Keep a rejected record in the place of what was kept of it."""
        place = _place(entry)
        self._kept[place] = entry.source.number
        if not entry.is_further:
            self._tries[place] = self._tries.get(place, 0) + 1
            self._changes[place] = []
        rows = self._changes.setdefault(place, [])
        rows.append(self._row(entry, rejected, identity) | {"place": len(rows)})
        self._write_some()

    def let_go(self, entry: Entry) -> None:
        """Forget a record that has ended in another way, if no later version of it is kept."""
        place = _place(entry) if self._tries else ("", "")
        if self._kept.get(place, -1) <= entry.source.number and self._tries.pop(place, 0):
            self._changes[place] = []
            self._write_some()

    def write(self) -> None:
        """Write what has changed."""
        if not self._changes:
            return
        changes, self._changes = self._changes, {}
        rows = [row for kept in changes.values() for row in kept]
        with told(), self._engine.begin() as connection:
            place = tuple_(rejects.c.route, rejects.c.name)
            connection.execute(delete(rejects).where(self._is_here(), place.in_(list(changes))))
            self._add_schemas(connection, {row.pop("schema_line") for row in rows})
            if rows:
                connection.execute(insert(rejects), rows)

    def rows(self) -> Iterator[PendingRow]:
        """Yield the rows that wait, those of a stream one after another, as they were read."""
        columns = [rejects.c[name] for name in ("stream", "route", "line", "code", "read_at")]
        order = ("stream", "route", "schema_digest", "read_at", "name", "place")
        chosen = (
            select(*columns, schemas.c.line.label("schema_line"))
            .join(schemas, schemas.c.digest == rejects.c.schema_digest)
            .where(self._is_here())
            .order_by(*(rejects.c[name] for name in order))
        )
        with told(), self._engine.connect() as connection:
            found = connection.execute(chosen).all()
        for row in found:
            lines = row.schema_line.encode(), row.line.encode()
            yield PendingRow(row.stream, row.route, *lines, row.code, row.read_at)

    def _is_here(self) -> Any:
        return rejects.c.destination == self._destination

    def _write_some(self) -> None:
        if len(self._changes) >= WRITTEN:
            self.write()

    def _row(self, entry: Entry, rejected: Rejected, identity: Mapping[str, str]) -> dict[str, Any]:
        route, name = _place(entry)
        source = entry.source
        return {
            "destination": self._destination,
            "route": route,
            "name": name,
            "stream": source.stream,
            "schema_digest": fingerprint(source.schema_line),
            "schema_line": source.schema_line,
            "line": source.line.decode(),
            "run": self._run,
            "read_at": exact_time(source.read_at),
            "rejected_at": now(),
            "tries": self._tries[route, name],
            "identity": json.dumps(dict(identity)),
            "code": rejected.code,
            "reasons": json.dumps([asdict(reason) for reason in rejected.reasons]),
            "status": rejected.status,
        }

    def _add_schemas(self, connection: Connection, lines: set[bytes]) -> None:
        found = {fingerprint(line): line.decode() for line in lines}
        for digest in found.keys() - self._schemas:
            connection.execute(insert(schemas), {"digest": digest, "line": found[digest]})
            self._schemas.add(digest)


def _place(entry: Entry) -> Place:
    """Return what a record is known by: its stream's keys, or its id at the API, or its content."""
    return entry.counted.route, entry.key or entry.source.key or fingerprint(entry.source.line)
