"""Signals, at whatever moment they come."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served

    Serving = Callable[..., Served]

ORDERS = [schema("orders", "order_id"), *records("orders", *(order(n) for n in range(8)))]
CUSTOMERS = [
    schema("customers", "id"),
    *records("customers", *({"id": str(number)} for number in range(8))),
]
LAST = [state(done=1)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_run_that_waits_for_input(run: Runner, number: signal.Signals) -> None:
    """What is settled is in the STATE; the exit code names the signal."""
    (run.folder / "config.json").write_text(json.dumps({**run.config, "batch_size_rows": 1}))
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=run.folder, **pipes) as process:  # type: ignore[call-overload]
        lines = [*ORDERS[:2], state(a=1)]
        process.stdin.write(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"a": 1}
        process.send_signal(number)
        assert process.wait(timeout=40) == 128 + number, "its input is open all the while"
        log = process.stderr.read()
    assert b"Traceback" not in log
    assert number.name.encode() in log


def test_a_signal_ends_a_run_that_waits_out_a_retry_after(tmp_path: Path, serving: Serving) -> None:
    """An hour's wait must not hold a container's shutdown."""
    faults = [{"status": 429, "headers": {"Retry-After": "3600"}}]
    run = Runner(tmp_path, serving(faults=faults).url)
    (tmp_path / "config.json").write_text(json.dumps(run.config))
    (tmp_path / "input").write_bytes(
        b"".join(json.dumps(line).encode() + b"\n" for line in [*ORDERS, *LAST])
    )
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command += ["--input", "input"]
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as process:  # type: ignore[call-overload]
        while b"asks to wait" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGTERM)
        out, log = process.communicate(timeout=20)
    assert process.returncode == 143
    assert out == b""
    assert b"Traceback" not in log


def test_a_signal_ends_a_run_whose_server_does_not_answer(tmp_path: Path, serving: Serving) -> None:
    """What is in flight gets its 25 seconds, and then is given up without a traceback."""
    faults = [{"delay": 60, "keep": True}]
    run = Runner(tmp_path, serving(faults=faults).url)
    (tmp_path / "config.json").write_text(json.dumps(run.config))
    (tmp_path / "input").write_bytes(
        b"".join(json.dumps(line).encode() + b"\n" for line in [*CUSTOMERS, *LAST])
    )
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command += ["--input", "input"]
    with subprocess.Popen(command, cwd=tmp_path, **pipes) as process:  # type: ignore[call-overload]
        while b"completed processing" not in process.stderr.readline():
            pass
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        out, log = process.communicate(timeout=30)
    assert process.returncode == 143
    assert out == b""
    assert b"Traceback" not in log
    assert b"never retrieved" not in log
