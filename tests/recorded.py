"""Recorded tap output and exports, their mappings, and what is to become of them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale.entries import Choices
from target_triplewhale.routes import Routes
from tests.exports import EXPORTS, write_lines
from tests.whole_runs import TABLES, rows

if TYPE_CHECKING:
    from tests.whole_runs import Finished

MAPPINGS = Path(__file__).parent / "mappings"
TABLE = MAPPINGS / "expected.yml"
SKIP = "skip"
BY = "by"
MAPPING = "mapping"
"""Stands for entries of `streams` that were written for a file."""
Numbers = dict[str, Any]
Streams = dict[str, dict[str, Numbers]]


@cache
def expected() -> dict[str, Streams]:
    """Return the table: file, stream, endpoint or `skip`, numbers."""
    return {
        name: {stream: {key: one for key, one in row.items() if key != BY} for stream, row in rows}
        for name, rows in ((name, streams.items()) for name, streams in _table().items())
    }


def says_to_go_by(name: str, stream: str) -> str:
    """Return the preset, or the word for a mapping, that the table names for a stream."""
    said: str = _table()[name][stream][BY]
    return said


@cache
def _table() -> dict[str, dict[str, dict[str, Any]]]:
    table: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return table


def mapped() -> set[str]:
    """Return the names of the files that have a mapping."""
    return {path.stem for path in MAPPINGS.glob("*.yml") if path != TABLE}


def mapping(name: str) -> dict[str, Any]:
    """Return the settings under which a file runs."""
    text = (MAPPINGS / f"{name}.yml").read_text(encoding="utf-8")
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


def goes_by(settings: dict[str, Any], stream: str) -> str:
    """Return the preset by which settings send a stream, or the word for a mapping."""
    entry = settings.get("streams", {}).get(stream)
    if entry is None:
        return str(settings.get("preset", MAPPING))
    return str(entry["preset"]) if isinstance(entry, dict) and "preset" in entry else MAPPING


def endpoints(settings: dict[str, Any], stream: str) -> set[str]:
    """Return the endpoints to which settings send a stream, or `skip`."""
    choices = Choices(
        settings.get("streams", {}),
        settings.get("preset"),
        settings.get("preset_options", {}),
        skips_unmapped=settings.get("unmapped_streams") == SKIP,
        allows_native=settings.get("native_sources") == "allow",
    )
    return {route.endpoint.name for route in Routes(choices).of(stream)} or {SKIP}


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


def source(name: str, shared: Path, folder: Path) -> Source:
    """Return a recorded file, or the lines that an export gives, written into a folder."""
    if name not in EXPORTS:
        return Source(shared / "data" / "singer" / f"{name}.jsonl")
    path = folder / f"{name}.jsonl"
    write_lines(name, shared / "data" / "files", path)
    return Source(path)


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
        with closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as connection:
            return list(connection.execute("SELECT path, problem FROM refusals"))
