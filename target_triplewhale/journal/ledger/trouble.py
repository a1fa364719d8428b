"""What a database says when it cannot go on, in a sentence without addresses, keys or values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from target_triplewhale.errors import LedgerUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOLD = {
    "database is locked": "another program has it locked; end that one, and run again",
    "readonly database": "it may only be read; give the user of this run the right to write to it",
    "attempt to write a readonly": "it may only be read; give the user of this run the right to "
    "write to it",
    "is full": "its disk is full; make room, and run again",
    "disk i/o": "its disk does not do what it is told to",
    "not a database": "it is damaged, or no SQLite database at all; put it aside, and the next run "
    "begins a new one and sends everything once more",
    "malformed": "it is damaged; put it aside, and the next run begins a new one and sends "
    "everything once more",
    "unable to open": "it cannot be opened; look at its folder and at the rights to it",
    "permission denied": "its user may not do that; give it the right to create tables and rows",
    "password authentication": "it refuses the user or the password",
    "does not exist": "there is no such database, or no such user",
    "no space left": "its disk is full; make room, and run again",
    "connection": "it cannot be reached, or the connection has ended",
}
"""What databases say, and what that means to a user; the first that is found."""


@contextmanager
def told() -> Iterator[None]:
    """Turn the errors of a database into LedgerUnusable."""
    try:
        yield
    except (SQLAlchemyError, UnicodeError) as error:
        raise LedgerUnusable(f"the ledger cannot be used: {_meaning(error)}") from None


def _meaning(error: Exception) -> str:
    said = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    known = (meaning for words, meaning in _TOLD.items() if words in said)
    return next(known, f"the database does not take what it is sent ({type(error).__name__})")
