"""Runs of the target that begin at once: a server that has imported it forks each.

What a process of its own does, and a fork does too, `tests/conservation` compares.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

FORK_SERVER = Path(__file__).with_name("forkserver.py")
PATIENCE = 120


class Forks:
    """A fork server of the tests' own process, and what it is asked for."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._socket = f"{self._folder.name}/forks"
        # -P keeps the server's folder off the path, and with it modules that others might import.
        self._server = subprocess.Popen(
            [sys.executable, "-P", str(FORK_SERVER), self._socket],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._server.stdout
        assert self._server.stdout.readline() == b"ready\n"

    def run(self, folder: Path, arguments: Sequence[str], data: bytes) -> tuple[int, bytes, bytes]:
        """Run the target in a folder; return its exit code, what it wrote, and its log."""
        with tempfile.TemporaryDirectory(dir=self._folder.name) as name:
            own = Path(name)
            (own / "input").write_bytes(data)
            code = self._code(
                folder=str(folder),
                arguments=list(arguments),
                input=str(own / "input"),
                output=str(own / "output"),
                log=str(own / "log"),
                environment=dict(os.environ),
            )
            return code, (own / "output").read_bytes(), (own / "log").read_bytes()

    def close(self) -> None:
        """End the server by ending its input."""
        self._server.communicate()
        self._folder.cleanup()

    def _code(self, **asked: Any) -> int:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(self._socket)
            with connection.makefile("rw") as talk:
                talk.write(json.dumps(asked) + "\n")
                talk.flush()
                talk.readline()
                return os.waitstatus_to_exitcode(int(talk.readline()))


@cache
def forks() -> Forks:
    """Return the one server of this process."""
    server = Forks()
    atexit.register(server.close)
    return server
