"""Starts runs of the target quickly: imports it once, and forks a process for each run.

Run as a file, it stands outside the package: what it finds on PYTHONPATH is what is tested. A run
is asked for by a line of JSON over a connection of its own to a Unix socket, and answered by two
lines: the process's id, and when it has ended its wait status. The server ends with its input.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from target_triplewhale import states
from target_triplewhale.__main__ import main as target

if TYPE_CHECKING:
    from collections.abc import Callable


WARM = (
    "httpcore",
    "anyio._backends._asyncio",
    "phonenumbers.data.region_DE",
    "target_triplewhale.journal.ledger.ledger",
    "sqlalchemy.dialects.postgresql.psycopg",
)
"""Modules that a run imports only when it gets to use them."""


def serve(path: str) -> None:
    """Fork one keeper a connection until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        print("ready", flush=True)  # noqa: T201  (whom it serves waits for that)
        while True:
            readable, _, _ = select.select([listener.fileno(), 0], [], [])
            if 0 in readable:
                return
            connection, _ = listener.accept()
            with connection:
                _forked(lambda: _keep(listener, connection))  # noqa: B023  (called at once)


def _keep(listener: socket.socket, connection: socket.socket) -> int:
    """Run the target in a process, and tell of its beginning and its end."""
    listener.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection, connection.makefile("rw") as talk:
        asked = json.loads(talk.readline())
        child = _forked(lambda: _run(connection, asked))
        _tell(talk, child)
        _, status = os.waitpid(child, 0)
        _tell(talk, status)
    return 0


def _tell(talk: Any, number: int) -> None:
    """Write a line, unless nobody listens any more."""
    with contextlib.suppress(OSError):
        talk.write(f"{number}\n")
        talk.flush()


def _run(connection: socket.socket, asked: dict[str, Any]) -> int:
    """Be the target: its folder, its streams, its arguments, its exit code."""
    connection.close()
    os.chdir(asked["folder"])
    for descriptor, (name, flags) in enumerate(
        [
            (asked["input"], os.O_RDONLY),
            (asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (asked["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ]
    ):
        opened = os.open(name, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    if "environment" in asked:
        os.environ.clear()
        os.environ.update(asked["environment"])
    states.SECONDS_BETWEEN = asked.get("seconds_between_states", states.SECONDS_BETWEEN)
    try:
        target(asked["arguments"])
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    return 0


def _forked(act: Callable[[], int]) -> int:
    """Act in a new process, and return its id here."""
    child = os.fork()
    if child == 0:
        _end(act)
    return child


def _end(act: Callable[[], int]) -> NoReturn:
    code = 1
    try:
        code = act()
    except BaseException:  # noqa: BLE001  (as the interpreter itself does)
        traceback.print_exc()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    for name in WARM:
        importlib.import_module(name)
    gc.freeze()
    serve(sys.argv[1])
