"""Ledgers in every database that one may lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.postgres import postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SQLITE = "sqlite"
POSTGRESQL = "postgresql"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Run a PostgreSQL; return the address of its database."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return where a ledger may lie, empty at first: a file, then a server."""
    if request.param == SQLITE:
        yield f"sqlite:///{tmp_path}/ledger.db"
        return
    url: str = request.getfixturevalue("postgres")
    yield url
    _drop_all(url)


def _drop_all(url: str) -> None:
    from sqlalchemy import create_engine  # noqa: PLC0415  (an extra)

    from target_triplewhale.journal.ledger.tables import metadata  # noqa: PLC0415

    engine = create_engine(url)
    metadata.drop_all(engine)
    engine.dispose()
