"""The end of a run's log: what became of its records, and what there is to do."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from target_triplewhale.notices import warn

if TYPE_CHECKING:
    from target_triplewhale.journal.journal import Journal
    from target_triplewhale.rehearsal.inspection import Inspection
    from target_triplewhale.settings import Settings
    from target_triplewhale.target import TargetTripleWhale

logger = logging.getLogger("target-triplewhale")


def tell(target: TargetTripleWhale) -> None:
    """Log the counts, what a rehearsal has found, and where rejects are, in this order."""
    target.meters.log()
    journal = target.collaborators.journal
    for count in journal.tally:
        ended = ", ".join(f"{number} {name}" for name, number in count.ended.items() if number)
        name = f"stream {count.stream}, route {count.route}"
        told = ended or "none settled"
        logger.info("%s: %d read; %s", name, count.offered, told, extra=count.fields)
    for sentence in target.plan.sentences() if target.plan else ():
        logger.info("plan: %s", sentence)
    if target.inspection:
        _tell_of_rehearsal(target.inspection, journal)
    target.tell_accounts()
    _tell_of_less(target.settings)
    _tell_of_rejects(journal, target.settings.destination)


def _tell_of_less(settings: Settings) -> None:
    """Say of a run that was to send nothing, or not all, that it did so."""
    if settings.dry_run:
        told = "dry run: nothing was sent, and no STATE was emitted (%s)"
        warn("TW-RUN-DRY", told, settings.destination)
    elif settings.record_limit:
        told = "record_limit %d: not all was sent, and no STATE was emitted (%s)"
        warn("TW-RUN-LIMITED", told, settings.record_limit, settings.destination)
    elif settings.test_account:
        logger.info("test_account: no STATE was emitted, so that a real run reads all again")


def _tell_of_rejects(journal: Journal, destination: str) -> None:
    again = sum(count.ended["rejected"] for count in journal.retried)
    if again:
        told = (
            "rejected again, of earlier runs: %d (`target-triplewhale ledger pending` shows them)"
        )
        warn("TW-REJECTS-AGAIN", told, again)
    rejected = sum(count.ended["rejected"] for count in journal.tally)
    if rejected:
        told = "rejected records: %d, kept in %s (%s)"
        warn("TW-REJECTS-KEPT", told, rejected, journal.rejects.path, destination)
    else:
        logger.info("end of the run (%s)", destination)


def _tell_of_rehearsal(inspection: Inspection, journal: Journal) -> None:
    """Log what a dry run has found, line by line."""
    for count in journal.tally:
        for code, number in count.codes.most_common():
            logger.info("rehearsal: stream %s: %d rejected (%s)", count.stream, number, code)
    inspection.close(list(journal.tally))
    for sentence in inspection.sentences():
        logger.info("rehearsal: %s", sentence)
    for code, sentence in inspection.warnings():
        warn(code, "rehearsal: %s", sentence)
