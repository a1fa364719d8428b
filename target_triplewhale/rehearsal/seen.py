"""What was read, in a file that is gone with the program: memory stays flat for a million."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 1000
"""Rows that are written together, and all that is kept in memory."""
MANY_PROFILES = 5
"""So many profiles with one address are more than one person's accounts."""
MANY_EVENTS = 20
"""And so many events, where nothing else tells profiles apart."""


class Version(NamedTuple):
    """One record: digests of its id and of its whole identity, and its money if it has any."""

    endpoint: str
    name: bytes
    identity: bytes
    label: str
    day: str | None = None
    currency: str | None = None
    amount: str | None = None
    refunds: str | None = None


class Newest(NamedTuple):
    """The last version of an identity, and how many there were."""

    endpoint: str
    label: str
    day: str | None
    currency: str | None
    amount: str
    refunds: str
    versions: int


class Use(NamedTuple):
    """One use of an address by a profile; `profile` is None where nothing but it is known."""

    kind: str
    address: bytes
    profile: bytes | None
    label: str


class Seen:
    """Takes in records and addresses, and tells which come more than once.

    Identities and addresses are kept as digests of 16 bytes, so that no address lies on a disk.
    """

    def __init__(self) -> None:
        # An empty name is a file that SQLite makes, hides and deletes by itself.
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(_MAKE)
        self._versions: list[Version] = []
        self._uses: list[Use] = []

    def add(self, version: Version) -> None:
        """Take in a record."""
        self._versions.append(version)
        if len(self._versions) >= AT_ONCE:
            self._write()

    def use(self, use: Use) -> None:
        """Take in an address."""
        self._uses.append(use)
        if len(self._uses) >= AT_ONCE:
            self._write()

    def newest(self) -> Iterator[Newest]:
        """Yield the last version of each identity."""
        self._write()
        for row in self._file.execute(_NEWEST):
            yield Newest(*row[:-1])

    def ambiguous(self) -> Iterator[tuple[str, str]]:
        """Yield endpoint and id of records that come under several identities."""
        self._write()
        yield from self._file.execute(_AMBIGUOUS)

    def shared(self) -> Iterator[tuple[str, str]]:
        """Yield kind and an example of addresses that many profiles share."""
        self._write()
        yield from self._file.execute(_SHARED, (MANY_PROFILES, MANY_EVENTS))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self) -> None:
        versions, self._versions = self._versions, []
        uses, self._uses = self._uses, []
        self._file.execute("BEGIN")
        self._file.executemany("INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?)", versions)
        self._file.executemany("INSERT INTO use VALUES (?, ?, ?, ?)", uses)
        self._file.execute("COMMIT")


def digest(*values: Any) -> bytes:
    """Return 16 bytes that stand for some values: two of a million collide once in 10^26."""
    return hashlib.blake2b(repr(values).encode(), digest_size=16).digest()


# Rows are only ever added, and sorted at the end: an index of a million digests would be slow.
_MAKE = """
PRAGMA journal_mode = OFF;
CREATE TABLE version (
    endpoint TEXT, name BLOB, identity BLOB, label TEXT,
    day TEXT, currency TEXT, amount TEXT, refunds TEXT
);
CREATE TABLE use (kind TEXT, address BLOB, profile BLOB, label TEXT);
"""
# Beside max(), SQLite takes the other columns from the row that has the maximum.
_NEWEST = (
    "SELECT endpoint, label, day, currency, amount, refunds, count(*), max(rowid) "
    "FROM version GROUP BY endpoint, identity"
)
_AMBIGUOUS = (
    "SELECT endpoint, label FROM version GROUP BY endpoint, name "
    "HAVING count(DISTINCT identity) > 1"
)
_SHARED = (
    "SELECT kind, min(label) FROM use GROUP BY kind, address "
    "HAVING count(DISTINCT profile) >= ? OR sum(profile IS NULL) >= ?"
)
