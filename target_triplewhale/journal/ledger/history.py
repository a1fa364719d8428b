"""Reads a ledger for whoever asks: its runs, and every version of one record."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from sqlalchemy import and_, func, or_, select

from target_triplewhale.journal.ledger.keys import Key, Name, identity_of
from target_triplewhale.journal.ledger.opening import open_for_reading
from target_triplewhale.journal.ledger.tables import (
    VERSIONS_A_RUN,
    missing,
    records,
    runs,
    scopes,
    versions,
)
from target_triplewhale.journal.ledger.trouble import told
from target_triplewhale.journal.ledger.waiting import Waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from target_triplewhale.endpoints import Endpoint


class Run(NamedTuple):
    """A run; `counts` and `state` are JSON text."""

    id: int
    destination: str
    started_at: str
    ended_at: str | None
    exit_code: int | None
    state: str | None
    counts: str | None


class Record(NamedTuple):
    """A record that was accepted, by all of its identity, and its newest version."""

    key: Key
    route: str
    is_void: bool
    version: int


class Version(NamedTuple):
    """What was accepted of a record at one time."""

    id: int
    previous: int | None
    run: int
    route: str
    accepted_at: str
    is_void: bool
    body: str | None


class History:
    """One destination's records, and the runs of all."""

    def __init__(self, url: str, destination: str) -> None:
        """Open a ledger that there is; raise UsageError or LedgerUnusable."""
        self.engine = open_for_reading(url)
        self.destination = destination
        self.waiting = Waiting(self.engine, destination)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def runs(self, last: int) -> list[Run]:
        """Return the last runs, oldest first."""
        chosen = select(runs).order_by(runs.c.id.desc()).limit(last)
        with told(), self.engine.connect() as connection:
            return [Run(**row._mapping) for row in connection.execute(chosen)][::-1]  # noqa: SLF001

    def run(self, number: int) -> Run | None:
        """Return a run by its number."""
        chosen = select(runs).where(runs.c.id == number)
        with told(), self.engine.connect() as connection:
            row = connection.execute(chosen).one_or_none()
            return Run(**row._mapping) if row else None  # noqa: SLF001

    def voided(self, run: int) -> int:
        """Return how many voids of a run were accepted."""
        counted = select(func.count()).where(is_of_run(run), versions.c.is_void)
        with told(), self.engine.connect() as connection:
            return int(connection.execute(counted).scalar_one())

    def whole_reading(self, route: str) -> Run | None:
        """Return the run that has found what a route lacks."""
        chosen = select(func.max(missing.c.run)).where(missing.c.route == route)
        with told(), self.engine.connect() as connection:
            number = connection.execute(chosen).scalar()
        return self.run(number) if number else None

    def records(self, endpoint: Endpoint, text: str) -> list[Record]:
        """Return the records that an id means, of all shops and accounts."""
        found = []
        with told(), self.engine.connect() as connection:
            for scope, shop in self.shops(endpoint.name).items():
                is_asked = and_(records.c.scope == scope, _may_be_called(text))
                for row in connection.execute(select(records).where(is_asked)):
                    key = Key(Name(endpoint.name, shop, row.name), row.rest)
                    found.append(Record(key, row.route, row.is_void, row.version))
        return [one for one in found if _is_called(endpoint, one.key, text)]

    def versions(self, newest: int) -> list[Version]:
        """Return a record's versions that are kept, oldest first."""
        columns = [versions.c[name] for name in Version._fields]
        found: list[Version] = []
        number: int | None = newest
        with told(), self.engine.connect() as connection:
            while number is not None:
                chosen = select(*columns).where(versions.c.id == number)
                row = connection.execute(chosen).one_or_none()
                if row is None:
                    break
                found.append(Version(*row))
                number = row.previous
        return found[::-1]

    def shops(self, endpoint: str) -> dict[int, str]:
        """Return an endpoint's shops by their numbers."""
        return {scope: shop for scope, (name, shop) in self.scopes.items() if name == endpoint}

    @cached_property
    def scopes(self) -> dict[int, tuple[str, str]]:
        """Endpoints and shops by their numbers."""
        is_here = scopes.c.destination == self.destination
        with told(), self.engine.connect() as connection:
            rows = connection.execute(select(scopes).where(is_here))
            return {row.id: (row.endpoint, row.shop) for row in rows}


def is_of_run(run: int) -> ColumnElement[bool]:
    """Tell whether a version is of a run."""
    return versions.c.id.between(run * VERSIONS_A_RUN, (run + 1) * VERSIONS_A_RUN - 1)


def _may_be_called(text: str) -> ColumnElement[bool]:
    """Choose names that are a text, or hold it among others."""
    inner = msgspec.json.encode(text).decode()
    return or_(records.c.name == text, records.c.name.contains(inner, autoescape=True))


def _is_called(endpoint: Endpoint, key: Key, text: str) -> bool:
    return text == key.name.text or text in ids(endpoint, key)


def ids(endpoint: Endpoint, key: Key) -> list[str]:
    """Return what the source calls a record, without its account."""
    return [value for path, value in identity(endpoint, key) if path in endpoint.ids and value]


def identity(endpoint: Endpoint, key: Key) -> Iterator[tuple[str, str | None]]:
    """Yield the parts of a record's identity by their paths."""
    return zip(endpoint.identity, identity_of(endpoint, key), strict=True)
