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
    if url.get_backend_name() == "sqlite":
        make_private(Path(str(url.database)))
    engine = _engine(url, _WRITING)
    with told(), engine.begin() as connection:
        migrate(connection)
    return engine


def open_for_reading(text: str) -> Engine:
    """Return a database that is a ledger already; raise UsageError where it is none."""
    url = _url(text)
    is_file = url.get_backend_name() == "sqlite"
    place = str(url.database) if is_file else "that database"
    engine = _engine(url, _READING)
    with told():
        is_there = (not is_file or Path(place).exists()) and _is_ledger(engine)
    if not is_there:
        raise UsageError(
            "TW-LEDGER-MISSING",
            f"setting `ledger_url`: there is no ledger yet in {place}; the first run makes it",
        )
    return engine


def _is_ledger(engine: Engine) -> bool:
    with engine.connect() as connection:
        return version(connection) > 0


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
