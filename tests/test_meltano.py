"""`meltano run`, for real: a replayed tap, the target, and the state that Meltano keeps."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.docs.terminal import BIN
from tests.replay import replaying
from tests.whole_runs import order, records, rows, schema, state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def project(folder: Path, lines: list[Any], config: Mapping[str, Any]) -> None:
    """Write a Meltano project whose tap replays lines, and whose plugins need no install."""
    tap = replaying(folder, lines)
    extractor = {"name": "tap-replay", "namespace": "tap_replay", "executable": str(tap)}
    loader = {
        "name": "target-triplewhale",
        "namespace": "target_triplewhale",
        "executable": str(BIN / "target-triplewhale"),
        "capabilities": ["structured-logging"],
        "settings": [{"name": name} for name in config],
        "config": dict(config),
    }
    content = {
        "project_id": "a-test",
        "send_anonymous_usage_stats": False,
        "default_environment": "dev",
        "environments": [{"name": "dev"}],
        "plugins": {"extractors": [extractor], "loaders": [loader]},
    }
    (folder / "meltano.yml").write_text(yaml.safe_dump(content))


def meltano(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Meltano in a project."""
    return subprocess.run(
        [str(BIN / "meltano"), *arguments],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture
def config() -> dict[str, Any]:
    """Settings as Meltano hands them over, where a definition has no kinds: as text."""
    return {
        "shop": "example.myshopify.com",
        "api_url": "sandbox:///output/sandbox.db",
        "rejects_path": "output/rejects",
        "batch_size_rows": "2",
        "max_rejects": "100%",
    }


def test_a_run_delivers_and_meltano_keeps_its_state(tmp_path: Path, config: dict[str, Any]) -> None:
    """What people type, with the pieces they have."""
    found = [order(1), order(2), order(3, currency="")]
    lines = [schema("orders", "order_id"), *records("orders", *found)]
    project(tmp_path, [*lines, state(bookmarks={"orders": {"at": 3}})], config)
    done = meltano(tmp_path, "run", "tap-replay", "target-triplewhale")
    log = done.stdout + done.stderr
    assert done.returncode == 0, log
    kept = rows(tmp_path / "output/sandbox.db", "orders_table")
    assert [one["order_id"] for one in kept] == ["A-1", "A-2"]
    assert log.count("sandbox output/sandbox.db: nothing leaves this machine") >= 2
    name = meltano(tmp_path, "state", "list").stdout.split()[-1]
    told = meltano(tmp_path, "state", "get", name).stdout
    assert json.loads(told[told.index("{") :])["singer_state"] == {
        "bookmarks": {"orders": {"at": 3}}
    }


def test_a_halted_run_is_a_failed_run_to_meltano(tmp_path: Path, config: dict[str, Any]) -> None:
    """An orchestrator must see it, and the state must stay behind."""
    lines = [schema("orders", "id"), *records("orders", order(1), order(2)), state(a=1)]
    lines += [*records("orders", order(3, currency="")), state(a=2)]
    project(tmp_path, lines, {**config, "max_rejects": "0"})
    done = meltano(tmp_path, "run", "tap-replay", "target-triplewhale")
    assert done.returncode != 0
    assert "more than 0 records rejected" in done.stdout + done.stderr
    name = meltano(tmp_path, "state", "list").stdout.split()[-1]
    told = meltano(tmp_path, "state", "get", name).stdout
    assert json.loads(told[told.index("{") :])["singer_state"] == {"a": 1}


def test_meltano_keeps_what_a_line_of_the_log_carries(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    """Its own structured log has the target's fields beside the target's words."""
    lines = [schema("orders", "order_id"), *records("orders", order(1), order(2, currency=""))]
    project(tmp_path, lines, config)
    done = meltano(tmp_path, "--log-format=json", "run", "tap-replay", "target-triplewhale")
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    (ended,) = [line for line in told if "route orders:orders" in line["event"]]
    assert ended["level"] == "info"
    assert (ended["read"], ended["delivered"], ended["rejected"]) == (2, 1, 1)
    (kept,) = [line for line in told if "rejected records" in line["event"]]
    assert (kept["level"], kept["code"]) == ("warning", "TW-REJECTS-KEPT")


def test_a_tool_reads_nested_settings_as_the_run_does(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    """Meltano gives a run a file, and a tool the environment, in which objects are flat."""
    fields = {"profileIdentifiers.email": "mail", "timestamp": "at"}
    route = {"endpoint": "events", "fields": fields, "defaults": {"type": "lead"}}
    row = {"mail": "ann@example.com", "at": "2026-01-01T00:00:00Z"}
    lines = [schema("crm", "mail", "at"), *records("crm", row)]
    project(tmp_path, lines, {**config, "streams": {"crm": route}})
    content = yaml.safe_load((tmp_path / "meltano.yml").read_text())
    (loader,) = content["plugins"]["loaders"]
    loader["settings"] = [{"name": name, "kind": "object"} for name in ("streams",)]
    loader["settings"] += [{"name": name} for name in config]
    loader["commands"] = {"check": "--config=ENV check"}
    (tmp_path / "meltano.yml").write_text(yaml.safe_dump(content))
    run = meltano(tmp_path, "run", "tap-replay", "target-triplewhale")
    assert run.returncode == 0, run.stdout + run.stderr
    tool = meltano(tmp_path, "invoke", "target-triplewhale:check", "--input", "lines.jsonl")
    assert "crm > events, 1 record: 1 can be sent" in tool.stdout, tool.stdout + tool.stderr
