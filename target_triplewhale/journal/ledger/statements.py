"""The statements of a run, each for many rows: the database takes a JSON array apart.

One call a row would have to get the interpreter's lock back after each, from a thread that reads
and maps and seldom lets go of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Integer,
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

from target_triplewhale.journal.ledger.tables import records, versions

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Insert, Select
    from sqlalchemy.sql.selectable import TableValuedAlias

ROWS = "rows"
"""The parameter that holds the array, as JSON text."""
_SCOPE = bindparam("scope", type_=Integer)
_CHANGING = ("route", "fingerprint", "is_void", "version")


class Statements:
    """The statements in a database's own words."""

    def __init__(self, dialect: Dialect) -> None:
        self._insert: Any = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
        self._rows = _rows(dialect)
        self.known = self._known()
        self.add_versions = self._add_versions()
        self.put_records = self._put_records()

    def _text(self, place: int) -> Any:
        return self._rows.c.value[place].as_string()

    def _known(self) -> Select[Any]:
        """Read what is known of names: rows of one name each."""
        names = select(self._text(0))
        return select(records).where(records.c.scope == _SCOPE, records.c.name.in_(names))

    def _add_versions(self) -> Insert:
        """Add versions: rows of id, name, rest, route, fingerprint, whether void, body, reading."""
        before = and_(
            records.c.scope == _SCOPE,
            records.c.name == self._text(1),
            records.c.rest == self._text(2),
        )
        added = {
            "id": cast(self._text(0), BigInteger),
            "previous": records.c.version,
            "run": bindparam("run", type_=Integer),
            "scope": _SCOPE,
            "name": self._text(1),
            "rest": self._text(2),
            "route": self._text(3),
            "read_at": self._text(7),
            "accepted_at": bindparam("accepted_at", type_=String),
            "is_void": self._rows.c.value[5].as_boolean(),
            "body": self._text(6),
        }
        found = select(*added.values()).select_from(self._rows.outerjoin(records, before))
        return versions.insert().from_select(list(added), found.where(true()))

    def _put_records(self) -> Insert:
        """Say what is known now, by the same rows."""
        put = {
            "scope": _SCOPE,
            "name": self._text(1),
            "rest": self._text(2),
            "route": self._text(3),
            "fingerprint": self._text(4),
            "is_void": self._rows.c.value[5].as_boolean(),
            "version": cast(self._text(0), BigInteger),
        }
        statement = self._insert(records).from_select(
            list(put), select(*put.values()).where(true())
        )
        changed = {name: statement.excluded[name] for name in _CHANGING}
        key = [one.name for one in records.primary_key]
        put_all: Insert = statement.on_conflict_do_update(index_elements=key, set_=changed)
        return put_all


def _rows(dialect: Dialect) -> TableValuedAlias:
    """Return the parameter's array as a table with a column `value`, one JSON value a row."""
    given = bindparam(ROWS, type_=String)
    if dialect.name == "sqlite":
        return func.json_each(given).table_valued(column("value", JSON))
    return func.jsonb_array_elements(cast(given, JSONB)).table_valued(column("value", JSONB))
