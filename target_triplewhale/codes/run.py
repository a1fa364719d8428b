"""Codes of how a run ends."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

_REPORT = (
    "Report it at the project's issue tracker, with the version and these words; they hold no "
    "data of yours."
)

RUN = Group(
    "Runs",
    (
        Code(
            "TW-RUN-STOPPED",
            "The run was stopped by a signal.",
            "Somebody pressed Ctrl-C, or the system or scheduler ended it.",
            "Run again; it goes on from the last STATE.",
        ),
        Code(
            "TW-RUN-DRY",
            "This was a dry run: nothing was sent, and no STATE was emitted.",
            "`dry_run` is set.",
            "To send, unset `TARGET_TRIPLEWHALE_DRY_RUN`, or take `dry_run` out of the "
            "configuration.",
        ),
        Code(
            "TW-RUN-FAULT",
            "Something has happened that target-triplewhale does not foresee.",
            "A fault of this program.",
            f"{_REPORT} What was settled is in the STATE; running again does no harm.",
        ),
        Code(
            "TW-RUN-MISCOUNTED",
            "Records have not ended, though the run has.",
            "A fault of this program: the counts of a route must add up.",
            f"{_REPORT} Run again from the STATE of the run before this one.",
        ),
        Code(
            "TW-REPORT-UNWRITABLE",
            "The report could not be written at the end of the run.",
            "Its folder was removed during the run, or the disk is full.",
            "Make room, or name another `report_path`. The records are delivered all the same; the "
            "log holds the counts.",
        ),
        Code(
            "TW-REPORT-SENT-UNKNOWN",
            "The report will not tell what was sent when, so `verify` cannot use it.",
            "There is no room for temporary files.",
            "Make room, or have TMPDIR name another folder. The delivery goes on.",
        ),
    ),
)
