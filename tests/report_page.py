"""The generated table of docs/report.md; `python -m tests.report_page` writes it anew.

Its source is the report's own JSON Schema, to which the tests hold the report of every run.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker

from target_triplewhale.journal import report

if TYPE_CHECKING:
    from collections.abc import Iterator

    Schema = dict[str, Any]

PAGE = Path(__file__).parents[1] / "docs" / "report.md"
SCHEMA = Path(report.__file__).parent / "schema.json"
MARK = re.compile(r"(<!-- keys -->\n).*?(<!-- /keys -->)", re.DOTALL)


@cache
def schema() -> Schema:
    """Return the schema."""
    found: Schema = json.loads(SCHEMA.read_text())
    return found


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema(), format_checker=FormatChecker())


def hold_to_schema(document: dict[str, Any]) -> None:
    """A report has the keys that are documented, and no other ones."""
    problems = [f"{one.json_path}: {one.message}" for one in _validator().iter_errors(document)]
    assert problems == []


def keys(
    part: dict[str, Any] | None = None, path: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each key with its part of the schema; `[]` stands for an entry, `*` for any name."""
    part = schema() if part is None else part
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].rpartition("/")[2]]
    for name, inner in part.get("properties", {}).items():
        yield f"{path}{name}", inner
        yield from keys(inner, f"{path}{name}.")
    if isinstance(part.get("items"), dict):
        yield from keys(part["items"], f"{path[:-1]}[].")
    if isinstance(part.get("additionalProperties"), dict):
        yield from keys(part["additionalProperties"], f"{path}*.")


def table() -> str:
    """Return one row a key."""
    lines = ["| key | type | what it is |", "|---|---|---|"]
    for path, part in keys(schema()):
        kind = part.get("type", "any value" if "const" not in part else "integer")
        kinds = kind if isinstance(kind, str) else " or ".join(kind)
        lines.append(f"| `{path}` | {kinds} | {part['description']} |")
    return "\n".join(lines)


def refreshed(text: str) -> str:
    """Return the page with its table written anew."""
    before, *_, after = MARK.split(text)
    return f"{before}<!-- keys -->\n{table()}\n<!-- /keys -->{after}"


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE.read_text()))
