"""What a run shows on a terminal: a real one, of the system's own pairs."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tests.whole_runs import Finished

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*[34]\d(?:;\d+)*m")
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
GOOD = [order(number) for number in range(3)]
BAD = [order(number, currency=None) for number in range(3, 9)]
ORDERS: list[Any] = [
    schema("orders", "order_id"),
    *records("orders", *GOOD, *BAD),
    state(done=1),
]
HELD = "the API has asked to wait; about 1 h 0 min left of that"


@dataclass
class Shown:
    """What a terminal was told, and how the run ended."""

    code: int
    raw: str
    out: str

    @property
    def text(self) -> str:
        """All that was printed, without what moves the cursor and colours."""
        return CONTROL.sub("", self.raw)

    @property
    def has_cursor(self) -> bool:
        """Whether the cursor was given back last."""
        return self.raw.rfind(SHOW) > self.raw.rfind(HIDE) >= 0


def shown(
    run: Runner,
    lines: Iterable[Any],
    *,
    env: Mapping[str, str] | None = None,
    is_alone: bool = False,
    stop_at: str = "",
    **config: Any,
) -> Shown:
    """Run on a terminal, with the standard output in a pipe or on it too; stop it at a word."""
    (run.folder / "config.json").write_text(json.dumps({**run.config, **config}))
    (run.folder / "input").write_text("".join(json.dumps(line) + "\n" for line in lines))
    ours, theirs = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR")}
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    with subprocess.Popen(
        [*command, "--input", "input"],
        cwd=run.folder,
        env={**plain, "TERM": "xterm-256color", "COLUMNS": "400", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=theirs if is_alone else subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        raw = b""
        while chunk := _read(ours):
            raw += chunk
            if stop_at and stop_at.encode() in raw:
                process.send_signal(signal.SIGINT)
                stop_at = ""
        out = process.stdout.read() if process.stdout else b""
    os.close(ours)
    return Shown(process.returncode, raw.decode(), out.decode())


@pytest.fixture
def waiting(tmp_path: Path, serving: Callable[..., Any]) -> Runner:
    """Run the target against an API that asks it to wait for an hour."""
    fault = {"status": 429, "headers": {"Retry-After": "3600"}}
    return Runner(tmp_path, serving(faults=[fault]).url)


def _read(terminal: int) -> bytes:
    """Return what was written to a terminal; its end is an error of the system."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def told(log: str) -> list[str]:
    """Return the messages of a log, without what differs from run to run."""
    found = [line.rsplit(" | ", 1)[-1].strip() for line in log.splitlines() if " | " in line]
    return [re.sub(r'kept in \S+|"pid":\d+', "", line) for line in found]


def test_a_terminal_shows_how_far_the_run_is(waiting: Runner) -> None:
    """Streams, endings, rates, a bar and what holds the run, in place of lines of the log."""
    seen = shown(waiting, ORDERS, stop_at=HELD).text
    assert re.search(r"stream +endpoint +read +delivered +rejected", seen)
    assert re.search(r"orders +orders +9 +0 +6", seen)
    assert "requests 1 of 25,000 a minute, events 0 of 1,000 a minute" in seen
    assert HELD in seen
    assert re.search(r"━+╸?━* 67%", seen)
    assert "progress:" not in seen


def test_a_streams_name_cannot_steer_the_terminal(waiting: Runner) -> None:
    """It is any text that a source likes."""
    name = "a\x1b[31m\nb"
    lines = [schema(name, "order_id"), *records(name, *GOOD)]
    seen = shown(waiting, lines, stop_at=HELD, streams={name: {"endpoint": "orders"}})
    assert re.search(r"a\?\[31m\?b +orders +3 +0 +0", seen.text)
    assert name not in seen.raw


def test_no_line_of_the_log_is_lost_and_each_stands_alone(run: Runner) -> None:
    """All that a pipe is told is printed above the display, in the same order."""
    piped: Finished = run(ORDERS)
    assert told(shown(run, ORDERS).text) == told(piped.log)


def test_the_terminal_is_given_back_at_the_end(run: Runner) -> None:
    """The cursor is there again, and the display is gone before the last lines."""
    seen = shown(run, ORDERS)
    assert (seen.code, seen.out) == (0, '{"done": 1}\n')
    assert seen.has_cursor
    assert seen.text.rindex("read") < seen.text.rindex("rejected records: 6")


def test_the_terminal_is_given_back_by_a_run_that_halts(
    tmp_path: Path, serving: Callable[..., Any]
) -> None:
    """The sentence that tells why stands below everything else."""
    seen = shown(Runner(tmp_path, serving(faults=[{"status": 403}]).url), ORDERS)
    assert seen.code == 1
    assert seen.has_cursor
    assert "403" in seen.raw[seen.raw.rindex(SHOW) :]


def test_the_terminal_is_given_back_by_a_run_that_is_stopped(waiting: Runner) -> None:
    """Also in the middle of a wait of an hour."""
    seen = shown(waiting, ORDERS, stop_at=HELD)
    assert (seen.code, seen.out) == (130, "")
    assert seen.has_cursor
    assert "stopped by SIGINT" in seen.raw[seen.raw.rindex(SHOW) :]


def test_state_on_the_same_terminal_has_a_line_of_its_own(run: Runner) -> None:
    """Without a pipe behind the target somebody tries it out, and wants to see STATE."""
    seen = shown(run, ORDERS, is_alone=True)
    assert '{"done": 1}' in seen.text.split("\n")
    assert seen.has_cursor


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"CI": "true"}, {"LOGLEVEL": "WARNING"}])
def test_a_terminal_that_is_none_gets_lines(run: Runner, env: dict[str, str]) -> None:
    """The logs of a CI job keep every byte, and who wants warnings only gets these."""
    assert "\x1b" not in shown(run, ORDERS, env=env).raw


def test_no_colours_where_none_are_wanted(waiting: Runner) -> None:
    """The display itself is none."""
    assert COLOUR.search(shown(waiting, ORDERS, stop_at=HELD).raw)
    seen = shown(waiting, ORDERS, env={"NO_COLOR": "1"}, stop_at=HELD)
    assert HELD in seen.text
    assert not COLOUR.search(seen.raw)
