"""The command itself: its lines, its exit code, and that it leaves nothing behind."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.check.checking import check, configured, written
from tests.whole_runs import order, records, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole_runs import Runner

ORDERS = [schema("orders"), *records("orders", order(1), order(2, currency=None))]


def test_each_finding_is_a_line_within_72_columns(run: Runner) -> None:
    """A verdict, what it is about, and a sentence that hangs under itself."""
    configured(run)
    done = run.execute(["--config", "config.json", "check"], b"")
    assert done.code == 0
    lines = done.out.splitlines()
    assert "ok           key         known to the API, made 2026-01-01" in lines
    assert max(map(len, lines)) <= 72
    assert {line[:13].strip() for line in lines} <= {"ok", "cannot tell", ""}
    assert "\x1b" not in done.out


def test_all_is_well_with_a_mapping_and_a_shop(run: Runner) -> None:
    """A user who may go on sees nothing to do; only what nothing tells is left open."""
    found = check(run, ORDERS[:2])
    assert found.code == 0
    assert found.to_do == []
    names = [one["name"] for one in found.findings if one["verdict"] == "ok"]
    assert {"settings", "mapping", "rejects", "report", "connection", "clock"} <= set(names)
    assert {"key", "scopes", "orders", "order ids"} <= set(names)


def test_nothing_is_sent_and_nothing_is_written(run: Runner, tmp_path: Path) -> None:
    """It may be called on any day against the real shop."""
    written(run, ORDERS)
    configured(run, ledger_url="sqlite:///ledger.db", max_rejects="0")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    before = {path.name for path in tmp_path.iterdir()}
    arguments = ["--config", "config.json", "check", "--input", "input.jsonl"]
    done = run.execute(arguments, b"", {"TMPDIR": str(elsewhere)})
    assert done.code == 1
    assert {path.name for path in tmp_path.iterdir()} - before <= {"served.db-journal"}
    assert list(elsewhere.iterdir()) == []
    with closing(sqlite3.connect(tmp_path / "served.db")) as sandbox, sandbox:
        asked = {path for (path,) in sandbox.execute("SELECT path FROM requests")}
    assert asked == {"/users/api-keys/me", "/orcabase/api/sql"}


def test_it_works_in_the_embedded_sandbox(run: Runner) -> None:
    """Also without a key: a rehearsal needs no account."""
    found = check(run, ORDERS[:2], api_url="sandbox:///own.db", api_key=None)
    assert found.code == 0
    assert found.verdict("key") == found.verdict("orders") == "ok"
    assert found.verdict("clock") == "cannot tell"
    assert "sandbox own.db: nothing leaves this machine" in found.log


def test_a_sandbox_that_cannot_be_used_is_told_once(run: Runner) -> None:
    """The mapping needs none."""
    found = check(run, ORDERS[:2], api_url="sandbox:///config.json/own.db", api_key=None)
    assert found.to_do == ["connection"]
    assert found.verdict("mapping") == "ok"


def test_the_states_of_the_input_go_nowhere(run: Runner) -> None:
    """Standard output carries the answer alone."""
    assert check(run, [*ORDERS[:2], state(at=1), *ORDERS[1:2], state(at=2)]).code == 0


def test_every_wrong_setting_is_a_finding_without_its_value(run: Runner) -> None:
    """Nothing can be looked at with them."""
    found = check(run, timezone="Berlin-secret", currency="dollar-secret", shop=None)
    assert found.code == 1
    assert found.to_do == ["settings"] * 3
    assert "-secret" not in json.dumps(found.findings)
    assert "did you mean" in json.dumps(found.findings) or "IANA" in json.dumps(found.findings)


def test_wrong_usage_is_another_exit_code(run: Runner) -> None:
    """A file that is not there is a mistake in the command."""
    configured(run)
    for arguments in (["check", "--input", "none.jsonl"], ["--config", "none.json", "check"]):
        done = run.execute(arguments, b"")
        assert done.code == 2
        assert "none.json" in done.log
        assert done.out == ""


def test_settings_may_come_from_the_environment(run: Runner) -> None:
    """Meltano gives a command no file."""
    env = {f"TARGET_TRIPLEWHALE_{name.upper()}": str(value) for name, value in run.config.items()}
    done = run.execute(["--config=ENV", "check"], b"", env)
    assert done.code == 0
    assert "known to the API" in done.out
