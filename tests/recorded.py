"""Recorded tap output, its mappings, and what is to become of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.whole_runs import TABLES, rows

if TYPE_CHECKING:
    from tests.whole_runs import Finished

MAPPINGS = Path(__file__).parent / "mappings"
TABLE = MAPPINGS / "expected.yml"
SKIP = "skip"
Numbers = dict[str, Any]
Streams = dict[str, dict[str, Numbers]]


@cache
def expected() -> dict[str, Streams]:
    """Return the table: file, stream, endpoint or `skip`, numbers."""
    table: dict[str, Streams] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return table


def mapped() -> set[str]:
    """Return the names of the files that have a mapping."""
    return {path.stem for path in MAPPINGS.glob("*.yml") if path != TABLE}


def mapping(name: str) -> dict[str, Any]:
    """Return the settings under which a file runs."""
    text = (MAPPINGS / f"{name}.yml").read_text(encoding="utf-8")
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


def endpoints(settings: dict[str, Any], stream: str) -> set[str]:
    """Return the endpoints to which a mapping sends a stream, or `skip`."""
    leaves_out = settings.get("unmapped_streams") == SKIP
    entry = settings["streams"].get(stream, SKIP if leaves_out else None)
    routes = entry if isinstance(entry, list) else [entry]
    return {SKIP if route == SKIP else route["endpoint"] for route in routes}


@dataclass(frozen=True)
class Source:
    """One file of what a tap printed, read by plain JSON."""

    path: Path

    def messages(self) -> list[dict[str, Any]]:
        """Return every line."""
        with self.path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def streams(self) -> set[str]:
        """Return the streams that have a SCHEMA."""
        return {one["stream"] for one in self.messages() if one["type"] == "SCHEMA"}

    def records(self, stream: str) -> list[dict[str, Any]]:
        """Return a stream's records, byte order marks taken off the names of columns."""
        return [
            {name.lstrip("\ufeff"): value for name, value in one["record"].items()}
            for one in self.messages()
            if one["type"] == "RECORD" and one["stream"] == stream
        ]

    def last_state(self) -> Any:
        """Return the value of the tap's last STATE."""
        return [one["value"] for one in self.messages() if one["type"] == "STATE"][-1]


def told(finished: Finished) -> Streams:
    """Return a run's numbers in the form of the table."""
    found: Streams = {}
    for route in finished.report["routes"]:
        names = ("delivered", "unchanged", "superseded", "filtered")
        numbers: Numbers = {name: route[name] for name in names if route[name]}
        if route["codes"]:
            numbers["rejected"] = route["codes"]
        found.setdefault(route["stream"], {})[route["endpoint"] or SKIP] = numbers
    return found


@dataclass(frozen=True)
class Replayed:
    """A file that ran whole, and the sandbox that it ran into."""

    source: Source
    done: Finished
    db: Path

    def stored(self, endpoint: str) -> list[dict[str, Any]]:
        """Return the bodies that the sandbox keeps."""
        return rows(self.db, TABLES[endpoint])

    def refusals(self) -> list[tuple[str, str]]:
        """Return the path and the problem of everything that the sandbox refused."""
        with sqlite3.connect(f"file:{self.db}?mode=ro", uri=True) as connection:
            return list(connection.execute("SELECT path, problem FROM refusals"))
