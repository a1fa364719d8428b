"""Where a report lies: `report_path` is checked before a run, written after it, read by the tools.

Either kind of file holds the whole document; a page has it in a block of its own.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import tempfile
from typing import TYPE_CHECKING, Any

from target_triplewhale.codes import setting
from target_triplewhale.errors import UsageError, cause
from target_triplewhale.journal.report.document import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = ".html"
LARGEST = 256 * 1024 * 1024
"""Bytes of a report that are read; a device may have no end."""
_BLOCK = re.compile(r'<script type="application/json" id="report">(.*?)</script>', re.DOTALL)


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
    """Write a document that only its owner may read, as a page where the name asks for one."""
    text = _page(report, path.name) if path.suffix.lower() == PAGE else json.dumps(report, indent=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def read(path: Path) -> dict[str, Any]:
    """Return the document of a file of either kind; raise UsageError where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        text = content.decode() if len(content) <= LARGEST else ""
    except OSError as error:
        raise UsageError(
            "TW-COMMAND-NO-REPORT", f"{path}: {cause(error, 'it cannot be read')}"
        ) from None
    except UnicodeDecodeError:
        text = ""
    block = _BLOCK.search(text)
    try:
        report = json.loads(block[1] if block else text)
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict) or "routes" not in report:
        raise UsageError(
            "TW-COMMAND-NO-REPORT", f"{path} is no report of a run (setting `report_path`)"
        )
    if report.get("schema") != FORMAT:
        raise UsageError(
            "TW-COMMAND-NO-REPORT",
            f"{path} is a report of another version of this tool: it has format "
            f"{report.get('schema', 0)}, and this one reads {FORMAT}",
        )
    return report


def _page(report: Mapping[str, Any], name: str) -> str:
    from target_triplewhale.journal.report.page import page  # noqa: PLC0415  (most write JSON)

    return page(report, name)
