"""Runs the target in a process of its own, and holds its counts to the input."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from target_triplewhale.codes import explained
from target_triplewhale.journal.report import files
from tests.forks import PATIENCE, forks
from tests.report_page import hold_to_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TABLES = {
    "orders": "orders_table",
    "products": "products_table",
    "customers": "customers_table",
    "subscriptions": "subscriptions_table",
    "ads": "ads_table",
    "pps": "post_purchase_survey_table",
    "events": "pixel_custom_events_table",
    "orders_enrichment": "orders_enrichment_table",
    "products_enrichment": "products_enrichment_table",
}
"""Where the sandbox keeps what an endpoint took."""
SAID = re.compile(r"\| (?:WARNING|ERROR|CRITICAL) +\| target-triplewhale +\| (.*)")
CODE = re.compile(r"[\[(](TW-[A-Z0-9_-]+)[\])]")
ENDINGS = ("delivered", "unchanged", "superseded", "filtered", "rejected")


@dataclass
class Finished:
    """What a run left behind."""

    code: int
    out: str
    log: str
    states: list[Any] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)

    def counts(self, route: str) -> dict[str, int]:
        """Return the numbers of one route that are not zero."""
        found = next(one for one in self.report["routes"] if one["route"] == route)
        return {name: found[name] for name in ("read", *ENDINGS) if found[name]}

    def codes(self, route: str) -> dict[str, int]:
        """Return how often each reject code came up on a route."""
        found = next(one for one in self.report["routes"] if one["route"] == route)
        return dict(found["codes"])


class Runner:
    """Runs the target in a folder, against one API, and checks what every run must hold."""

    def __init__(self, folder: Path, api_url: str) -> None:
        self.folder = folder
        self.config: dict[str, Any] = {
            "api_url": api_url,
            "api_key": "test-key-a1b2c3d4e5",
            "shop": "example.myshopify.com",
            "report_path": "report.json",
            "rejects_path": "rejects",
            "backoff_initial": 0.01,
            "backoff_max": 0.05,
            "max_rejects": "100%",
        }

    def __call__(
        self,
        lines: Iterable[Any] | Path,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        is_whole: bool = True,
        **config: Any,
    ) -> Finished:
        """Run on Singer lines or a file of them; `is_whole` demands that every count adds up."""
        data = lines.read_bytes() if isinstance(lines, Path) else _encoded(lines)
        settings = {**self.config, **config}
        given = {name: value for name, value in settings.items() if value is not None}
        (self.folder / "config.json").write_text(json.dumps(given))
        report = self.folder / str(settings["report_path"] or "none")
        if report.is_file():
            report.unlink()
        before = set(self.folder.glob("rejects/*.jsonl"))
        finished = self.execute(["--config", "config.json", *arguments], data, env)
        finished.states = [json.loads(line) for line in finished.out.splitlines()]
        new = [path for path in self.folder.glob("rejects/*.jsonl") if path not in before]
        self._read_files(finished, report, new)
        assert finished.report or finished.code not in (0, 1), finished.log
        if is_whole and finished.report:
            hold_to_input(finished, data, is_ended=finished.report["error"] is None)
        return finished

    def execute(
        self, arguments: Sequence[str], data: bytes, env: Mapping[str, str] | None = None
    ) -> Finished:
        """Run the executable and keep what it said."""
        if env is None:
            code, out, said = forks().run(self.folder, arguments, data)
        else:
            code, out, said = self._alone(arguments, data, env)
        log = said.decode()
        assert "Traceback" not in log, log
        assert self.config["api_key"] not in log
        hold_to_codes(log)
        return Finished(code, out.decode(), log)

    def _alone(
        self, arguments: Sequence[str], data: bytes, env: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run it in an environment of its own, from the first import on."""
        done = subprocess.run(
            [sys.executable, "-m", "target_triplewhale", *arguments],
            input=data,
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, **env},
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def _read_files(self, finished: Finished, report: Path, rejects: Sequence[Path]) -> None:
        if report.is_file():
            finished.report = files.read(report)
            hold_to_schema(finished.report)
        for path in rejects:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            found = [json.loads(line) for line in path.read_text().splitlines()]
            finished.rejects += [line for line in found if line["type"] == "RECORD"]


def hold_to_input(finished: Finished, data: bytes, *, is_ended: bool) -> None:
    """Every record read ends in one of five ways on each route, and rejects are on disk."""
    lines = [json.loads(line) for line in data.splitlines() if line.strip(b"\xef\xbb\xbf \t")]
    read = Counter(line["stream"] for line in lines if line["type"] == "RECORD")
    if is_ended:
        assert read.keys() <= {route["stream"] for route in finished.report["routes"]}
    for route in finished.report["routes"]:
        ended = sum(route[name] for name in ENDINGS)
        assert ended <= route["read"], route
        if is_ended:
            assert ended == route["read"], route
        if is_ended and route["stream"] in read and not any("rejected" in one for one in lines):
            assert route["read"] == read[route["stream"]], route
        assert sum(route["codes"].values()) == route["rejected"], route
    on_disk = Counter(line["rejected"]["route"] for line in finished.rejects)
    told = {one["route"]: one["rejected"] for one in finished.report["routes"] if one["rejected"]}
    assert on_disk == told
    last = next((one["value"] for one in reversed(lines) if one["type"] == "STATE"), None)
    if is_ended and last:
        assert finished.states[-1] == last


def hold_to_codes(log: str) -> None:
    """Each warning and error says a code, and each code is explained."""
    for sentence in SAID.findall(log):
        codes = CODE.findall(sentence)
        assert codes, sentence
        assert all(map(is_known, codes)), sentence


def is_known(code: str) -> bool:
    """Tell whether a code is explained."""
    return explained(code).meaning != explained("").meaning


def rows(db: Path, table: str) -> list[dict[str, Any]]:
    """Return the bodies that the sandbox keeps in a table."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        found = connection.execute(f"SELECT body FROM {table} ORDER BY rowid")  # noqa: S608
        return [json.loads(body) for (body,) in found]


def schema(stream: str, *columns: str, keys: Sequence[str] = ()) -> dict[str, Any]:
    """Return a SCHEMA message of text columns."""
    properties = {column: {"type": ["string", "null"]} for column in columns}
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties},
        "key_properties": list(keys),
    }


def records(stream: str, *found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return RECORD messages."""
    return [{"type": "RECORD", "stream": stream, "record": dict(one)} for one in found]


def state(**value: Any) -> dict[str, Any]:
    """Return a STATE message."""
    return {"type": "STATE", "value": value}


def order(number: int | str, **changes: Any) -> dict[str, Any]:
    """Return an order in the API's own shape."""
    return {
        "order_id": f"A-{number}",
        "created_at": "2026-03-04T05:06:07Z",
        "currency": "EUR",
        "customer": {"id": f"C-{number}", "email": f"buyer{number}@example.com"},
        "order_revenue": 10.5,
        **changes,
    }


def _encoded(lines: Iterable[Any]) -> bytes:
    encoded = (one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    return b"".join(line + b"\n" for line in encoded)
