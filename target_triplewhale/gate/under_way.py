"""What has been sent of each record and is not settled: the ledger does not tell of it yet."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from target_triplewhale.gate.versions import key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.journal.ledger.keys import Key, Name


class Version(NamedTuple):
    """A record as a route sends it: the rest of its key, the route, and when it was read."""

    rest: str
    route: str
    read_at: float


class UnderWay:
    """The versions between the gate and their outcome; added to and removed from by two threads."""

    def __init__(self) -> None:
        self._versions: dict[Name, list[Version]] = {}
        self._lock = threading.Lock()

    def add(self, parcel: Parcel) -> None:
        """Take in a version that is to be sent."""
        name, version = _version(parcel)
        with self._lock:
            self._versions.setdefault(name, []).append(version)

    def remove(self, parcels: Iterable[Parcel]) -> None:
        """Let go of versions that are settled."""
        with self._lock:
            for name, version in map(_version, parcels):
                left = self._versions[name]
                left.remove(version)
                if not left:
                    del self._versions[name]

    def of(self, keys: Iterable[Key]) -> dict[Name, set[Version]]:
        """Return the versions that are under way, by name."""
        with self._lock:
            return {name: {*self._versions[name]} for name, _ in keys if name in self._versions}


def _version(parcel: Parcel) -> tuple[Name, Version]:
    name, rest = key(parcel)
    return name, Version(rest, parcel.sender.route, parcel.sender.read_at)
