"""The rows of a rejects file, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.errors import UsageError, cause

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Reason(msgspec.Struct):
    """One thing that was wrong: a field's dotted path and a sentence's end."""

    field: str
    problem: str


class Mark(msgspec.Struct):
    """What is said of a rejected row."""

    at: str
    route: str
    endpoint: str
    code: str
    reasons: list[Reason]
    identity: dict[str, Any] = {}
    status: int | None = None


class Row(msgspec.Struct):
    """A RECORD message, as it was read, with its mark."""

    stream: str
    record: dict[str, Any] | None
    rejected: Mark


class _Line(msgspec.Struct):
    type: str = ""


_lines = msgspec.json.Decoder(_Line)
_rows = msgspec.json.Decoder(Row)


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file; a torn last line is passed over. Raise UsageError for another."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.endswith(b"\n") and (row := _row(path, number, line)):
                    yield row
    except OSError as error:
        raise UsageError(
            "TW-REJECTS-UNREADABLE", f"{path}: {cause(error, 'it cannot be read')}"
        ) from None


def _row(path: Path, number: int, line: bytes) -> Row | None:
    try:
        return _rows.decode(line) if _lines.decode(line).type == "RECORD" else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError(
            "TW-REJECTS-UNREADABLE", f"{path}, line {number}: no line of a rejects file"
        ) from None
