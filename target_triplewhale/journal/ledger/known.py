"""What a run and the ledger tell each other of a record."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from target_triplewhale.journal.ledger.keys import Key

FINGERPRINT_BYTES = 16
DOUBT = ""
"""Stands for a fingerprint where the API may have kept what it has not answered."""


class Known(NamedTuple):
    """What the API has accepted of a record last."""

    rest: str
    route: str
    fingerprint: str
    is_void: bool
    version: int

    @property
    def is_doubtful(self) -> bool:
        """Whether the API may have another version by now."""
        return self.fingerprint == DOUBT


class Kept(NamedTuple):
    """A version that the API has accepted, as far as it is kept."""

    body: bytes | None
    read_at: str


class Accepted(NamedTuple):
    """A record that the API has accepted just now."""

    key: Key
    route: str
    fingerprint: str
    body: bytes
    read_at: str
    is_void: bool = False


def fingerprint(content: bytes) -> str:
    """Return what tells a body from any other, in 32 characters."""
    return blake2b(content, digest_size=FINGERPRINT_BYTES).hexdigest()
