"""A ledger is made once and whole, whoever opens it and whatever ends them."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, select

from target_triplewhale.journal.ledger import migrations
from target_triplewhale.journal.ledger.opening import open_ledger
from target_triplewhale.journal.ledger.tables import schema as versions_table
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from tests.whole_runs import Runner

TOGETHER = 6


def versions(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(select(versions_table.c.version)).scalars())


def test_a_run_that_ends_while_it_makes_the_tables_leaves_none(
    ledger_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them would be taken for a ledger of another version, for ever."""

    def killed(connection: Connection) -> None:
        versions_table.create(connection)
        raise KeyboardInterrupt

    engine = create_engine(ledger_url)
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "STEPS", (killed,))
        with pytest.raises(KeyboardInterrupt), engine.begin() as connection:
            migrations.migrate(connection)
    engine.dispose()
    engine = open_ledger(ledger_url)
    assert versions(engine) == [len(migrations.STEPS)]
    engine.dispose()


def test_runs_that_begin_at_once_make_one_ledger(ledger_url: str) -> None:
    """The first makes the tables, and the others wait for them."""
    begin = Barrier(TOGETHER)

    def opened(_: int) -> Engine:
        begin.wait()
        return open_ledger(ledger_url)

    with ThreadPoolExecutor(TOGETHER) as threads:
        engines = list(threads.map(opened, range(TOGETHER)))
    assert versions(engines[0]) == [len(migrations.STEPS)]
    for engine in engines:
        engine.dispose()


def test_a_folder_that_is_not_there_is_made(run: Runner) -> None:
    """As those of rejects and reports are: a first night needs no preparation."""
    lines = [schema("orders", "order_id"), *records("orders", order(1))]
    assert run(lines, ledger_url="sqlite:///output/shop/ledger.db").code == 0
    folder = run.folder / "output/shop"
    assert (folder / "ledger.db").is_file()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
