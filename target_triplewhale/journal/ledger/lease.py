"""One run at a time on a ledger: what two of them send of one record could cross."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import OperationalError

from target_triplewhale.journal.ledger.opening import make_private
from target_triplewhale.journal.ledger.trouble import told

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_NUMBER = 0x7472_6970_6C65
"""Names the lock in PostgreSQL, which knows locks by numbers."""
_IS_LOCKED = "locked"


class Lease:
    """A lock that ends with the program that holds it, however that ends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_file = engine.dialect.name == "sqlite"
        self._held: Connection | None = None

    def take(self) -> bool:
        """Take the lease; return False where another run has it."""
        with told():
            self._held = self._of_file() if self._is_file else self._of_server()
        return self._held is not None

    def give_back(self) -> None:
        """Let the next run begin."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _of_file(self) -> Connection | None:
        """Lock a file of its own beside the ledger, which others may go on to read."""
        path = Path(f"{self._engine.url.database}-run")
        make_private(path)
        options = {"timeout": 0, "isolation_level": None}
        beside = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args=options)
        connection = beside.connect()
        try:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        except OperationalError as error:
            connection.close()
            if _IS_LOCKED in str(error.orig):
                return None
            raise
        return connection

    def _of_server(self) -> Connection | None:
        connection = self._engine.connect()
        taken = connection.execute(select(func.pg_try_advisory_lock(_NUMBER)))
        if taken.scalar():
            connection.commit()
            return connection
        connection.close()
        return None
