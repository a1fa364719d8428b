"""What goes out while a run goes on and when it ends early: STATE, rejects, the last sentence."""

from __future__ import annotations

import json
import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

import pytest
from singer_sdk import metrics

from target_triplewhale import schemas
from target_triplewhale.target import TargetTripleWhale
from tests.whole_runs import order, records, rows, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served

    Serving = Callable[..., Served]

PATIENCE = 30
"""Seconds after which a run is said to hang."""
ORDERS = schema("orders", "order_id")


class Piped:
    """A run whose input comes bit by bit."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def put(self, *lines: Any) -> None:
        """Write lines, and leave the input open."""
        assert self.process.stdin
        self.process.stdin.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        self.process.stdin.flush()

    def state(self) -> Any:
        """Wait for a STATE."""
        assert self.process.stdout
        found, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        assert found, "no STATE in time"
        return json.loads(self.process.stdout.readline())

    def ended(self) -> tuple[int, list[Any], str]:
        """Wait for the end while the input stays open; return code, further STATE, and log."""
        code = self.process.wait(PATIENCE)
        out, log = self._rest(self.process.stdout), self._rest(self.process.stderr)
        return code, [json.loads(line) for line in out.splitlines()], log.decode()

    def _rest(self, pipe: IO[bytes] | None) -> bytes:
        return pipe.read() if pipe and not pipe.closed else b""


@contextmanager
def piped(folder: Path, api_url: str) -> Iterator[Piped]:
    """Start a run on an open pipe, each order being a request of its own."""
    config = {
        "api_url": api_url,
        "api_key": "made-up",
        "shop": "example.myshopify.com",
        "batch_size_rows": 1,
        "rejects_path": str(folder / "rejects"),
    }
    (folder / "config.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=folder, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Piped(process)
        finally:
            process.kill()


def test_state_goes_out_while_the_tap_is_silent(tmp_path: Path, serving: Serving) -> None:
    """A slow tap must not hold back what has long been delivered."""
    with piped(tmp_path, serving(faults=[{"delay": 1}]).url) as run:
        run.put(ORDERS, *records("orders", order(1)), state(a=1))
        assert run.state() == {"a": 1}


def test_a_halt_ends_a_run_whose_tap_is_silent(tmp_path: Path, serving: Serving) -> None:
    """A refused key must not be found out when the tap has read its last row."""
    with piped(tmp_path, serving(faults=[{"status": 401}]).url) as run:
        run.put(ORDERS, *records("orders", order(1)), state(a=1))
        code, states, log = run.ended()
    assert code == 1
    assert states == []
    assert "401" in log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_run_whose_tap_is_silent(
    tmp_path: Path, serving: Serving, number: signal.Signals
) -> None:
    """Its input stays open and no request is under way, so nothing else wakes it."""
    with piped(tmp_path, serving().url) as run:
        run.put(ORDERS, state(a=1))
        assert run.state() == {"a": 1}
        run.process.send_signal(number)
        code, states, log = run.ended()
    assert code == 128 + number
    assert states == []
    assert number.name in log


def test_a_halted_run_has_emitted_every_state_that_is_true(
    tmp_path: Path, serving: Serving
) -> None:
    """Also the one that waits for its five seconds."""
    faults = [{"path": "/data-in/customers", "status": 403}]
    with piped(tmp_path, serving(faults=faults).url) as run:
        run.put(ORDERS, *records("orders", order(1)), state(a=1))
        assert run.state() == {"a": 1}
        run.put(*records("orders", order(2)), state(a=2))
        until = time.monotonic() + PATIENCE
        while len(rows(tmp_path / "served.db", "orders_table")) < 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        run.put(schema("customers", "id"), *records("customers", {"id": "1"}), state(a=3))
        code, states, _ = run.ended()
    assert code == 1
    assert states == [{"a": 2}]


def test_a_closed_standard_output_ends_the_run_with_a_sentence(
    tmp_path: Path, serving: Serving
) -> None:
    """Whoever runs the target has ended; a traceback would tell nobody what has happened."""
    with piped(tmp_path, serving().url) as run:
        assert run.process.stdout
        run.process.stdout.close()
        run.put(ORDERS, *records("orders", order(1)), state(a=1))
        code, _, log = run.ended()
    assert code == 1
    assert "standard output is closed" in log
    assert "Traceback" not in log


@pytest.fixture
def deliver(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Deliver lines in this very process, into the embedded sandbox."""
    target = TargetTripleWhale(
        config={
            "api_url": f"sandbox:///{tmp_path}/embedded.db",
            "shop": "example.myshopify.com",
            "rejects_path": str(tmp_path / "rejects"),
            "max_rejects": "100%",
        }
    )

    def read(*lines: Any) -> None:
        path = tmp_path / "input"
        path.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        with path.open() as file:
            target.read(file)

    yield read
    target.close()
    target.bell.close()


def test_rejects_are_on_the_disk_before_the_state_that_passes_them(
    deliver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that loses its power after the STATE must not lose a reject."""
    happened: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: happened.append("rejects"))
    out = SimpleNamespace(write=lambda _: happened.append("STATE"), flush=lambda: None)
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    deliver(ORDERS, *records("orders", order(1, currency="")), state(a=1))
    assert happened == ["rejects", "STATE"]


def test_a_repeated_schema_costs_nothing(
    deliver: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Some taps send it before every record: in the same words, or with its keys in another order.

    It is neither checked again, nor does it send what waits for company.
    """
    checked: list[object] = []
    monkeypatch.setattr(schemas, "JSONSchemaValidator", checked.append)
    otherwise = dict(reversed(ORDERS.items()))
    lines = [line for one in records("orders", order(1), order(2)) for line in (otherwise, one)]
    deliver(ORDERS, ORDERS, *lines, ORDERS)
    assert len(checked) == 1
    with closing(sqlite3.connect(tmp_path / "embedded.db")) as connection, connection:
        assert connection.execute("SELECT records FROM requests").fetchall() == [(2,)]


def test_a_long_run_tells_of_its_records_before_its_end(
    deliver: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK's counter is asked whenever there is time, and no record counts twice."""
    caplog.set_level("INFO")
    monkeypatch.setattr(metrics.Counter, "_ready_to_log", lambda _: True)
    deliver(ORDERS, *records("orders", order(1), order(2)))
    points = [line.split("METRIC: ")[1] for line in caplog.messages if '"record_count"' in line]
    told = [json.loads(point)["value"] for point in points]
    assert sum(told) == 2
    assert len(told) > 1
