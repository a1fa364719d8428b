"""The run's counts as one document, and as a table that a person can read in 72 columns."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.tally import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from target_triplewhale.journal.tally import Count

WIDTH = 72
_HEADS = ("read", "deliv.", "unch.", "supers.", "filt.", "rej.")


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


def write(path: Path, report: Mapping[str, Any]) -> None:
    """Write a document that only its owner may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")


def table(report: Mapping[str, Any]) -> str:
    """Return the document as text."""
    lines = [report["destination"], ""]
    name_width = WIDTH - 8 * len(_HEADS)
    lines.append("stream > endpoint".ljust(name_width) + "".join(h.rjust(8) for h in _HEADS))
    for route in report["routes"]:
        numbers = [route["read"], *(route[name] for name in NAMES.values())]
        name = _label(route)
        row = "".join(str(number).rjust(8) for number in numbers)
        if len(name) > name_width:
            lines += [name[:WIDTH], " " * name_width + row]
        else:
            lines.append(name.ljust(name_width) + row)
    lines += _reasons(report["routes"])
    if report.get("rejects_file"):
        lines += ["", f"rejects: {report['rejects_file']}"]
    if report.get("error"):
        lines += ["", f"The run ended early: {report['error']}"]
    return "\n".join(lines)


def _label(route: Mapping[str, Any]) -> str:
    target = route["route"].partition(":")[2] or route["route"]
    return f"{route['stream']} > {target}"


def _reasons(found: Iterable[Mapping[str, Any]]) -> list[str]:
    lines: list[str] = []
    for route in found:
        for code, number in route["codes"].items():
            lines.append(f"{number:>8}  {code}"[:WIDTH])
    return ["", "reasons:", *lines] if lines else []
