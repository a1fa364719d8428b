"""`ledger forget` takes a person out, and the record stays known."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, ask, night
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from pathlib import Path

ANN = {"id": "C-77", "email": "Ann.Lee@Example.com", "phone": "+49 170 1234567"}


def of_ann(number: int, **changes: Any) -> dict[str, Any]:
    return order(number, customer=ANN, **changes)


@pytest.mark.parametrize(
    "named",
    [
        ["--email", "ann.lee@example.COM"],
        ["--phone", "0170/1234567"],
        ["--phone", "+49 (170) 123 45 67"],
        ["--customer", "C-77"],
    ],
    ids=" ".join,
)
def test_bodies_go_and_the_record_stays_known(
    run: Runner, ledger_url: str, named: list[str]
) -> None:
    """What is not known any more would be sent again, with all that was forgotten."""
    both = night(of_ann(1), order(2))
    run(both, ledger_url=ledger_url)
    run(night(of_ann(1, order_revenue=5), order(2)), ledger_url=ledger_url)
    done = ask(run, "forget", *named)
    assert done.code == 0, done.log
    assert done.out.startswith("forgotten: 2 bodies, 0 records that waited")
    assert "example.com" not in (done.out + done.log).lower()
    again = run(night(of_ann(1, order_revenue=5), order(2)), ledger_url=ledger_url)
    assert again.counts(ORDERS) == {"read": 2, "unchanged": 2}
    assert ask(run, "history", "orders", "A-1").out.count("its body is not kept") == 2
    assert "its body is not kept" not in ask(run, "history", "orders", "A-2").out


@pytest.mark.parametrize(
    "named",
    [
        ["--email", "lee@example.com"],
        ["--email", "ann.lee@example.co"],
        ["--phone", "1234567"],
        ["--customer", "A-1"],
        ["--customer", "C-7"],
    ],
    ids=" ".join,
)
def test_others_are_not_forgotten(run: Runner, named: list[str]) -> None:
    """A part of an address, or of a number, is somebody else's."""
    run(night(of_ann(1)), ledger_url=LEDGER)
    assert ask(run, "forget", *named).out.startswith("forgotten: 0 bodies, 0 records")
    assert "not kept" not in ask(run, "history", "orders", "A-1").out


def test_what_waits_to_be_sent_again_goes_too(run: Runner) -> None:
    """A rejected record lies there as it was read, all of it."""
    run(night(of_ann(1, currency=None), order(2, currency=None)), ledger_url=LEDGER)
    done = ask(run, "forget", "--email", ANN["email"])
    assert done.out.startswith("forgotten: 0 bodies, 1 record that waited")
    waiting = ask(run, "pending").out
    assert "A-2" in waiting
    assert "A-1" not in waiting


def test_it_goes_under_every_account(run: Runner) -> None:
    """Each account keeps what it was refused itself, under the same name."""
    for account in ("one", "another"):
        refused = night(of_ann(1, currency=None))
        run(refused, ledger_url=LEDGER, platform_account_id=account)
    done = ask(run, "forget", "--customer", ANN["id"])
    assert done.out.startswith("forgotten: 0 bodies, 2 records that waited")
    assert "Nothing waits" in ask(run, "pending").out


def test_a_record_that_is_called_by_an_address_goes_whole(run: Runner) -> None:
    """Its id is what is to be forgotten."""
    found = records("customers", {"customer_id": ANN["email"]}, {"customer_id": "C-1"})
    run([schema("customers"), *found], ledger_url=LEDGER)
    done = ask(run, "forget", "--email", ANN["email"])
    assert done.out.splitlines()[0].endswith("1 record whose id it was")
    assert ask(run, "history", "customers", ANN["email"]).code == 1
    assert ask(run, "history", "customers", "C-1").code == 0


def test_the_bytes_are_gone(run: Runner) -> None:
    """What SQLite deletes lies on in the file, and in the file beside it, until it is cleaned."""
    before = night(of_ann(1), of_ann(2, currency=None), *map(order, range(3, 60)))
    found = records("customers", {"customer_id": ANN["email"], "first_name": "Ann"})
    run([*before, schema("customers"), *found], ledger_url=LEDGER)
    _leave_behind(run.folder / "ledger.db", ANN["email"])
    assert held(run.folder, b"ann.lee@example.com")
    done = ask(run, "forget", "--email", ANN["email"])
    assert done.code == 0, done.log
    assert not held(run.folder, b"ann.lee@example.com")
    assert held(run.folder, b"buyer3@example.com")


def test_a_program_that_reads_meanwhile_keeps_the_bytes_and_that_is_said(run: Runner) -> None:
    """A promise that is not kept would be worse than none."""
    run(night(of_ann(1)), ledger_url=LEDGER)
    with (
        closing(sqlite3.connect(run.folder / "ledger.db", isolation_level=None)) as reading,
        reading,
    ):
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM triplewhale_runs").fetchone()
        done = ask(run, "forget", "--email", ANN["email"])
        reading.execute("ROLLBACK")
    reading.close()
    assert done.code == 1
    assert "run this again" in done.log
    assert ask(run, "forget", "--email", ANN["email"]).code == 0
    assert not held(run.folder, b"ann.lee@example.com")


@pytest.mark.parametrize(
    "named",
    [
        [],
        ["--email", ""],
        ["--email", "ann"],
        ["--phone", "12"],
        ["--email", "ann@example.com", "--customer", "C-1"],
    ],
    ids=" ".join,
)
def test_one_person_has_to_be_named(run: Runner, named: list[str]) -> None:
    """Nobody's name would be everybody's."""
    run(night(order(1)), ledger_url=LEDGER)
    done = ask(run, "forget", *named)
    assert done.code == 2
    assert done.out == ""


def _leave_behind(path: Path, text: str) -> None:
    """Delete a text as SQLite does where it is not built to clean up: its bytes stay."""
    ledger = sqlite3.connect(path, isolation_level=None)
    ledger.execute("PRAGMA secure_delete=OFF")
    ledger.execute("INSERT INTO triplewhale_schemas VALUES ('left', ?)", (text * 10,))
    ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.execute("DELETE FROM triplewhale_schemas WHERE digest = 'left'")
    ledger.close()


def held(folder: Path, text: bytes) -> bool:
    """Tell whether any file of the ledger holds a text, in any case."""
    return any(text in path.read_bytes().lower() for path in folder.glob("ledger.db*"))
