"""A terminal in a folder of its own, in which the commands of a page are typed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.docs.pages import ROOT
from tests.ports import free_port

BIN = Path(sys.executable).parent
PORT = "8787"
"""The port that pages name; here each terminal has another one."""
PUBLISHED = "https://target-triplewhale.github.io/target-triplewhale/hub/"
"""Where the definition can be read by all; here it is read from the checkout."""
PATIENCE = 600
FOREIGN = ("TARGET_TRIPLEWHALE_", "TRIPLEWHALE_", "MELTANO_", "TAP_")
"""Variables of who runs the tests would speak into the pages."""
NOBODY = "http://127.0.0.1:9"
"""A proxy that is not there: nothing but this machine can be reached."""
INSTALLS = re.compile(r"\b(?:install|meltano (?:add|lock)|uv|uvx|pipx)\b")
SCRIPT = """\
set -euo pipefail; . "$TERMINAL/state"; export HTTP_PROXY={proxy} HTTPS_PROXY={proxy}; \
trap 'echo $((LINENO - 1)) > "$TERMINAL/failed"' ERR; \
trap 'code=$?; {{ export -p; printf "cd %q\\n" "$PWD"; }} > "$TERMINAL/state"; exit $code' EXIT
{typed}"""
MAKE = """\
#!/bin/sh
exec {make} --dry-run -C '{root}' "$@"
"""
PIP = """\
#!/bin/sh
[ -d "$TERMINAL/venv" ] || '{bin}/uv' venv --quiet --python '{python}' "$TERMINAL/venv"
VIRTUAL_ENV="$TERMINAL/venv" exec '{bin}/uv' pip "$@"
"""


@dataclass(frozen=True)
class Said:
    """What came of some commands."""

    code: int
    text: str
    line: int
    """The line that failed, from 1."""


class Terminal:
    """A folder, what is on the path, and what goes on in the background.

    `pip` installs into an environment of the terminal's own; `make` only looks whether it could.
    """

    def __init__(self, own: Path, wheel: Path) -> None:
        """Make the folder; what the pages call target-triplewhale is the wheel."""
        self.folder = own / "page"
        self.port = free_port()
        self._own = own
        self._servers: list[subprocess.Popen[str]] = []
        for folder in ("page", "bin", "home"):
            (own / folder).mkdir(parents=True)
        (own / "state").touch()
        (own / "wheel.txt").write_text(f"target-triplewhale @ {wheel.as_uri()}\n")
        self._environment = self._of_its_own()
        self.add_command("make", MAKE.format(make=shutil.which("make"), root=ROOT))
        self.add_command("pip", PIP.format(bin=BIN, python=sys.executable))

    def add_command(self, name: str, script: str) -> None:
        """Put a script on the path."""
        (self._own / "bin" / name).write_text(script)
        (self._own / "bin" / name).chmod(0o755)

    def write(self, name: str, text: str) -> None:
        """Write a file of the page."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.here(text))

    def here(self, text: str) -> str:
        """Return a text of a page with this terminal's port and this checkout's definition."""
        return text.replace(PORT, str(self.port)).replace(PUBLISHED, f"{ROOT}/docs/hub/")

    def type(self, commands: str) -> Said:
        """Run commands as one types them; what they leave in the environment stays.

        The log comes before what they print: how the two mix is up to chance.
        """
        (self._own / "failed").write_text("1")
        done = subprocess.run(
            ["/bin/bash", "-c", self._script(commands)],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        said = (done.stderr + done.stdout).replace(str(self.port), PORT)
        return Said(done.returncode, said, int((self._own / "failed").read_text()))

    def serve(self, command: str) -> Said:
        """Start a command in the place of the last one that serves, and wait for its address."""
        self.stop()
        process = subprocess.Popen(
            ["/bin/bash", "-c", self._script(f"exec {command}")],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._servers.append(process)
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "http://" in line:
                return Said(0, said, 1)
        return Said(process.wait(), said, 1)

    def stop(self) -> None:
        """End what serves."""
        while self._servers:
            with self._servers.pop() as process:
                process.terminate()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what still runs."""
        self.stop()

    def _script(self, commands: str) -> str:
        proxy = "" if self._may_install(commands) else NOBODY
        return SCRIPT.format(proxy=proxy, typed=self.here(commands))

    def _may_install(self, commands: str) -> bool:
        """Tell whether the registry may be asked: Meltano installs what a project names."""
        project = self.folder / "meltano.yml"
        installs_itself = project.exists() and "pip_url" in project.read_text()
        return bool(INSTALLS.search(commands)) or installs_itself

    def _of_its_own(self) -> dict[str, str]:
        kept = {name: one for name, one in os.environ.items() if not name.startswith(FOREIGN)}
        cache = kept.get("UV_CACHE_DIR") or str(Path.home() / ".cache" / "uv")
        before = [str(self._own / "bin"), str(self._own / "venv" / "bin"), str(BIN)]
        return kept | {
            "HOME": str(self._own / "home"),
            "NO_COLOR": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            "PATH": ":".join([*before, kept["PATH"]]),
            "PIP_CONSTRAINT": str(self._own / "wheel.txt"),
            "TERMINAL": str(self._own),
            "UV_CACHE_DIR": cache,
            "UV_CONSTRAINT": str(self._own / "wheel.txt"),
        }
