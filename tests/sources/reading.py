"""Reads the files of sources with the standard library alone."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def table(
    path: Path, *, delimiter: str = ",", encoding: str = "utf-8-sig", lines_before_header: int = 0
) -> list[dict[str, str]]:
    """Return the rows of a CSV file, with an empty text for what a row lacks."""
    with path.open(encoding=encoding, newline="") as lines:
        for _ in range(lines_before_header):
            next(lines)
        return list(csv.DictReader(lines, delimiter=delimiter, restval=""))


def answer(path: Path, *names: str) -> Any:
    """Return a JSON file, or what lies below names in it."""
    content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    for name in names:
        content = content[name]
    return content
