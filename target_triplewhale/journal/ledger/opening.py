"""Opens a ledger: a file of SQLite, or a database of PostgreSQL, with the tables that it needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.schema import CreateTable

from target_triplewhale.codes import setting
from target_triplewhale.errors import UsageError, cause
from target_triplewhale.journal.ledger import tables
from target_triplewhale.journal.ledger.migrations import migrate, version
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine
    from sqlalchemy.engine import URL

SECONDS_TO_WAIT = 10
"""How long a statement waits for another program that writes."""
_WRITING = (
    "PRAGMA journal_mode=WAL",
    # A row that a power cut takes away costs a repeat, and no repeat does harm.
    "PRAGMA synchronous=NORMAL",
    "PRAGMA cache_size=-16384",
    "PRAGMA temp_store=MEMORY",
    str(CreateTable(tables.given)),
)
_READING = ("PRAGMA query_only=ON",)


def open_ledger(text: str) -> Engine:
    """Return a database that has the tables; raise UsageError or LedgerUnusable."""
    url = _url(text)
    if _is_file(url):
        make_private(Path(str(url.database)))
    engine = _engine(url, _WRITING)
    with told(), engine.begin() as connection:
        migrate(connection)
    return engine


def open_for_reading(text: str) -> Engine:
    """Return a database that is a ledger already; raise UsageError where it is none."""
    url = _url(text)
    engine = _engine(url, _READING)
    if not _is_ledger(url, engine):
        place = str(url.database) if _is_file(url) else "that database"
        raise UsageError(
            "TW-LEDGER-MISSING",
            f"setting `ledger_url`: there is no ledger yet in {place}; the first run makes it",
        )
    return engine


def is_there(text: str) -> bool:
    """Tell whether there is a ledger already; raise UsageError or LedgerUnusable where none can be.

    Nothing is made and nothing is written.
    """
    url = _url(text)
    if _is_file(url):
        _check_rights(Path(str(url.database)))
    engine = _engine(url, _READING)
    try:
        return _is_ledger(url, engine)
    finally:
        engine.dispose()


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _is_ledger(url: URL, engine: Engine) -> bool:
    if _is_file(url) and not Path(str(url.database)).exists():
        return False
    with told(), engine.connect() as connection:
        return version(connection) > 0


def _check_rights(path: Path) -> None:
    """Raise UsageError where a file can be neither written nor made."""
    place = path
    while not place.exists() and place != place.parent:
        place = place.parent
    problem = ""
    if path.is_dir():
        problem = "it is a folder; name a file in it"
    elif place != path and not place.is_dir():
        problem = f"{place} is no folder"
    elif not os.access(place, os.W_OK):
        problem = "it cannot be written"
    if problem:
        raise UsageError(setting("ledger_url"), f"setting `ledger_url`: {path}: {problem}")


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    known = url is not None and url.get_backend_name() in ("sqlite", "postgresql")
    if url is None or not known:
        raise UsageError(
            setting("ledger_url"),
            "setting `ledger_url`: must be sqlite:///PATH.db or postgresql+psycopg://USER@HOST/NAME",
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise UsageError(
            setting("ledger_url"),
            "setting `ledger_url`: a ledger in memory would be forgotten; name a file",
        )
    return url


def make_private(path: Path) -> None:
    """Make the file, readable by its owner alone; SQLite gives its further files the same mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = cause(error, "it cannot be opened")
        raise UsageError(setting("ledger_url"), f"setting `ledger_url`: {path}: {reason}") from None


def _engine(url: URL, first: Sequence[str]) -> Engine:
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url)
        # The connection used last has its pages at hand; a pool that takes turns keeps all twice.
        options = {"timeout": SECONDS_TO_WAIT}
        engine = create_engine(url, connect_args=options, pool_use_lifo=True)
    except (ImportError, NoSuchModuleError):
        raise UsageError(
            "TW-EXTRA-MISSING",
            "setting `ledger_url`: the driver is not there: "
            "pip install 'target-triplewhale[ledger]' and postgresql+psycopg://...",
        ) from None

    def prepare(connection: Any, _: object) -> None:
        for statement in first:
            connection.execute(statement)

    event.listen(engine, "connect", prepare)
    return engine
