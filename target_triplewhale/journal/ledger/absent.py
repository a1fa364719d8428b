"""What the source no longer has, of streams that are read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, select, tuple_

from target_triplewhale.journal.ledger.keys import Name
from target_triplewhale.journal.ledger.tables import missing, records, scopes, snapshots
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import ColumnElement, Engine

READ = 1000
"""Records that are read together."""


_KEY = ("scope", "name", "rest")
_FORGET_ONE = delete(missing).where(*(missing.c[name] == bindparam(f"{name}_") for name in _KEY))


class Standing(NamedTuple):
    """A record that the API has, and that is not void."""

    name: Name
    rest: str
    version: int


class Absent:
    """Compares what a route has had accepted with what its source still has."""

    def __init__(self, engine: Engine, destination: str) -> None:
        self._engine = engine
        self._destination = destination

    def count(self, endpoint: str, shops: Collection[str]) -> int:
        """Return how many records of an endpoint stand at some shops."""
        of_endpoint = and_(
            scopes.c.id == records.c.scope,
            scopes.c.destination == self._destination,
            scopes.c.endpoint == endpoint,
            scopes.c.shop.in_(shops),
        )
        counted = select(func.count()).select_from(records).join(scopes, of_endpoint)
        with told(), self._engine.connect() as connection:
            return int(connection.execute(counted.where(~records.c.is_void)).scalar_one())

    def standing(self, endpoint: str, route: str) -> Iterator[Sequence[Standing]]:
        """Yield what a route has had accepted and is not void, some at a time."""
        for shop, number in self._scopes(endpoint).items():
            yield from self._of_scope(number, Name(endpoint, shop, ""), route)

    def _scopes(self, endpoint: str) -> dict[str, int]:
        """Return the numbers of an endpoint's shops."""
        is_here = and_(scopes.c.destination == self._destination, scopes.c.endpoint == endpoint)
        with told(), self._engine.connect() as connection:
            found = connection.execute(select(scopes.c.shop, scopes.c.id).where(is_here))
            return {row.shop: row.id for row in found}

    def _of_scope(self, scope: int, place: Name, route: str) -> Iterator[Sequence[Standing]]:
        after = ("", "")
        key = tuple_(records.c.name, records.c.rest)
        columns = (records.c.name, records.c.rest, records.c.version)
        is_here = and_(records.c.scope == scope, records.c.route == route, ~records.c.is_void)
        chosen = (
            select(*columns).where(is_here).order_by(records.c.name, records.c.rest).limit(READ)
        )
        while True:
            with told(), self._engine.connect() as connection:
                rows = connection.execute(chosen.where(tuple_(*key) > after)).all()
            if not rows:
                return
            after = (rows[-1].name, rows[-1].rest)
            yield [Standing(place._replace(text=row.name), row.rest, row.version) for row in rows]

    def forget(self, route: str) -> None:
        """Let a new reading of a route take the place of what the last one has lacked."""
        with told(), self._engine.begin() as connection:
            connection.execute(delete(missing).where(self._is_missing(route)))

    def keep(self, route: str, run: int, lacking: Sequence[Standing]) -> None:
        """Keep what a whole reading of a route has lacked."""
        if not lacking:
            return
        numbers = self._scopes(lacking[0].name.endpoint)
        rows = [
            {
                "scope": numbers[one.name.shop],
                "name": one.name.text,
                "rest": one.rest,
                "route": route,
                "run": run,
            }
            for one in lacking
        ]
        with told(), self._engine.begin() as connection:
            # Another route may have lacked it before it was this one's.
            connection.execute(
                _FORGET_ONE, [{f"{name}_": row[name] for name in _KEY} for row in rows]
            )
            connection.execute(insert(missing), rows)

    def lacking(self, endpoint: str, route: str) -> list[Standing]:
        """Return what the last whole reading of a route has lacked, and still stands."""
        is_same = and_(*(missing.c[name] == records.c[name] for name in _KEY))
        shops = {number: shop for shop, number in self._scopes(endpoint).items()}
        chosen = select(*(records.c[name] for name in (*_KEY, "version"))).join(missing, is_same)
        is_its = and_(missing.c.route == route, records.c.route == route, ~records.c.is_void)
        chosen = chosen.where(is_its)
        with told(), self._engine.connect() as connection:
            return [
                Standing(Name(endpoint, shops[row.scope], row.name), row.rest, row.version)
                for row in connection.execute(chosen.order_by(records.c.name))
                if row.scope in shops
            ]

    def _is_missing(self, route: str) -> ColumnElement[bool]:
        here = select(scopes.c.id).where(scopes.c.destination == self._destination)
        return and_(missing.c.route == route, missing.c.scope.in_(here))

    def begin(self, route: str, version: int, run: int) -> bool:
        """Note that a version is read; return False where an earlier run has begun it."""
        place = {"destination": self._destination, "route": route, "version": version}
        is_this = and_(*(snapshots.c[name] == value for name, value in place.items()))
        with told(), self._engine.begin() as connection:
            begun = connection.execute(select(snapshots.c.run).where(is_this)).scalar()
            if begun is None:
                connection.execute(insert(snapshots), place | {"run": run})
        return begun in (None, run)
