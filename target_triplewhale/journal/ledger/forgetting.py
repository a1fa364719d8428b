"""Takes a person out of a ledger: bodies, what waits to be sent again, and telling ids."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from sqlalchemy import and_, delete, select, tuple_, update

from target_triplewhale.errors import LedgerUnusable
from target_triplewhale.journal.ledger.tables import missing, records, rejects, versions
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, Connection, Engine, Row, Table

    from target_triplewhale.journal.ledger.persons import Person

READ = 500
"""Rows that are looked at together."""
_RECORD = ("scope", "name", "rest")
_REJECT = ("destination", "account", "stream", "route", "name")


class Forgotten(NamedTuple):
    """How much was forgotten."""

    bodies: int
    waiting: int
    records: int


def forget(engine: Engine, person: Person) -> Forgotten:
    """Forget a person, all of it or nothing; nobody else may write meanwhile."""
    is_file = engine.dialect.name == "sqlite"
    with told(), engine.connect() as connection:
        if is_file:
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
            connection.commit()
        with connection.begin():
            forgotten = _forget(connection, person)
    _clean(engine, is_file=is_file)
    return forgotten


def _forget(connection: Connection, person: Person) -> Forgotten:
    gone = _named(connection, person)
    for table in (versions, missing, records):
        _delete(connection, table, _RECORD, gone)
    return Forgotten(_forget_bodies(connection, person), _let_go(connection, person), len(gone))


def _named(connection: Connection, person: Person) -> list[tuple[Any, ...]]:
    """Return the keys of the records whose id is the person's e-mail or phone."""
    keys = [records.c[name] for name in _RECORD]
    return [
        tuple(row)
        for rows in _pages(connection, keys, keys)
        for row in rows
        if person.is_in(_parts(row.name)) or person.is_named(row.name)
    ]


def _forget_bodies(connection: Connection, person: Person) -> int:
    number = 0
    for rows in _pages(connection, [versions.c.id], [versions.c.id, versions.c.body]):
        found = [row.id for row in rows if row.body and person.is_in(_decoded(row.body))]
        if found:
            chosen = update(versions).where(versions.c.id.in_(found))
            connection.execute(chosen.values(body=None))
        number += len(found)
    return number


def _let_go(connection: Connection, person: Person) -> int:
    """Delete what waits and mentions the person, all rows of a record together."""
    keys = [rejects.c[name] for name in (*_REJECT, "place")]
    content = [rejects.c[name] for name in ("line", "identity", "reasons")]
    found = {
        tuple(row[: len(_REJECT)])
        for rows in _pages(connection, keys, [*keys, *content])
        for row in rows
        if person.is_named(row.name)
        or any(person.is_in(_decoded(row._mapping[one.name])) for one in content)  # noqa: SLF001
    }
    _delete(connection, rejects, _REJECT, sorted(found))
    return len(found)


def _pages(
    connection: Connection, keys: Sequence[Column[Any]], columns: Sequence[Column[Any]]
) -> Iterator[Sequence[Row[Any]]]:
    """Yield all rows of a table in the order of its key, some at a time."""
    chosen = select(*columns).order_by(*keys).limit(READ)
    rows = connection.execute(chosen).all()
    while rows:
        yield rows
        after = tuple_(*keys) > tuple(rows[-1][: len(keys)])
        rows = connection.execute(chosen.where(after)).all()


def _delete(
    connection: Connection, table: Table, names: Sequence[str], keys: Sequence[tuple[Any, ...]]
) -> None:
    for key in keys:
        is_this = and_(*(table.c[name] == one for name, one in zip(names, key, strict=True)))
        connection.execute(delete(table).where(is_this))


def _parts(name: str) -> Any:
    """Return what an id is made of, where it is made of several."""
    try:
        return json.loads(name)
    except ValueError:
        return None


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return json.loads(text)


def _clean(engine: Engine, *, is_file: bool) -> None:
    """Have the database let go of the bytes as well."""
    with told(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not is_file:
            for table in (versions, missing, records, rejects):
                connection.exec_driver_sql(f"VACUUM {table.name}")
            return
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.exec_driver_sql("VACUUM")
        is_busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    if is_busy:
        raise LedgerUnusable(
            "TW-LEDGER-IN-USE",
            "what was forgotten is still in the ledger's -wal file, since another program reads "
            "the ledger; end that one, and run this again",
        )
