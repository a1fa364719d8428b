"""Checks what a run will write: the rejects, the report, the ledger; nothing is left there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from target_triplewhale.commands.check.finding import Finding, ok, to_do
from target_triplewhale.errors import TargetError
from target_triplewhale.journal.rejects import RejectsFile
from target_triplewhale.journal.report import files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_triplewhale.settings import Settings


def places(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each place that the settings name."""
    rejects = RejectsFile(Path(settings.rejects_path), datetime.now(UTC))
    yield _tried("rejects", rejects.check, "the folder can be written")
    if settings.report_path:
        path = Path(settings.report_path)
        yield _tried("report", lambda: files.check(path), "the file can be written")
    if settings.ledger_url:
        yield ledger(settings.ledger_url.get_secret_value())


def _tried(name: str, check: Callable[[], None], sentence: str) -> Finding:
    try:
        check()
    except TargetError as error:
        return to_do(error.code, name, str(error))
    return ok(name, sentence)


def ledger(url: str) -> Finding:
    """Look for a ledger, without making one."""
    try:
        from target_triplewhale.journal.ledger.opening import (  # noqa: PLC0415  (an extra)
            is_there,
        )
    except ImportError:
        needs = "needs an extra: pip install 'target-triplewhale[ledger]'"
        return to_do("TW-EXTRA-MISSING", "ledger", needs)
    try:
        if is_there(url):
            return ok("ledger", "can be read")
    except TargetError as error:
        return to_do(error.code, "ledger", str(error))
    return ok("ledger", "there is none yet; the first run makes it")
