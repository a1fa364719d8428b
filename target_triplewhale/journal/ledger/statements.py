"""The statements of a run, each for many rows.

One call a row would have to get the interpreter's lock back after each, from a thread that reads
and maps and seldom lets go of it. SQLite takes all rows as one list of values into a table of the
connection's own, PostgreSQL as a JSON array that it takes apart.
"""

from __future__ import annotations

import json
import sqlite3
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    String,
    and_,
    bindparam,
    cast,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

from target_triplewhale.journal.ledger.known import Known
from target_triplewhale.journal.ledger.tables import given, records, versions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Dialect, FromClause, Insert, Select
    from sqlalchemy.sql.selectable import TableValuedAlias

    Row = tuple[Any, ...]
    """The values of the columns of `given`."""

_ROWS = "rows"
"""The parameter that holds an array, as JSON text."""
_SCOPE = bindparam("scope", type_=records.c.scope.type)
_CHANGING = ("route", "fingerprint", "is_void", "version")


class Statements:
    """The statements in a database's own words."""

    def __init__(self, dialect: Dialect) -> None:
        self._is_file = dialect.name == "sqlite"
        self._insert: Any = sqlite.insert if self._is_file else postgresql.insert
        rows = _rows(dialect)
        self._given = given if self._is_file else _columns_of(rows)
        self._known = _known(rows)
        self._add_versions = self._adding()
        self._put_records = self._putting()

    def known(self, connection: Connection, scope: int, names: Sequence[str]) -> Sequence[Any]:
        """Return rows of a name and what is known of it."""
        asked = {"scope": scope, _ROWS: json.dumps([(name,) for name in names])}
        return connection.execute(self._known, asked).all()

    def accept(self, connection: Connection, rows: Sequence[Row], of: Mapping[str, Any]) -> None:
        """Add versions, and say what is known now; `of` has their scope, run and time."""
        if self._is_file:
            _give(connection, rows)
            connection.execute(self._add_versions, of)
            connection.execute(self._put_records, of)
            connection.execute(given.delete())
        else:
            array = json.dumps(rows)
            connection.execute(self._add_versions, {**of, _ROWS: array})
            connection.execute(self._put_records, {**of, _ROWS: array})

    def _adding(self) -> Insert:
        rows = self._given.c
        before = and_(
            records.c.scope == _SCOPE, records.c.name == rows.name, records.c.rest == rows.rest
        )
        added = {
            "id": rows.version,
            "previous": records.c.version,
            "run": bindparam("run", type_=versions.c.run.type),
            "scope": _SCOPE,
            "accepted_at": bindparam("accepted_at", type_=String),
            **{
                name: rows[name] for name in ("name", "rest", "route", "read_at", "is_void", "body")
            },
        }
        found = select(*added.values()).select_from(self._given.outerjoin(records, before))
        return versions.insert().from_select(list(added), found)

    def _putting(self) -> Insert:
        key = [one.name for one in records.primary_key]
        put = {"scope": _SCOPE}
        put |= {name: self._given.c[name] for name in (*key[1:], *_CHANGING)}
        # Without a condition SQLite takes the ON of ON CONFLICT for that of a join.
        found = select(*put.values()).where(true())
        statement = self._insert(records).from_select(list(put), found)
        changed = {name: statement.excluded[name] for name in _CHANGING}
        put_all: Insert = statement.on_conflict_do_update(index_elements=key, set_=changed)
        return put_all


def _give(connection: Connection, rows: Sequence[Row]) -> None:
    """Fill the connection's own table, in as few steps as SQLite allows."""
    raw: Any = connection.connection.driver_connection
    width = len(given.columns)
    most = raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width
    marks = f"({', '.join('?' * width)})"
    for some in (rows[at : at + most] for at in range(0, len(rows), most)):
        statement = f"INSERT INTO {given.name} VALUES {', '.join([marks] * len(some))}"  # noqa: S608
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _known(rows: TableValuedAlias) -> Select[Any]:
    names = select(rows.c.value[0].as_string())
    columns = [records.c[name] for name in ("name", *Known._fields)]
    return select(*columns).where(records.c.scope == _SCOPE, records.c.name.in_(names))


def _rows(dialect: Dialect) -> TableValuedAlias:
    """Return the parameter's array as a table with a column `value`, one JSON value a row."""
    array = bindparam(_ROWS, type_=String)
    if dialect.name == "sqlite":
        return func.json_each(array).table_valued(column("value", JSON))
    return func.jsonb_array_elements(cast(array, JSONB)).table_valued(column("value", JSONB))


def _columns_of(rows: TableValuedAlias) -> FromClause:
    """Return an array of rows as a table with the columns of `given`."""
    columns = [_typed(rows.c.value[n], one.type).label(one.name) for n, one in enumerate(given.c)]
    return select(*columns).subquery()


def _typed(value: Any, kind: Any) -> Any:
    if isinstance(kind, Boolean):
        return value.as_boolean()
    return (
        cast(value.as_string(), BigInteger) if isinstance(kind, BigInteger) else value.as_string()
    )
