"""The run's counts as one document, and as a table that a person can read in 72 columns."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections import Counter
from typing import TYPE_CHECKING, Any

from target_triplewhale.codes import setting
from target_triplewhale.errors import UsageError, cause
from target_triplewhale.journal.tally import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from target_triplewhale.journal.tally import Count

WIDTH = 72
_HEADS = ("read", *NAMES.values())
_NAME_WIDTH = WIDTH - sum(len(head) + 1 for head in _HEADS)


def routes(counts: Iterable[Count]) -> list[dict[str, Any]]:
    """Return a document's `routes`: how the records of each stream ended on each route."""
    return [
        {
            "stream": count.stream,
            "route": count.route,
            "endpoint": count.endpoint,
            "read": count.offered,
            **count.ended,
            "codes": dict(count.codes.most_common()),
        }
        for count in counts
    ]


def check(path: Path) -> None:
    """Raise UsageError where the document could not be written at the end."""
    place = path.parent
    try:
        while not place.exists() and place != place.parent:
            place = place.parent
        with tempfile.TemporaryFile(dir=place):
            pass
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR)
    except OSError as error:
        reason = cause(error, "it cannot be written")
        raise UsageError(
            setting("report_path"), f"setting `report_path`: {path}: {reason}"
        ) from None


def write(path: Path, report: Mapping[str, Any]) -> None:
    """Write a document that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")


def table(report: Mapping[str, Any]) -> str:
    """Return the document as text."""
    lines = [report["destination"], "", _row("stream > endpoint", _HEADS)]
    for route in report["routes"]:
        lines += _rows(route)
    lines += _reasons(report["routes"])
    if report.get("rejects_file"):
        lines += ["", f"rejects: {report['rejects_file']}"]
    if report.get("error"):
        lines += ["", f"The run ended early: {report['error']}"]
    return "\n".join(lines)


def _rows(route: Mapping[str, Any]) -> list[str]:
    """Return a route's line, or two where its name is long."""
    target = route["route"].partition(":")[2] or route["route"]
    stream = route["stream"]
    name = stream if target in (stream, "skipped") else f"{stream} > {target}"
    numbers = [str(route[head]) for head in _HEADS]
    if len(name) <= _NAME_WIDTH:
        return [_row(name, numbers)]
    return [name[:WIDTH], _row("", numbers)]


def _row(name: str, cells: Sequence[str]) -> str:
    widths = zip(cells, _HEADS, strict=True)
    return name.ljust(_NAME_WIDTH) + "".join(cell.rjust(len(head) + 1) for cell, head in widths)


def _reasons(found: Iterable[Mapping[str, Any]]) -> list[str]:
    codes: Counter[str] = Counter()
    for route in found:
        codes.update(route["codes"])
    lines = [f"{number:>8}  {code}"[:WIDTH] for code, number in codes.most_common()]
    return ["", "reasons:", *lines] if lines else []
