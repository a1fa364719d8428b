"""Which records a run has read of streams whose absent records are gone."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.journal.ledger.keys import Name

AT_ONCE = 1000
"""Names that are written together."""


class Snapshot(NamedTuple):
    """One version of what a route reads; the version is the tap's, or None where it has none."""

    route: str
    version: int | None


class Seen:
    """Names on a scratch file of their own, which ends with the program: memory stays flat."""

    def __init__(self) -> None:
        self._file: sqlite3.Connection | None = None
        self._fresh: list[tuple[int, str, str]] = []
        self._numbers: dict[Snapshot, int] = {}
        self.nameless: Counter[Snapshot] = Counter()
        """Records whose name could not be read: any known one may be meant by them."""

    def add(self, snapshot: Snapshot, shop: str, name: str) -> None:
        """Take in a record."""
        number = self._numbers.setdefault(snapshot, len(self._numbers))
        self._fresh.append((number, shop, name))
        if len(self._fresh) >= AT_ONCE:
            self._write()

    def absent(self, snapshot: Snapshot, names: Sequence[Name]) -> set[Name]:
        """Return which of some names were not read."""
        self._write()
        number = self._numbers.get(snapshot, -1)
        texts = json.dumps([(name.shop, name.text) for name in names])
        found = self._opened().execute(_FIND, (texts, number))
        read = set(found)
        return {name for name in names if (name.shop, name.text) not in read}

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            self._file.close()
            self._file = None

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._file = sqlite3.connect("", isolation_level=None)
            self._file.execute(_MAKE)
        return self._file

    def _write(self) -> None:
        fresh, self._fresh = self._fresh, []
        file = self._opened()
        file.execute("BEGIN")
        file.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", fresh)
        file.execute("COMMIT")


_MAKE = (
    "CREATE TABLE seen (snapshot INTEGER, shop TEXT, name TEXT, "
    "PRIMARY KEY (snapshot, shop, name)) WITHOUT ROWID"
)
_FIND = (
    "SELECT shop, name FROM json_each(?) JOIN seen ON snapshot = ? "
    "AND shop = json_extract(value, '$[0]') AND name = json_extract(value, '$[1]')"
)
