"""What the API has accepted: asked before a record is sent, and told after."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select

from target_triplewhale.journal.ledger.absent import Absent
from target_triplewhale.journal.ledger.keys import Key, Name
from target_triplewhale.journal.ledger.known import Accepted, Kept, Known
from target_triplewhale.journal.ledger.lease import Lease
from target_triplewhale.journal.ledger.opening import open_ledger
from target_triplewhale.journal.ledger.pending import Pending
from target_triplewhale.journal.ledger.retention import retire
from target_triplewhale.journal.ledger.statements import Statements
from target_triplewhale.journal.ledger.tables import VERSIONS_A_RUN, runs, scopes, versions
from target_triplewhale.journal.ledger.trouble import told
from target_triplewhale.journal.times import days_ago, now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

Place = tuple[str, str]
"""An endpoint and a shop."""
One = TypeVar("One")


class Ledger:
    """One run's ledger; what it is asked, and what it is told, may come from two threads."""

    def __init__(self, url: str, destination: str, account: str, *, keeps_bodies: bool) -> None:
        """Open a ledger; raise UsageError or LedgerUnusable."""
        self.engine = open_ledger(url)
        self._lease = Lease(self.engine)
        self._destination = destination
        self._keeps_bodies = keeps_bodies
        self._statements = Statements(self.engine.dialect)
        self._scopes: dict[tuple[str, str], int] = {}
        self.run = 0
        self._next_version = 0
        self.pending = Pending(self.engine, destination, account)
        self.absent = Absent(self.engine, destination)

    def begin(self) -> bool:
        """Begin a run; return False where another one has not ended yet."""
        if not self._lease.take():
            return False
        with told(), self.engine.begin() as connection:
            begun = {"destination": self._destination, "started_at": now()}
            added = connection.execute(runs.insert(), begun)
            self.run = int(added.inserted_primary_key[0])  # type: ignore[index]
            self._next_version = self.run * VERSIONS_A_RUN
        self.learn_scopes()
        self.pending.begin(self.run)
        return True

    def learn_scopes(self) -> None:
        """Learn the numbers of endpoints and shops."""
        is_here = scopes.c.destination == self._destination
        with told(), self.engine.connect() as connection:
            found = connection.execute(select(scopes).where(is_here))
            self._scopes = {(row.endpoint, row.shop): row.id for row in found}

    def known(self, keys: Iterable[Key]) -> dict[Name, list[Known]]:
        """Return what was accepted under the name of each record, whatever else it is known by."""
        found: dict[Name, list[Known]] = {}
        with told(), self.engine.connect() as connection:
            for place, some in _by_scope(keys, lambda key: key.name).items():
                scope, names = self._scopes.get(place, 0), [key.name.text for key in some]
                for text, *known in self._statements.known(connection, scope, names):
                    found.setdefault(Name(*place, text), []).append(Known(*known))
        return found

    def kept(self, numbers: Sequence[int]) -> dict[int, Kept]:
        """Return versions by their numbers."""
        columns = (versions.c.id, versions.c.body, versions.c.read_at)
        with told(), self.engine.connect() as connection:
            found = connection.execute(select(*columns).where(versions.c.id.in_(numbers)))
            return {
                number: Kept(None if body is None else body.encode(), read_at)
                for number, body, read_at in found
            }

    def doubt(self, keys: Iterable[Key]) -> None:
        """Take back that records are known: another version of them goes out now."""
        with told(), self.engine.begin() as connection:
            for place, some in _by_scope(keys, lambda key: key.name).items():
                texts = [(key.name.text, key.rest) for key in some]
                self._statements.doubt(connection, self._scopes.get(place, 0), texts)

    def accept(self, accepted: Sequence[Accepted]) -> None:
        """Keep what the API has accepted in one call, all of it or nothing."""
        with told(), self.engine.begin() as connection:
            for place, some in _by_scope(accepted, lambda one: one.key.name).items():
                scope = self._scope(connection, *place)
                of = {"scope": scope, "run": self.run, "accepted_at": now()}
                self._statements.accept(connection, self._rows(some), of)

    def end(self, exit_code: int, state: bytes | None, counts: object) -> None:
        """Say how the run has ended."""
        self.pending.write()
        ended = {"ended_at": now(), "exit_code": exit_code, "counts": json.dumps(counts)}
        if state is not None:
            ended["state"] = state.decode()
        with told(), self.engine.begin() as connection:
            connection.execute(runs.update().where(runs.c.id == self.run), ended)

    def _rows(self, accepted: Iterable[Accepted]) -> list[tuple[Any, ...]]:
        """Return versions as the statements take them."""
        rows = []
        for one in accepted:
            self._next_version += 1
            body = one.body.decode() if self._keeps_bodies else None
            names = (one.key.name.text, one.key.rest, one.route, one.fingerprint)
            rows.append((self._next_version, *names, one.is_void, body, one.read_at))
        return rows

    def _scope(self, connection: Connection, endpoint: str, shop: str) -> int:
        """Return the number of an endpoint and a shop, made at their first mention."""
        if (endpoint, shop) not in self._scopes:
            made = {"destination": self._destination, "endpoint": endpoint, "shop": shop}
            added = connection.execute(scopes.insert(), made)
            self._scopes[endpoint, shop] = int(added.inserted_primary_key[0])  # type: ignore[index]
        return self._scopes[endpoint, shop]

    def retire(self, days: int) -> None:
        """Delete what was followed by a later version, and is older than some days."""
        if self.run:
            retire(self.engine, days_ago(days))

    def close(self) -> None:
        """Let go of the database."""
        self._lease.give_back()
        self.engine.dispose()


def _by_scope(some: Iterable[One], name: Callable[[One], Name]) -> dict[Place, list[One]]:
    """Part by endpoint and shop, which are one for most calls."""
    parted: dict[Place, list[One]] = {}
    for one in some:
        endpoint, shop, _ = name(one)
        parted.setdefault((endpoint, shop), []).append(one)
    return parted
