"""Reads what waits to be sent again, for whoever asks; `pending.py` keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from target_triplewhale.journal.ledger.tables import rejects
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Engine

    from target_triplewhale.endpoints import Endpoint

READ = 1000
"""Rows that are fetched together."""


class Waits(NamedTuple):
    """A rejected record; one that was read in several rows counts once."""

    stream: str
    route: str
    run: int
    read_at: str
    tries: int
    identity: Mapping[str, str]
    code: str
    reasons: list[dict[str, str]]
    status: int | None


class Waiting:
    """The rejected records of one destination."""

    def __init__(self, engine: Engine, destination: str) -> None:
        self._engine = engine
        self._is_here = rejects.c.destination == destination

    def __iter__(self) -> Iterator[Waits]:
        """Yield the records by stream and code, oldest first."""
        columns = [rejects.c[name] for name in Waits._fields]
        order = (rejects.c.stream, rejects.c.code, rejects.c.read_at, rejects.c.name)
        chosen = select(*columns).where(self._is_here, rejects.c.place == 0).order_by(*order)
        with told(), self._engine.connect() as connection:
            for row in connection.execute(chosen.execution_options(yield_per=READ)):
                one = Waits(*row)
                identity, reasons = json.loads(row.identity), json.loads(row.reasons)
                yield one._replace(identity=identity, reasons=reasons)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield whole rows, those of a record one after another."""
        order = [rejects.c[name] for name in ("stream", "route", "read_at", "name", "place")]
        chosen = select(rejects).where(self._is_here).order_by(*order)
        with told(), self._engine.connect() as connection:
            for row in connection.execute(chosen.execution_options(yield_per=READ)):
                parsed = {name: json.loads(getattr(row, name)) for name in ("identity", "reasons")}
                yield {**row._mapping, **parsed}  # noqa: SLF001

    def of(self, endpoint: Endpoint, text: str) -> list[Waits]:
        """Return those that an id means."""
        return [
            one
            for one in self
            if endpoint_of(one.route) == endpoint.name
            and text in [one.identity.get(path) for path in endpoint.ids]
        ]


def endpoint_of(route: str) -> str:
    """Return the endpoint of a route: a stream may have several to the same, which are numbered."""
    return route.rpartition(":")[2].partition("#")[0]
