"""Rejected records of all runs, kept until a later version of them has ended in another way."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import and_, delete, func, insert, select, tuple_

from target_triplewhale.journal.ledger.known import fingerprint
from target_triplewhale.journal.ledger.tables import rejects, schemas
from target_triplewhale.journal.ledger.trouble import told
from target_triplewhale.journal.rejects import Source
from target_triplewhale.journal.times import exact_time, now, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine

    from target_triplewhale.journal.rejects import Age, Entry
    from target_triplewhale.outcomes import Rejected

WRITTEN = 200
"""Changes that are written together, at the latest."""
LONGEST_NAME = 500
"""What a longer one names is known by a fingerprint, since an index takes no text of any length."""
APART = " apart "
"""Between the name of a record and that of a row that came apart from it."""


class Place(NamedTuple):
    """What a rejected record is known by."""

    stream: str
    route: str
    name: str


_PLACE = tuple(rejects.c[name] for name in Place._fields)


class PendingRow(NamedTuple):
    """A row of a rejected record, and where it is to be sent again."""

    stream: str
    route: str
    name: str
    schema_line: bytes
    line: bytes
    code: str
    read_at: str


@dataclass
class Newest:
    """Of a place in this run: the age of the newest version, and how many rows of it wait."""

    age: Age
    rows: int = 0
    tries: int = 0
    run: int = 0


class Pending:
    """The rejected records of one destination and account; called by one thread at a time."""

    def __init__(self, engine: Engine, destination: str, account: str) -> None:
        self._engine = engine
        self._owner = {"destination": destination, "account": account}
        self._run = 0
        self._waiting: dict[Place, Newest] = {}
        self._apart: dict[Place, set[Place]] = {}
        """The rows that came apart from the other rows of a record."""
        self._schemas: set[str] = set()
        self._changes: dict[Place, list[dict[str, Any]]] = {}

    def begin(self, run: int) -> None:
        """Learn what waits from the runs before."""
        self._run = run
        told_of = (func.min(rejects.c.read_at), func.count(), func.max(rejects.c.tries))
        waiting = select(*_PLACE, *told_of).where(self._is_here()).group_by(*_PLACE)
        with told(), self._engine.connect() as connection:
            for stream, route, name, read_at, *numbers in connection.execute(waiting):
                age = Source.age_of_rejected(seconds(read_at))
                self._put(Place(stream, route, name), Newest(age, *numbers))
            self._schemas = set(connection.execute(select(schemas.c.digest)).scalars())

    @property
    def number(self) -> int:
        """How many records wait."""
        return sum(waiting.rows > 0 for waiting in self._waiting.values())

    @property
    def has_waited(self) -> bool:
        """Whether any record waits, or has waited in this run."""
        return bool(self._waiting)

    def keep(
        self, entries: Sequence[Entry], rejected: Rejected, identity: Mapping[str, str]
    ) -> None:
        """Keep the rows of a rejected record in the place of what was kept of it."""
        place, age = _place(entries[0]), entries[0].source.age
        former = self._waiting.get(place) or self._waiting.get(_former_place(entries[0]))
        if former is None or former.age <= age:
            tries = former.tries + (former.run != self._run) if former else 1
            self._put(place, Newest(age, len(entries), tries, self._run))
            about = self._owner | place._asdict() | _about(rejected, identity)
            about |= {"run": self._run, "tries": tries}
            rows = [about | _row(entry.source, at) for at, entry in enumerate(entries)]
            self._change(place, rows)
        for entry in entries:
            self._leave(entry, place)

    def let_go(self, entry: Entry) -> None:
        """Forget a record that has ended in another way, unless a newer version of it waits."""
        if not self._waiting:
            return
        place = _place(entry)
        self._leave(entry, place)
        for one in (place, *self._apart.get(place, ())):
            waiting = self._waiting.get(one)
            if waiting and waiting.age <= entry.source.age:
                self._waiting[one] = Newest(entry.source.age)
                if waiting.rows:
                    self._change(one, [])

    def write(self) -> None:
        """Write what has changed."""
        if not self._changes:
            return
        rows = [row for kept in self._changes.values() for row in kept]
        lines = {row["schema_digest"]: row["schema_line"] for row in rows}
        new = {digest: line for digest, line in lines.items() if digest not in self._schemas}
        with told(), self._engine.begin() as connection:
            self._replace(connection, rows)
            if new:
                added = [{"digest": digest, "line": line} for digest, line in new.items()]
                connection.execute(insert(schemas), added)
        self._schemas.update(new)
        self._changes = {}

    def rows(self) -> Iterator[PendingRow]:
        """Yield the rows that wait, in the order as read; those of a record one after another."""
        columns = [rejects.c[name] for name in ("line", "code", "read_at", "place")]
        first = func.min(rejects.c.read_at).over(partition_by=_PLACE)
        chosen = (
            select(*_PLACE, *columns, schemas.c.line.label("schema_line"))
            .join(schemas, schemas.c.digest == rejects.c.schema_digest)
            .where(self._is_here())
            .order_by(first, *_PLACE, rejects.c.place)
        )
        with told(), self._engine.connect() as connection:
            found = connection.execute(chosen).all()
        for row in found:
            lines = row.schema_line.encode(), row.line.encode()
            yield PendingRow(row.stream, row.route, row.name, *lines, row.code, row.read_at)

    def _is_here(self) -> ColumnElement[bool]:
        return and_(*(rejects.c[name] == value for name, value in self._owner.items()))

    def _put(self, place: Place, waiting: Newest) -> None:
        self._waiting[place] = waiting
        record, is_apart, _ = place.name.rpartition(APART)
        if is_apart:
            self._apart.setdefault(place._replace(name=record), set()).add(place)

    def _leave(self, entry: Entry, place: Place) -> None:
        """Take a row from the place where it has waited, if today's settings name it otherwise."""
        former = _former_place(entry)
        waiting = self._waiting.get(former)
        if waiting is None or former == place or waiting.age > entry.source.age:
            return
        waiting.rows -= 1
        if not waiting.rows:
            self._change(former, [])

    def _change(self, place: Place, rows: list[dict[str, Any]]) -> None:
        self._changes[place] = rows
        if len(self._changes) >= WRITTEN:
            self.write()

    def _replace(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        changed = tuple_(*_PLACE).in_(list(self._changes))
        connection.execute(delete(rejects).where(self._is_here(), changed))
        if rows:
            columns = rejects.columns.keys()
            kept = [{name: row[name] for name in columns} for row in rows]
            connection.execute(insert(rejects), kept)


class _Read(msgspec.Struct):
    """The part of a line that is the record itself."""

    record: msgspec.Raw = msgspec.Raw(b"")


_read = msgspec.json.Decoder(_Read)


def _about(rejected: Rejected, identity: Mapping[str, str]) -> dict[str, Any]:
    """Return what is said of a rejected record."""
    return {
        "rejected_at": now(),
        "identity": json.dumps(dict(identity)),
        "code": rejected.code,
        "reasons": json.dumps([asdict(reason) for reason in rejected.reasons]),
        "status": rejected.status,
    }


def _row(source: Source, place: int) -> dict[str, Any]:
    """Return a row as it was read."""
    return {
        "place": place,
        "schema_digest": fingerprint(source.schema_line),
        "schema_line": source.schema_line.decode(),
        "line": source.line.decode(),
        "read_at": exact_time(source.read_at),
    }


def _place(entry: Entry) -> Place:
    """Return what a record is known by: its stream's keys, or its id at the API, or its content."""
    name = entry.key or entry.source.key
    if len(name) > LONGEST_NAME:
        name = fingerprint(name.encode())
    if entry.is_apart:
        name += APART
    if entry.is_apart or not name:
        name += _content(entry.source.line)
    return Place(entry.source.stream, entry.counted.route, name)


def _former_place(entry: Entry) -> Place:
    """Return where a record has waited that is sent again."""
    return Place(entry.source.stream, entry.counted.route, entry.source.waits_as)


def _content(line: bytes) -> str:
    """Return the fingerprint of a record, without when it was read."""
    try:
        return fingerprint(bytes(_read.decode(line).record))
    except msgspec.DecodeError:
        return fingerprint(line)
