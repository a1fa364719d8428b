"""A ledger that cannot be used ends the run with a sentence, and leaves STATE behind."""

from __future__ import annotations

import json
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night
from tests.whole_runs import Runner, order

if TYPE_CHECKING:
    from pathlib import Path

NIGHT = night(*map(order, range(3)))


def refused(run: Runner, **config: Any) -> str:
    """Run, and see that nothing was read; return the log."""
    (run.folder / "config.json").write_text(json.dumps({**run.config, **config}))
    done = run.execute(["--config", "config.json"], b"".join(_encoded(NIGHT)))
    assert done.code in (1, 2)
    assert not done.out
    return done.log


def prepared(run: Runner, *statements: str) -> None:
    """Change the ledger of a first run as nobody should."""
    run(NIGHT, ledger_url=LEDGER)
    with closing(sqlite3.connect(run.folder / "ledger.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://localhost/ledger", "must be sqlite:///PATH.db or postgresql+psycopg://"),
        ("nonsense", "must be sqlite:///PATH.db or postgresql+psycopg://"),
        ("sqlite://", "a ledger in memory would be forgotten"),
        ("sqlite:///config.json/ledger.db", "File exists"),
        ("postgresql+psycopg://user@127.0.0.1:1/none", "it cannot be reached"),
        ("postgresql+nodriver://user@127.0.0.1/none", "the driver is not there"),
    ],
)
def test_an_address_that_leads_nowhere(run: Runner, url: str, told: str) -> None:
    """The sentence says what to write, or where to look."""
    assert told in refused(run, ledger_url=url)


def test_no_password_is_told(run: Runner) -> None:
    """An address may hold one."""
    log = refused(run, ledger_url="postgresql+psycopg://user:s3cret@127.0.0.1:1/none")
    assert "s3cret" not in log


def test_a_file_that_is_no_ledger(run: Runner) -> None:
    """It is left as it is."""
    (run.folder / "ledger.db").write_bytes(b"these are no pages of a database" * 200)
    assert "it is damaged" in refused(run, ledger_url=LEDGER)
    assert (run.folder / "ledger.db").read_bytes().startswith(b"these are no pages")


def test_a_ledger_of_a_newer_version(run: Runner) -> None:
    """What it means nobody here can know."""
    prepared(run, "UPDATE triplewhale_schema SET version = 99")
    assert "a newer version of target-triplewhale" in refused(run, ledger_url=LEDGER)


def test_a_ledger_that_another_program_has_locked(run: Runner) -> None:
    """It waits a while, and then says so."""
    prepared(run)
    with closing(sqlite3.connect(run.folder / "ledger.db", isolation_level=None)) as other, other:
        other.execute("BEGIN EXCLUSIVE")
        assert "another program has it locked" in refused(run, ledger_url=LEDGER)


def test_a_ledger_that_is_damaged_while_it_is_used(run: Runner) -> None:
    """What was accepted is sent again by the next run, under its identity."""
    prepared(run, "DROP TABLE triplewhale_versions")
    done = run(night(order(9)), is_whole=False, ledger_url=LEDGER)
    assert done.code == 1
    assert "the ledger cannot be used" in done.log
    assert not done.states


def test_a_disk_that_is_full(run: Runner, tmp_path: Path) -> None:
    """The run halts, and its STATE does not pass what could not be kept."""
    run(NIGHT, ledger_url=LEDGER)
    size = (run.folder / "ledger.db").stat().st_size
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    many = night(*map(order, range(3, 3000)))
    data = b"".join(_encoded(many))
    done = subprocess.run(
        command,
        input=data,
        capture_output=True,
        cwd=tmp_path,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (size + 100_000, size + 100_000)
        ),
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"the ledger cannot be used" in done.stderr
    again = run(many, ledger_url=LEDGER)
    assert again.code == 0
    assert again.counts(ORDERS)["read"] == 2997


def test_a_second_run_waits_for_the_first(run: Runner) -> None:
    """Two runs at once could send the versions of one record in any order."""
    run(NIGHT, ledger_url=LEDGER)
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    first = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=run.folder)
    assert first.stdin is not None
    first.stdin.write(b"".join(_encoded(NIGHT[:1])))
    first.stdin.flush()
    _wait_until_it_runs(run.folder)
    second = subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=run.folder
    )
    assert second.stderr is not None
    assert any(b"another run has the ledger" in line for line in second.stderr)
    first.stdin.close()
    assert first.wait(60) == 0
    _, log = second.communicate(b"".join(_encoded(NIGHT)), timeout=60)
    assert second.returncode == 0, log


def _wait_until_it_runs(folder: Path) -> None:
    for _ in range(600):
        with closing(sqlite3.connect(folder / "ledger.db")) as connection, connection:
            (running,) = connection.execute(
                "SELECT count(*) FROM triplewhale_runs WHERE ended_at IS NULL"
            ).fetchone()
        if running:
            return
        time.sleep(0.1)
    raise AssertionError("the run did not begin")


def _encoded(lines: list[dict[str, Any]]) -> list[bytes]:
    return [json.dumps(line).encode() + b"\n" for line in lines]
