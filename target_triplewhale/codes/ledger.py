"""Codes of the ledger, and of voids that it makes possible."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

_FRESH = (
    "Restore it from a backup; or put it aside, and the next run begins a new one and sends "
    "everything once more, which does no harm to records whose identity is the same."
)

LEDGER = Group(
    "Ledger and voids",
    (
        Code(
            "TW-LEDGER-NOT-SET",
            "The command needs a ledger, and none is set.",
            "`ledger_url` is empty in this configuration.",
            "Set `ledger_url` to that of the runs, in the file or the environment that `--config` "
            "names.",
        ),
        Code(
            "TW-LEDGER-MISSING",
            "There is no ledger yet in the place that `ledger_url` names.",
            "No run has been made with it, or a relative path is read from another folder.",
            "Run once with this `ledger_url`; a path such as `sqlite:////data/ledger.db`, with "
            "four slashes, is the same from everywhere.",
        ),
        Code(
            "TW-LEDGER-LOCKED",
            "Another program has the ledger locked.",
            "A database browser, a backup, or a run that hangs holds it.",
            "End that program, and run again.",
        ),
        Code(
            "TW-LEDGER-DENIED",
            "The ledger may not be read, or not be written.",
            "The user or the password is wrong, or lacks the right.",
            "Give the user of this run the right to read and write: to the file and its folder, or "
            "in PostgreSQL to create tables and rows in the schema.",
        ),
        Code(
            "TW-LEDGER-DISK",
            "The disk of the ledger is full, or fails.",
            "The sentence says which.",
            "Make room, and run again; `ledger_retention_days` lets old versions go.",
        ),
        Code(
            "TW-LEDGER-DAMAGED",
            "The file of the ledger is damaged, or no SQLite database.",
            "It was copied while a run wrote to it, or `ledger_url` names another file.",
            _FRESH,
        ),
        Code(
            "TW-LEDGER-UNREACHABLE",
            "The ledger cannot be opened or reached.",
            "The database is not there, its server is down, or the network ends in between.",
            "Check `ledger_url`, the server, and the rights to the folder; then run again.",
        ),
        Code(
            "TW-LEDGER-FAILED",
            "The database does not take what the ledger sends it.",
            "It has been changed by something else, or is no database that the ledger knows.",
            f"Report it, with the log. {_FRESH}",
        ),
        Code(
            "TW-LEDGER-NEWER",
            "A newer version of target-triplewhale has written the ledger.",
            "The installed version is older than the one that ran before.",
            "Install that version (`pip install --upgrade target-triplewhale`), or name another "
            "ledger.",
        ),
        Code(
            "TW-LEDGER-IN-USE",
            "What was forgotten still lies in the ledger's `-wal` file.",
            "Another program reads the ledger, so that SQLite cannot shorten that file.",
            "End that program, and run `target-triplewhale ledger forget` again.",
        ),
        Code(
            "TW-LEDGER-FIELDS-MISSING",
            "A stream no longer brings fields that were accepted before.",
            "A column has gone from the source, or from the tap's selection. Sending a record "
            "without a field erases it in Triple Whale.",
            "Bring the column back; or set `missing_fields: keep`, which carries the former values "
            "on, or `send`, if they shall go.",
        ),
        Code(
            "TW-LEDGER-FIELDS-UNTOLD",
            "Records have changed of which the ledger keeps no body.",
            "They were sent under `ledger_bodies: fingerprint`, so lost fields cannot be told.",
            "Set `ledger_bodies: full`; from the next change of a record on it can be told.",
        ),
        Code(
            "TW-VOIDS-TOO-MANY",
            "More orders are gone from the source than `max_voids` allows to void.",
            "The tap has read only a part of the source, or many were really deleted.",
            "Look at `target-triplewhale ledger missing STREAM`. If the orders are truly gone, "
            "raise `max_voids` for one run; else mend the tap, and run again.",
        ),
        Code(
            "TW-VOIDS-NOT-TOLD",
            "Nothing of a stream that is read whole was voided.",
            "It is not certain what is gone: an earlier run has read a part of it, or records of "
            "it had no id.",
            "Run the stream from the beginning (in Meltano `--full-refresh`), and mend records "
            "that were rejected without an id.",
        ),
    ),
)
