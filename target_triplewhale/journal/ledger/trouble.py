"""What a database says when it cannot go on, in a sentence without addresses, keys or values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from target_triplewhale.errors import LedgerUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator

_AGAIN = "put it aside, and the next run begins a new one and sends everything once more"
_READ_ONLY = "it may only be read; give the user of this run the right to write to it"
_TOLD = {
    "database is locked": (
        "TW-LEDGER-LOCKED",
        "another program has it locked; end that one, and run again",
    ),
    "readonly database": ("TW-LEDGER-DENIED", _READ_ONLY),
    "attempt to write a readonly": ("TW-LEDGER-DENIED", _READ_ONLY),
    "is full": ("TW-LEDGER-DISK", "its disk is full; make room, and run again"),
    "disk i/o": ("TW-LEDGER-DISK", "its disk does not do what it is told to"),
    "not a database": (
        "TW-LEDGER-DAMAGED",
        f"it is damaged, or no SQLite database at all; {_AGAIN}",
    ),
    "malformed": ("TW-LEDGER-DAMAGED", f"it is damaged; {_AGAIN}"),
    "unable to open": (
        "TW-LEDGER-UNREACHABLE",
        "it cannot be opened; look at its folder and at the rights to it",
    ),
    "permission denied": (
        "TW-LEDGER-DENIED",
        "its user may not do that; give it the right to create tables and rows",
    ),
    "password authentication": ("TW-LEDGER-DENIED", "it refuses the user or the password"),
    "does not exist": ("TW-LEDGER-UNREACHABLE", "there is no such database, or no such user"),
    "no space left": ("TW-LEDGER-DISK", "its disk is full; make room, and run again"),
    "connection": (
        "TW-LEDGER-UNREACHABLE",
        "it cannot be reached, or the connection has ended",
    ),
}
"""What databases say, and what that means to a user; the first that is found."""


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors of a database into LedgerUnusable."""
    try:
        yield
    except (SQLAlchemyError, UnicodeError) as error:
        code, meaning = _meaning(error)
        raise LedgerUnusable(code, f"the ledger cannot be used: {meaning}") from None


def _meaning(error: Exception) -> tuple[str, str]:
    said = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    known = (meaning for words, meaning in _TOLD.items() if words in said)
    unknown = f"the database does not take what it is sent ({type(error).__name__})"
    return next(known, ("TW-LEDGER-FAILED", unknown))
