"""What is public under SemVer, read from the code; `python -m tests.project.public` writes it down.

docs/versioning.md says what a change of public.json means for the next version.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.testing import CliRunner

from target_triplewhale.__main__ import main
from target_triplewhale.codes import CODES
from target_triplewhale.codes.rejects import ENDPOINTS as NOUNS
from target_triplewhale.codes.rejects import PROBLEMS
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import FACTS, PRESET_KEYS
from target_triplewhale.journal.ledger import tables
from target_triplewhale.journal.ledger.migrations import STEPS
from target_triplewhale.journal.rejects import Entry, RejectsFile, Source
from target_triplewhale.journal.report import document
from target_triplewhale.journal.tally import Count
from target_triplewhale.outcomes import Reason, Rejected
from target_triplewhale.presets import library
from target_triplewhale.recipes import EVENT_KEYS, KEYS
from tests.report_page import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).with_name("public.json")


def public() -> dict[str, Any]:
    """Return all that is promised, each part under its name."""
    return {
        "settings": dict(_settings()),
        "keys of a route in streams": sorted({*KEYS, *EVENT_KEYS, *FACTS, *PRESET_KEYS}),
        "commands": dict(_commands(main, main.name or "")),
        "identities": dict(_identities()),
        "presets": {name: _preset(name) for name in library.packaged()},
        "codes": sorted(CODES),
        "codes of rejects": {
            "endpoint": sorted(NOUNS),
            "problem": sorted(problem.name for problem in PROBLEMS),
        },
        "a rejects line": dict(_rejects_line()),
        "report": {"schema": document.FORMAT, **dict(_report())},
        "ledger": {"version": len(STEPS), **dict(_ledger())},
    }


def written() -> str:
    """Return the file's text: what can change by itself has a line of its own."""
    parts = ",\n".join(f" {_json(name)}: {_lines(part)}" for name, part in public().items())
    return f"{{\n{parts}\n}}\n"


def _lines(part: Any) -> str:
    if isinstance(part, dict):
        lines = [f"  {_json(name)}: {_json(one)}" for name, one in part.items()]
        return "{\n" + ",\n".join(lines) + "\n }"
    return "[\n" + ",\n".join(f"  {_json(one)}" for one in part) + "\n ]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _settings() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = json.loads(CliRunner().invoke(main, ["--about", "--format=json"]).stdout)["settings"]
    for name, one in schema["properties"].items():
        kind = one["type"] if isinstance(one["type"], str) else one["type"][0]
        said = {key: one[key] for key in ("enum", "default", "secret") if key in one}
        yield name, {"type": kind, "required": name in schema["required"], **said}


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with what it takes, the ones below it after it."""
    yield name, [_parameter(one) for one in command.params]
    if isinstance(command, click.Group):
        for word, inner in sorted(command.commands.items()):
            yield from _commands(inner, f"{name} {word}")


def _parameter(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return ", ".join((*parameter.opts, *parameter.secondary_opts))
    return (parameter.name or "").upper()


def _identities() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, endpoint in ENDPOINTS.items():
        yield name, {"identity": list(endpoint.identity), "defaults": dict(endpoint.defaults)}


def _preset(name: str) -> dict[str, Any]:
    """Return what is part of an identity, or named in a configuration."""
    content = library.content(name)
    named = {part: sorted(content.get(part) or ()) for part in ("options", "streams")}
    return {"platform": content.get("platform"), **named}


def _rejects_line() -> Iterator[tuple[str, list[str]]]:
    """Write one, and look at it."""
    source = Source(1, b'{"type":"RECORD"}', "orders", b'{"type":"SCHEMA"}')
    entry = Entry(0, source, Count("orders", "orders:orders", "orders"))
    rejected = Rejected("TW-ORDERS-CURRENCY-MISSING", (Reason("currency", "is missing"),))
    with tempfile.TemporaryDirectory() as folder:
        file = RejectsFile(Path(folder), datetime.now(UTC))
        file.write(entry, rejected, {"order_id": "1"})
        file.close()
        line = json.loads(file.path.read_text().splitlines()[1])
    yield "beside the message", sorted(line.keys() - {"type"})
    yield "rejected", list(line["rejected"])
    yield "reasons", list(line["rejected"]["reasons"][0])


def _report() -> Iterator[tuple[str, Any]]:
    for path, part in keys():
        yield path, part.get("type", "const" if "const" in part else "any")


def _ledger() -> Iterator[tuple[str, list[str]]]:
    for table in tables.metadata.sorted_tables:
        yield table.name, [column.name for column in table.columns]


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
