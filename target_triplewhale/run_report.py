"""The report of a run, as one document, where the settings name a place for it."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from target_triplewhale import configuration
from target_triplewhale.equipment import NAME
from target_triplewhale.errors import RunEnded, TargetError, cause
from target_triplewhale.journal.masking import masked_all
from target_triplewhale.journal.report import document, files

if TYPE_CHECKING:
    from target_triplewhale.target import TargetTripleWhale


def write(
    target: TargetTripleWhale, started: datetime, code: int, ending: BaseException | None
) -> None:
    """Write it; raise RunEnded where it cannot be written after all."""
    path = target.settings.report_path
    if not path:
        return
    try:
        files.write(Path(path), _document(target, started, code, ending))
    except OSError as error:
        reason = cause(error, "it cannot be written")
        raise RunEnded("TW-REPORT-UNWRITABLE", f"setting `report_path`: {path}: {reason}") from None


def _document(
    target: TargetTripleWhale, started: datetime, code: int, ending: BaseException | None
) -> dict[str, Any]:
    told = ending if isinstance(ending, TargetError) else None
    return {
        "schema": document.FORMAT,
        "version": metadata.version(NAME),
        "destination": target.settings.destination,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "exit_code": code,
        "error": str(told) if told else None,
        "error_code": told.code if told else None,
        "dry_run": target.settings.dry_run,
        **document.counts(target.collaborators.journal),
        "plan": target.plan.document() if target.plan else None,
        "rehearsal": _rehearsal(target),
        "timeline": target.traffic.document(),
        "sent": target.delivered.document() if target.delivered else None,
        "state": document.state(target.states, goes_out=target.settings.emits_state),
        "settings": masked_all(configuration.used(target.settings)),
        "versions": document.versions(),
    }


def _rehearsal(target: TargetTripleWhale) -> dict[str, Any] | None:
    """Return what a dry run has found, as the report has it."""
    if not target.inspection:
        return None
    target.inspection.close(list(target.collaborators.journal.tally))
    return target.inspection.document()
