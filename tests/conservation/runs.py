"""Runs of the target as processes over real sockets, and what each leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from tests.conservation.imitation import API_KEY, Imitation
from tests.forks import FORK_SERVER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence
    from pathlib import Path

    from tests.conservation.input import Input
    from tests.conservation.notes import Notes
    from tests.conservation.plan import Feed, Run, Stop
    from tests.conservation.store import Store

PATIENCE = 90
"""Seconds after which a run hangs: it may take 30 after a signal, on a busy machine."""
START_SECONDS = 0.1
"""About how long a fork takes to its first line."""
IDLE_SECONDS = 2.5
"""How long a run may wait for input that never comes."""
ARGUMENTS = ["--config", "config.json"]
CPU_CLOCK = 2
"""What Linux adds to a process's inverted id to name its clock (clock_getcpuclockid)."""


@dataclass
class Evidence:
    """What a run left behind; `code` is negative where a signal killed it."""

    given: Input
    run: Run
    notes: Notes
    code: int | None = None
    is_signalled: bool = False
    states: list[Any] = field(default_factory=list)
    log: str = ""
    report: Mapping[str, Any] | None = None
    rejects: list[dict[str, Any]] = field(default_factory=list)


class Process:
    """One run of the target, however it was started."""

    def __init__(self, pid: int, ended: asyncio.Future[int]) -> None:
        self.pid = pid
        self.ended = ended
        self.is_signalled = False

    def cpu(self) -> float:
        """Return the seconds of processor that it has used; 0 once it is gone, or not on Linux."""
        clock = (~self.pid << 3) | CPU_CLOCK
        try:
            return time.clock_gettime(clock)
        except OSError:
            return 0.0

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
                self.is_signalled = True


class Forks:
    """Starts runs through the fork server, which lives as long as this is open."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "forks"
        self._server: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Wait until it has imported the target."""
        # -P keeps this folder off the path, and with it modules that others might import.
        self._server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", str(FORK_SERVER)),
            str(self._socket),
            # No run here needs certificates, and to read them all takes as long as the rest.
            env={**os.environ, "SSL_CERT_DIR": str(self._socket.parent)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._server.stdout
        assert await self._server.stdout.readline() == b"ready\n"
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it by ending its input."""
        assert self._server
        assert self._server.stdin
        self._server.stdin.close()
        await self._server.wait()

    async def start(self, folder: Path, source: str) -> Process:
        """Start the target in a folder; nothing keeps it from telling each STATE at once."""
        reader, writer = await asyncio.open_unix_connection(str(self._socket))
        asked = {
            "folder": str(folder),
            "input": source,
            "output": "out",
            "log": "log",
            "arguments": ARGUMENTS,
            "seconds_between_states": 0.0,
        }
        writer.write(json.dumps(asked).encode() + b"\n")
        pid = int(await reader.readline())

        async def ended() -> int:
            status = int(await reader.readline())
            writer.close()
            return os.waitstatus_to_exitcode(status)

        return Process(pid, asyncio.ensure_future(ended()))


async def start_plain(folder: Path, source: str) -> Process:
    """Start the target as a user does."""
    # A pipe opens when its other end does, which this very loop has to do.
    given = await asyncio.to_thread((folder / source).open, "rb")
    with given, (folder / "out").open("wb") as out, (folder / "log").open("wb") as log:
        started = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "target_triplewhale", *ARGUMENTS),
            stdin=given,
            stdout=out,
            stderr=log,
            cwd=folder,
        )
    return Process(started.pid, asyncio.ensure_future(started.wait()))


async def observed(
    run: Run, given: Input, store: Store, folder: Path, forks: Forks | None
) -> Evidence:
    """Run the target once, as planned, and return what it left behind."""
    async with (
        Imitation(run.script, store) as imitation,
        _fed(folder, given, run.feed) as source,
    ):
        config = {**run.settings, "api_url": imitation.url, "api_key": API_KEY}
        (folder / "config.json").write_text(json.dumps(config))
        start = forks.start if forks else start_plain
        process = await start(folder, source)
        imitation.notes.holds.cpu = process.cpu
        if run.stop:
            _stop(process, imitation, run, run.stop)
        code = await _ended(process)
        evidence = Evidence(given, run, imitation.notes, code, process.is_signalled)
    _collect(evidence, folder)
    return evidence


async def _ended(process: Process) -> int | None:
    """Return the exit code, or None for a run that had to be killed."""
    try:
        return await asyncio.wait_for(asyncio.shield(process.ended), PATIENCE)
    except TimeoutError:
        os.kill(process.pid, signal.SIGKILL)
        await process.ended
        return None


def _stop(process: Process, imitation: Imitation, run: Run, stop: Stop) -> None:
    """Send the signal after the n-th request, or where that may never come after some seconds."""
    loop = asyncio.get_running_loop()

    def look(number: int) -> None:
        if number == stop.after_requests:
            loop.call_later(stop.seconds, process.send, stop.signal)

    imitation.on_request = look
    if stop.after_requests == 0:
        loop.call_later(START_SECONDS + stop.seconds, process.send, stop.signal)
    elif run.feed.stays_open:
        loop.call_later(IDLE_SECONDS, process.send, stop.signal)


@contextlib.asynccontextmanager
async def _fed(folder: Path, given: Input, feed: Feed) -> AsyncIterator[str]:
    """Lay the input out as a file, or as a pipe into which pieces of it come."""
    if not feed.pieces:
        (folder / "input").write_bytes(given.data)
        yield "input"
        return
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    feeding = asyncio.create_task(_feed(pipe, given.data, feed))
    try:
        yield "pipe"
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await feeding


async def _feed(pipe: Path, data: bytes, feed: Feed) -> None:
    descriptor = await _opened(pipe)
    try:
        sent = 0
        for end in [*sorted(int(share * len(data)) for share in feed.pieces), len(data)]:
            while sent < end:
                try:
                    sent += os.write(descriptor, data[sent:end])
                except BlockingIOError:
                    await asyncio.sleep(0.005)
            await asyncio.sleep(feed.pause)
        if feed.stays_open:
            await asyncio.sleep(PATIENCE + 10)
    except BrokenPipeError:
        return
    finally:
        os.close(descriptor)


async def _opened(pipe: Path) -> int:
    """Open a pipe for writing as soon as somebody reads from it."""
    while True:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            await asyncio.sleep(0.005)


def _collect(evidence: Evidence, folder: Path) -> None:
    evidence.log = (folder / "log").read_text("utf-8", "replace")
    evidence.states = [json.loads(line) for line in _whole_lines(folder / "out")]
    report = folder / "report.json"
    if report.exists():
        evidence.report = json.loads(report.read_text())
    for path in folder.glob("rejects/*.jsonl"):
        found = [json.loads(line) for line in _whole_lines(path)]
        evidence.rejects += [line for line in found if line["type"] == "RECORD"]


def _whole_lines(path: Path) -> Sequence[bytes]:
    """Return the lines of a file but for a torn last one."""
    return path.read_bytes().split(b"\n")[:-1]
