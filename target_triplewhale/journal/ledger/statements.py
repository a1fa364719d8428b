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
    BigInteger,
    Boolean,
    String,
    Text,
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

from target_triplewhale.journal.ledger.known import DOUBT, Known
from target_triplewhale.journal.ledger.tables import given, records, versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Column, Connection, Dialect, FromClause, Insert, Select, Update
    from sqlalchemy.sql.selectable import TableValuedAlias

    Row = tuple[Any, ...]
    """The values of the columns of `given`."""

_ROWS = "rows"
"""The parameter that holds an array, as JSON text."""
_WHOLES = "wholes"
_BETWEEN = "\x1f"
"""Between a name and its rest, where both are asked for as one text."""
_SCOPE = bindparam("scope", type_=records.c.scope.type)
_KEPT = ("name", "rest", "route", "read_at", "is_void", "body")
_CHANGING = ("route", "fingerprint", "is_void", "version")


class Statements:
    """The statements in a database's own words."""

    def __init__(self, dialect: Dialect) -> None:
        self._is_file = dialect.name == "sqlite"
        self._insert: Any = sqlite.insert if self._is_file else postgresql.insert
        self._given = given if self._is_file else _given()
        self._known = _known(_names(dialect))
        self._doubt = _doubting(_names(dialect), _names(dialect, _WHOLES))
        self._add_versions = self._adding()
        self._put_records = self._putting()

    def known(self, connection: Connection, scope: int, names: Sequence[str]) -> Sequence[Any]:
        """Return rows of a name and what is known of it."""
        asked = {"scope": scope, _ROWS: json.dumps(names)}
        return connection.execute(self._known, asked).all()

    def doubt(self, connection: Connection, scope: int, keys: Iterable[tuple[str, str]]) -> None:
        """Take back what is known of names with their rests."""
        pairs = [(name, f"{name}{_BETWEEN}{rest}") for name, rest in keys]
        names, wholes = zip(*pairs, strict=True)
        asked = {_ROWS: json.dumps(names), _WHOLES: json.dumps(wholes)}
        connection.execute(self._doubt, {"of_scope": scope, **asked})

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
        put: dict[str, Any] = {name: self._given.c[name] for name in (*key[1:], *_CHANGING)}
        put["scope"] = _SCOPE
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


def _known(names: TableValuedAlias) -> Select[Any]:
    columns = [records.c[name] for name in ("name", *Known._fields)]
    is_asked = records.c.name.in_(select(names.c.value))
    return select(*columns).where(records.c.scope == _SCOPE, is_asked)


def _doubting(names: TableValuedAlias, wholes: TableValuedAlias) -> Update:
    # An UPDATE keeps the names of columns for itself.
    is_of = records.c.scope == bindparam("of_scope", type_=records.c.scope.type)
    is_asked = records.c.name.in_(select(names.c.value))
    whole = records.c.name.concat(_BETWEEN).concat(records.c.rest)
    is_whole = whole.in_(select(wholes.c.value))
    return records.update().where(is_of, is_asked, is_whole).values(fingerprint=DOUBT)


def _names(dialect: Dialect, parameter: str = _ROWS) -> TableValuedAlias:
    """Return an array of texts as a table with a column `value`."""
    array, texts = bindparam(parameter, type_=String), column("value", Text)
    if dialect.name == "sqlite":
        return func.json_each(array).table_valued(texts)
    return func.jsonb_array_elements_text(cast(array, JSONB)).table_valued(texts)


def _given() -> FromClause:
    """Return an array of rows as PostgreSQL makes it a table with the columns of `given`."""
    array = cast(bindparam(_ROWS, type_=String), JSONB)
    row = func.jsonb_array_elements(array).table_valued(column("value", JSONB)).c.value
    return select(
        *(_typed(row[n], one).label(one.name) for n, one in enumerate(given.c))
    ).subquery()


def _typed(value: Any, like: Column[Any]) -> Any:
    if isinstance(like.type, Boolean):
        return value.as_boolean()
    text = value.as_string()
    return cast(text, BigInteger) if isinstance(like.type, BigInteger) else text
