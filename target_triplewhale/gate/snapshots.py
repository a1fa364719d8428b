"""Streams that are read whole: what the API has and they have no more is gone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from target_triplewhale.delivery.batches import Parcel
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.gate.seen import Seen, Snapshot
from target_triplewhale.gate.voids import NO_BODY
from target_triplewhale.journal.ledger.keys import Key, identity_of
from target_triplewhale.notices import warn
from target_triplewhale.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.gate.voids import VoidAllowance, Voids
    from target_triplewhale.journal.ledger.absent import Standing
    from target_triplewhale.journal.ledger.ledger import Ledger

    Account = tuple[str | None, ...]

ORDERS = ENDPOINTS["orders"]
"""What can be voided at all."""
_ACCOUNT = [
    place for place, path in enumerate(ORDERS.identity) if path in ("shop", *ORDERS.defaults)
]
"""The parts of an identity that say whose order it is."""
VOID_BYTES = 3000
"""What a parcel takes whose body is not known yet."""


class Snapshots:
    """Keeps what was read of each version, and voids what a closed one lacks."""

    def __init__(self, ledger: Ledger, voids: Voids, allowance: VoidAllowance) -> None:
        self._ledger = ledger
        self._voids = voids
        self._allowance = allowance
        self._seen = Seen()
        self._begun: dict[Snapshot, bool] = {}
        """Whether a version was begun by this run."""
        self._accounts: dict[Snapshot, set[Account]] = {}
        """Of which accounts a version has orders; of others it tells nothing."""

    def see(
        self,
        snapshot: Snapshot,
        named: tuple[str, str] | None,
        identity: Sequence[str | None] | None = None,
    ) -> None:
        """Take in a record: its shop and id if they can be read, its identity if it is mapped."""
        if snapshot not in self._begun:
            self._begun[snapshot] = self._begin(snapshot)
            self._accounts[snapshot] = set()
        if named is None:
            self._seen.nameless[snapshot] += 1
        else:
            self._seen.add(snapshot, *named)
        if identity:
            self._accounts[snapshot].add(_account(identity))

    def void(self, stream: str, snapshot: Snapshot) -> None:
        """Hold voids of what a version lacks that the tap has closed; nothing is under way."""
        if problem := self._problem(snapshot):
            warn("TW-VOIDS-NOT-TOLD", "stream %s: nothing is voided: %s", stream, problem)
            return
        # Before any is held: half an export may lack a million.
        self._allowance.check(sum(map(len, self._lacking(snapshot))))
        for lacking in self._lacking(snapshot):
            for one in lacking:
                self._voids.hold(voiding(one, stream, snapshot.route))

    def keep(self) -> None:
        """Keep, after a run that has read all of its input, what was lacking."""
        newest = {snapshot.route: snapshot for snapshot in self._begun}
        for route, snapshot in newest.items():
            if not self._problem(snapshot):
                for lacking in self._lacking(snapshot):
                    self._ledger.absent.keep(route, self._ledger.run, lacking)

    def close(self) -> None:
        """Let go of what was read."""
        self._seen.close()

    def _begin(self, snapshot: Snapshot) -> bool:
        route, version = snapshot
        self._ledger.absent.forget(route)
        return version is None or self._ledger.absent.begin(route, version, self._ledger.run)

    def _problem(self, snapshot: Snapshot) -> str:
        """Return why a version does not tell what is gone."""
        if snapshot not in self._begun:
            return "no record of the version that the tap has closed was read"
        if not self._begun[snapshot]:
            return "an earlier run has read a part of the version that the tap has closed"
        if nameless := self._seen.nameless[snapshot]:
            return f"{nameless} records of the version were left out or rejected without an id"
        return ""

    def _lacking(self, snapshot: Snapshot) -> Iterator[list[Standing]]:
        """Yield what stands and was not read, some at a time."""
        accounts = self._accounts[snapshot]
        for some in self._ledger.absent.standing(ORDERS.name, snapshot.route):
            gone = self._seen.absent(snapshot, [one.name for one in some])
            lacking = [one for one in some if one.name in gone]
            yield [one for one in lacking if _account(_identity(one)) in accounts]


def voiding(standing: Standing, stream: str, route: str) -> Parcel:
    """Return a parcel that voids what no record says is gone."""
    name, identity = standing.name, _identity(standing)
    origin = Origin((), identity, stream, route, time.time(), is_void=True, otherwise=NO_BODY)
    return Parcel(ORDERS, name.shop, name.text, identity, b"{}", 0, VOID_BYTES, origin)


def _identity(standing: Standing) -> Account:
    return identity_of(ORDERS, Key(standing.name, standing.rest))


def _account(identity: Sequence[str | None]) -> Account:
    return tuple(identity[place] for place in _ACCOUNT)
