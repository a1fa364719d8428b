"""`ledger runs`, `history` and `pending` tell what the ledger knows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ask, night
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

NO = {"success": False, "message": "call +49 170 1234567 first"}


def test_runs_tell_what_they_came_to(run: Runner) -> None:
    """Whoever looks after a night wants numbers, the exit code and the STATE."""
    run(night(order(1), order(2)), ledger_url=LEDGER)
    run(night(order(1), order(2, order_revenue=11), order(3, currency=None)), ledger_url=LEDGER)
    head, to, first, state, *second = ask(run, "runs").out.splitlines()
    assert head.split()[:4] == ["run", "started", "ended", "exit"]
    assert to == f"to {run.config['api_url']}"
    assert first.split()[-6:] == ["0", "2", "2", "0", "0", "0"]
    assert state.strip() == 'STATE {"at": 2}'
    assert second[0].split()[-6:] == ["0", "3", "1", "1", "1", "0"]
    assert max(map(len, (head, first, state, *second))) <= 100


def test_runs_as_json_hold_all_of_each(run: Runner) -> None:
    """A program reads them, and may want the reject codes of a route."""
    run(night(order(1)), ledger_url=LEDGER)
    run(night(order(2, currency=None)), ledger_url=LEDGER)
    (line,) = ask(run, "runs", "--last", "1", "--json").out.splitlines()
    found = json.loads(line)
    assert (found["id"], found["exit_code"], found["state"]) == (2, 0, {"at": 1})
    assert found["counts"][0]["codes"] == {"TW-ORDERS-CURRENCY-MISSING": 1}


def test_a_run_that_was_killed_is_told_from_one_that_ended(run: Runner) -> None:
    """Its counts are unknown, not zero."""
    run(night(order(1)), ledger_url=LEDGER)
    with closing(sqlite3.connect(run.folder / "ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE triplewhale_runs SET ended_at = NULL, exit_code = NULL")
    assert "has not ended" in ask(run, "runs").out


def test_history_tells_every_version_and_what_changed(run: Runner, ledger_url: str) -> None:
    """Also where a run between did not touch the record."""
    run(night(order(1, tags=["a"]), order(2)), ledger_url=ledger_url)
    run(night(order(2, order_revenue=1)), ledger_url=ledger_url)
    changed = order(1, order_revenue=11, tags=["a", "b"], order_name="n" * 200)
    changed["customer"]["phone"] = "+491701234567"
    run(night(changed), ledger_url=ledger_url)
    done = ask(run, "history", "orders", "A-1")
    assert done.code == 0
    text = done.out
    assert "order of example.myshopify.com: order_id A-1" in text
    assert text.index("run 1") < text.index("run 3")
    assert "run 2" not in text
    assert "run 1  orders:orders: new, " in text
    assert "order_revenue: 10.5 -> 11\n" in text
    assert 'customer.phone: nothing -> "+491701234567"' in text
    assert "tags: 1 item -> 2 items" in text
    assert '      name: nothing -> "nnn' in text
    assert "customer.id" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_history_finds_all_accounts_and_shops_of_an_id(run: Runner) -> None:
    """One id may be known twice, and both count."""
    customers = [schema("customers"), *records("customers", {"customer_id": "C-1"})]
    run(customers, ledger_url=LEDGER)
    run(customers, ledger_url=LEDGER, platform_account_id="another")
    run(customers, ledger_url=LEDGER, shop="other.myshopify.com")
    text = ask(run, "history", "customers", "C-1").out
    assert text.count("customer_id C-1") == 3
    assert "platform_account_id another" in text.replace("\n", " ")
    assert "customer of other.myshopify.com" in text
    for other in ("C", "c-1", "custom-msp"):
        assert ask(run, "history", "customers", other).code == 1


def test_history_tells_what_waits_of_a_record(run: Runner) -> None:
    """The newest version of it may be the one that was rejected."""
    run(night(order(1), order(2, currency=None)), ledger_url=LEDGER)
    run(night(order(1, currency=None)), ledger_url=LEDGER)
    text = ask(run, "history", "orders", "A-1").out
    assert "run 1  orders:orders: new" in text
    assert "Waits to be sent again on orders:orders: TW-ORDERS-CURRENCY-MISSING" in text
    assert "1 try, the last in run 2" in text
    only = ask(run, "history", "orders", "A-2")
    assert (only.code, "2 tries, the last in run 2" in only.out) == (0, True)


def test_history_of_what_nobody_knows(run: Runner) -> None:
    """A typing error must not look like a record without history."""
    run(night(order(1)), ledger_url=LEDGER)
    done = ask(run, "history", "orders", "A-7")
    assert done.code == 1
    assert "Nothing is known of A-7" in done.out
    assert ask(run, "history", "order", "A-1").code == 2


def test_history_without_bodies_says_so(run: Runner) -> None:
    """When, and in which run, is known all the same."""
    run(night(order(1)), ledger_url=LEDGER, ledger_bodies="fingerprint")
    run(night(order(1, order_revenue=1)), ledger_url=LEDGER, ledger_bodies="fingerprint")
    text = ask(run, "history", "orders", "A-1").out
    assert text.count("its body is not kept") == 2


def test_pending_tells_streams_reasons_and_examples(
    run: Runner, serving: Callable[..., Served]
) -> None:
    """An id or an answer may be a person's address: it is masked."""
    run.config["api_url"] = serving(
        faults=[{"path": "/data-in/customers", "from": 1, "status": 422, "body": NO}]
    ).url
    orders = night(*(order(number, currency=None) for number in range(7)))
    customers = records("customers", {"customer_id": "ann@example.com"})
    for _ in range(2):
        run([*orders, schema("customers"), *customers], ledger_url=LEDGER)
    done = ask(run, "pending")
    assert done.code == 0
    assert done.out.startswith("8 records that wait to be sent again")
    (line,) = [one for one in done.out.splitlines() if one.startswith("orders")]
    assert line.split()[1:4] == ["TW-ORDERS-CURRENCY-MISSING", "7", "2"]
    assert "A-0, A-1, A-2, A-3, A-4, and 2 more" in done.out
    assert "currency is missing" in done.out
    assert "ann@example.com" not in done.out
    assert "1234567" not in done.out
    of_one = ask(run, "pending", "--stream", "customers").out
    assert of_one.startswith("1 record that waits")
    assert "orders" not in of_one


def test_pending_as_json_prints_whole_rows(run: Runner) -> None:
    """With the line as it was read, so that a program can mend it."""
    run(night(order(1, currency=None)), ledger_url=LEDGER)
    (line,) = ask(run, "pending", "--json").out.splitlines()
    row = json.loads(line)
    assert row["identity"]["order_id"] == "A-1"
    assert row["reasons"][0]["field"] == "currency"
    assert json.loads(row["line"])["record"]["order_id"] == "A-1"
    assert ask(run, "pending", "--stream", "other", "--json").out == ""


def test_pending_of_nothing(run: Runner) -> None:
    """An empty answer could be a broken one."""
    run(night(order(1)), ledger_url=LEDGER)
    assert "Nothing waits" in ask(run, "pending").out


@pytest.mark.parametrize(
    "asked",
    [
        ["runs"],
        ["history", "orders", "A-1"],
        ["pending"],
        ["missing", "orders"],
        ["missing", "orders", "--void"],
        ["undo", "1"],
        ["undo", "1", "--dry-run"],
        ["forget", "--email", "ann@example.com"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    ("ledger", "said"),
    [(None, "`ledger_url` is missing"), (LEDGER, "there is no ledger yet in ledger.db")],
)
def test_without_a_ledger_each_says_so(
    run: Runner, asked: list[str], ledger: str | None, said: str
) -> None:
    """And none makes one, which would look like a ledger that knows nothing."""
    _configure(run, ledger_url=ledger)
    done = ask(run, *asked)
    assert done.code == 2, done.log
    assert said in done.log
    assert done.out == ""
    assert not list(run.folder.glob("ledger.db*"))


def test_what_is_no_ledger_is_left_alone(run: Runner) -> None:
    """Somebody else's database stays as it is, and damage is a sentence."""
    with closing(sqlite3.connect(run.folder / "other.db")) as other, other:
        other.execute("CREATE TABLE mine (id INTEGER)")
    before = (run.folder / "other.db").read_bytes()
    _configure(run, ledger_url="sqlite:///other.db")
    assert "there is no ledger yet in other.db" in ask(run, "runs").log
    assert (run.folder / "other.db").read_bytes() == before
    (run.folder / "ledger.db").write_bytes(b"no database" * 100)
    _configure(run, ledger_url=LEDGER)
    done = ask(run, "runs")
    assert (done.code, "it is damaged" in done.log) == (1, True)


def test_the_configuration_may_come_after_the_word_or_from_the_environment(run: Runner) -> None:
    """Meltano gives a command no file."""
    run(night(order(1)), ledger_url=LEDGER)
    after = run.execute(["ledger", "runs", "--config", "config.json"], b"")
    settings = {**run.config, "ledger_url": LEDGER}
    env = {f"TARGET_TRIPLEWHALE_{name.upper()}": str(value) for name, value in settings.items()}
    given = run.execute(["--config=ENV", "ledger", "runs"], b"", env)
    assert (after.code, given.code) == (0, 0)
    assert after.out == given.out == ask(run, "runs").out
    assert "STATE" in after.out


def _configure(run: Runner, **config: Any) -> None:
    given = {name: value for name, value in (run.config | config).items() if value is not None}
    (run.folder / "config.json").write_text(json.dumps(given))
