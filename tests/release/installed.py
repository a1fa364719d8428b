"""What the wheel does where nothing but its own requirements is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.serve import serve
from tests.release.built import DISTRIBUTION, NAME
from tests.whole_runs import order, records, rows, schema, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tests.release.built import Built
    from tests.release.environments import Environment

CONFIG = {
    "api_key": "test-key-a1b2c3d4e5",
    "shop": "example.com",
    "report_path": "report.json",
    # Nobody listens there: what is not given a server must not reach one.
    "api_url": "http://127.0.0.1:9",
    "max_retries": 0,
}
ORDERS = schema("orders", "order_id")
LINES = [ORDERS, *records("orders", order(1)), state(at=1)]
BATCH = {
    "type": "BATCH",
    "stream": "orders",
    "encoding": {"format": "parquet"},
    "manifest": ["batch.parquet"],
}
OPTIONAL = ("psycopg", "pyarrow", "starlette", "uvicorn")
"""What extras bring; the SDK brings SQLAlchemy for everyone."""
MISSING: tuple[tuple[str, dict[str, Any], list[Any]], ...] = (
    ("sandbox", {"api_url": "sandbox:///sandbox.db"}, LINES),
    ("ledger", {"ledger_url": "postgresql+psycopg://nobody@127.0.0.1:9/ledger"}, LINES),
    ("parquet", {}, [ORDERS, BATCH]),
)
"""Each extra, and a run that needs it."""


class Listening:
    """Takes down who sends, before the sandbox answers."""

    def __init__(self, app: ASGIApp, agents: set[str]) -> None:
        """Stand before the sandbox."""
        self._app, self._agents = app, agents

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on."""
        headers = dict(scope.get("headers", ()))
        self._agents |= {headers[b"user-agent"].decode()} if b"user-agent" in headers else set()
        await self._app(scope, receive, send)


def extras_left_out(environment: Environment, folder: Path) -> Iterator[str]:
    """Nothing of an extra came along, or the looks below would see too little."""
    for name in OPTIONAL:
        if environment.run("python", "-c", f"import {name}", folder=folder).returncode == 0:
            yield f"{name} is of an extra, and came without it"


def run(built: Built, environment: Environment, folder: Path) -> Iterator[str]:
    """A run into a served sandbox delivers, and all that names a version names the wheel's."""
    agents: set[str] = set()
    app = create_app(folder / "served.db")
    app.add_middleware(Listening, agents=agents)
    with serve(app) as served:
        done = _run(environment, folder, {"api_url": served.url}, LINES)
    if done.returncode != 0:
        yield f"exit code {done.returncode}: {done.stderr}"
        return
    if [one["order_id"] for one in rows(folder / "served.db", "orders_table")] != ["A-1"]:
        yield "the order has not arrived"
    report = json.loads((folder / "report.json").read_text())
    about = environment.run(DISTRIBUTION, "--about", "--format=json", folder=folder)
    told = {
        "report": report["version"],
        "--about": json.loads(about.stdout)["version"],
        "User-Agent": ", ".join(agents).removeprefix(f"{DISTRIBUTION}/"),
    }
    yield from (f"{place}: {one}" for place, one in told.items() if one != built.version)


def missing_extras(environment: Environment, folder: Path) -> Iterator[str]:
    """Who uses an extra that is not installed reads what to type."""
    (folder / "batch.parquet").write_bytes(b"PAR1")
    for extra, config, lines in MISSING:
        done = _run(environment, folder, config, lines)
        if f"pip install '{DISTRIBUTION}[{extra}]'" not in done.stderr:
            yield f"without {extra}: {done.stderr}"
        if done.returncode == 0 or "Traceback" in done.stderr:
            yield f"without {extra}: exit code {done.returncode}: {done.stderr}"


def callers(built: Built, environment: Environment, folder: Path) -> Iterator[str]:
    """Each way to start it starts it."""
    said = f"{DISTRIBUTION} v{built.version}, "
    apart = {
        **os.environ,
        **{name: str(folder / name) for name in ("PIPX_HOME", "PIPX_BIN_DIR", "UV_TOOL_DIR")},
    }
    ways = {
        "the executable": [str(environment.program(DISTRIBUTION))],
        "python -m": [str(environment.program("python")), "-m", NAME],
        "pipx run": _tool("pipx", "run", "--spec", str(built.wheel), DISTRIBUTION),
        "uvx": _tool("uv", "tool", "run", "--from", str(built.wheel), DISTRIBUTION),
    }
    for way, command in ways.items():
        done = subprocess.run(
            [*command, "--version"],
            cwd=folder,
            env={name: value for name, value in apart.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=False,
        )
        if not done.stdout.startswith(said):
            yield f"{way}: {done.stdout}{done.stderr}"


def _tool(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def _run(
    environment: Environment, folder: Path, config: dict[str, Any], lines: list[Any]
) -> subprocess.CompletedProcess[str]:
    (folder / "config.json").write_text(json.dumps({**CONFIG, **config}))
    data = "".join(json.dumps(line) + "\n" for line in lines)
    return environment.run(DISTRIBUTION, "--config", "config.json", folder=folder, data=data)
