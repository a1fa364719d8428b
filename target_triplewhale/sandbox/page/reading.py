"""Looking into the sandbox's file while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUSY_SECONDS = 30


def open_file(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot write, for use by one thread after another."""
    connection = sqlite3.connect(
        path.resolve().as_uri() + "?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection on which all queries see one and the same state of the file."""
    with closing(open_file(path)) as connection:
        connection.execute("BEGIN")
        yield connection
