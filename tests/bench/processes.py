"""Processes and what they cost: an input piped into a command, timed from outside."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parents[2]
READ_SIZE = 65_536
LAST_SECONDS = 40.0
"""What a stopped command has to end by itself; the target takes up to 30."""
# A child's peak begins with what its parent held when it forked: this process stays small.
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
FOREIGN = ("_proxy", "target_triplewhale_", "loglevel")
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not any(mark in name.lower() for mark in FOREIGN)
}
"""The caller's, without what would change a run or lead it through a proxy."""


class BenchmarkFailed(Exception):
    """A run that measured nothing: it broke, or records were lost."""


@dataclass(frozen=True)
class Ended:
    """What a command did and took."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float
    """The most memory resident at once, in millions of bytes."""
    code: int
    out: bytes
    log: str
    is_stopped: bool
    """Whether its time ran out before it was done."""


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module."""
    return [sys.executable, "-m", module, *arguments]


def piped(
    source: Sequence[str],
    command: Sequence[str],
    *,
    deadline: float,
    tick: Callable[[float], None] = lambda _: None,
) -> Ended:
    """Run a command on what another one writes; `tick` is told the seconds so far."""
    with (
        TemporaryFile() as log,
        subprocess.Popen(source, stdout=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT) as feed,
    ):
        started = time.monotonic()
        child = subprocess.Popen(
            command,
            stdin=feed.stdout,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
            env=ENVIRONMENT,
        )
        # With this end open too, a feed whose reader is gone would wait for ever.
        _pipe(feed.stdout).close()
        try:
            with _pipe(child.stdout) as stdout:
                out, is_stopped = _read(child, stdout, started + deadline, tick)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - started
        finally:
            if child.returncode is None:
                child.kill()
                child.wait()
        log.seek(0)
        return Ended(
            seconds,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * MAXRSS_BYTES / 1_000_000,
            child.returncode,
            out,
            log.read().decode("utf-8", "replace"),
            is_stopped,
        )


def _read(
    child: subprocess.Popen[bytes],
    stdout: IO[bytes],
    deadline: float,
    tick: Callable[[float], None],
) -> tuple[bytes, bool]:
    """Read to the end, ending the child at its deadline."""
    out = b""
    started = time.monotonic()
    is_stopped = False
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while True:
            if selector.select(1.0):
                piece = os.read(stdout.fileno(), READ_SIZE)
                if not piece:
                    return out, is_stopped
                out += piece
            now = time.monotonic()
            tick(now - started)
            if now > deadline + LAST_SECONDS:
                child.kill()
            elif now > deadline and not is_stopped:
                is_stopped = True
                child.terminate()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe
