"""A PostgreSQL of the tests' own, on loopback, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS = Path("/usr/lib/postgresql")
_IS_ROOT = os.geteuid() == 0
_OTHER = pwd.getpwnam("nobody")
_PLACES = (tempfile.gettempdir(), "/var/tmp", "/dev/shm")  # noqa: S108  (made private)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server; return the address of its database."""
    programs = sorted(_PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not programs:
        pytest.skip("PostgreSQL is not installed")
    with _running(programs[-1]) as port:
        yield f"postgresql+psycopg://ledger@127.0.0.1:{port}/postgres"


@contextmanager
def _running(programs: Path) -> Iterator[int]:
    """Start a server, and stop it."""
    with _folder() as folder:
        data, port = folder / "data", _free_port()
        _call(folder, programs / "initdb", "-D", data, "-U", "ledger", "-A", "trust", "--no-sync")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = (programs / "pg_ctl", "-D", data, "-w")
        _call(folder, *control, "-o", options, "-l", folder / "log", "start")
        try:
            yield port
        finally:
            _call(folder, *control, "-m", "immediate", "stop")


def _call(folder: Path, *command: str | Path) -> None:
    """Call a program of PostgreSQL, which refuses to run as root."""
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        user=_OTHER.pw_uid if _IS_ROOT else None,
        group=_OTHER.pw_gid if _IS_ROOT else None,
        extra_groups=[] if _IS_ROOT else None,
    )


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a folder that the server's user may enter."""
    for place in _PLACES if _IS_ROOT else (None,):
        if place is None or Path(place).stat().st_mode & stat.S_IXOTH:
            with tempfile.TemporaryDirectory(dir=place) as name:
                if _IS_ROOT:
                    shutil.chown(name, _OTHER.pw_uid, _OTHER.pw_gid)
                yield Path(name)
            return
    pytest.skip("there is no folder that a server without rights could use")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
