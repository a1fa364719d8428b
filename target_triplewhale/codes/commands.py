"""Codes of the tools beside the target."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

COMMANDS = Group(
    "Commands",
    (
        Code(
            "TW-COMMAND-LOGLEVEL",
            "The variable LOGLEVEL names no level.",
            "It is none of DEBUG, INFO, WARNING, ERROR, CRITICAL.",
            "Set LOGLEVEL to one of them, or unset it.",
        ),
        Code(
            "TW-COMMAND-DRY-RUN",
            "The tool would change something, and `dry_run` is set.",
            "The tool voids orders or deletes from the ledger, and a dry run may do neither.",
            "Unset `TARGET_TRIPLEWHALE_DRY_RUN`, or take `dry_run` out of the configuration. "
            "`ledger undo RUN --dry-run` only prints what it would do.",
        ),
        Code(
            "TW-COMMAND-RECORD-LIMIT",
            "The tool would change something, and `record_limit` is set.",
            "The setting is for runs that read a tap's output; it has no meaning for a tool.",
            "Unset `TARGET_TRIPLEWHALE_RECORD_LIMIT`, or take `record_limit` out of the "
            "configuration.",
        ),
        Code(
            "TW-COMMAND-STREAM-MAPS",
            "`suggest` does not apply the setting `stream_maps`.",
            "It looks at records as the tap sends them.",
            "Read the suggested mapping with that in mind: columns that `stream_maps` makes are "
            "not in it.",
        ),
        Code(
            "TW-COMMAND-NO-REPORT",
            "The file is no report of a run.",
            "It is another file, or the run that should write it did not end.",
            "Name the file that `report_path` named in the run.",
        ),
        Code(
            "TW-COMMAND-NOTHING-SENT",
            "The report does not say what its run has sent.",
            "It is that of a dry run, which sends nothing, or the run had no room for temporary "
            "files.",
            "Name the report of a run that sent something.",
        ),
        Code(
            "TW-COMMAND-NO-ZONE",
            "There is no such time zone.",
            "The name is misspelled, or is an abbreviation.",
            "Name it as the tz database does: Europe/Vienna, America/New_York.",
        ),
        Code(
            "TW-DATA-OUT-SCOPE",
            "The key may not ask the shop what it holds.",
            "It lacks the scope Data Out, or its owner cannot see the shop.",
            "Make a key with the scope Data Out under Settings > API Keys, and compare `shop` with "
            "Settings > Store.",
        ),
        Code(
            "TW-DATA-OUT-SHOP",
            "The key's owner cannot see the shop.",
            "`shop` is spelled otherwise than under Settings > Store, or the owner is no member.",
            "Compare `shop` letter for letter; have the owner added to the shop.",
        ),
        Code(
            "TW-DATA-OUT-QUERY",
            "The shop does not take the question.",
            "A table or column has another name there than is published.",
            "Report it at the project's issue tracker, with the server's words.",
        ),
        Code(
            "TW-DATA-OUT-UNREADABLE",
            "The shop answers with something else than rows.",
            "`api_url` names another server, a proxy answers in its place, or the API has changed.",
            "Check `api_url` and the proxies on the way.",
        ),
        Code(
            "TW-DATA-OUT-SILENT",
            "The shop does not answer.",
            "There is no connection, or the question took longer than `request_timeout`.",
            "Check the network and `api_url`; raise `request_timeout`.",
        ),
        Code(
            "TW-DATA-OUT-BUSY",
            "The shop has been asked too much.",
            "Another program asks it with the same key.",
            "Try again later.",
        ),
        Code(
            "TW-DATA-OUT-FAULT",
            "The server fails on the question.",
            "It has trouble, or does not know the shop.",
            "Compare `shop` with Settings > Store, letter for letter; else try again later.",
        ),
        Code(
            "TW-COMMAND-NO-ROW",
            "The rejects file has no such row.",
            "It has fewer rows, or another file was meant.",
            "`target-triplewhale rejects summary FILE` says how many rows it has.",
        ),
        Code(
            "TW-COMMAND-PERSON",
            "`ledger forget` does not know whom to forget.",
            "No person, more than one, or an address or number that can be none was named.",
            "Name one: `--email ADDRESS`, `--phone NUMBER` with its country, or `--customer ID`.",
        ),
        Code(
            "TW-COMMAND-NO-SNAPSHOT",
            "The stream is not declared as read whole.",
            "Only of such a stream is it known which orders it lacks.",
            "If the tap always reads all of it: `streams: {NAME: {endpoint: orders, snapshot: "
            "true}}`, then run it once from the beginning.",
        ),
        Code(
            "TW-COMMAND-NO-BODIES",
            "A run cannot be undone with this ledger.",
            "An order is voided by sending its body again, and `ledger_bodies: fingerprint` keeps "
            "none.",
            "Send the orders again with `void: true`, as docs/undo.md shows. For later runs set "
            "`ledger_bodies: full`.",
        ),
        Code(
            "TW-COMMAND-NO-RUN",
            "There is no such run in the ledger.",
            "The number is another one, or another ledger was meant.",
            "`target-triplewhale ledger runs` prints the runs with their numbers.",
        ),
        Code(
            "TW-COMMAND-OTHER-API",
            "The run went to another API than `api_url` names.",
            "It was made against the sandbox, and this configuration is for the real API, or the "
            "other way round.",
            "Use the configuration that the run was made with.",
        ),
        Code(
            "TW-SANDBOX-FILE",
            "The sandbox cannot use a file that it was given.",
            "It is not there, no database of a sandbox, or no list of faults or keys.",
            "Check the path, and the form that `target-triplewhale sandbox --help` names.",
        ),
        Code(
            "TW-SANDBOX-UNSERVED",
            "The sandbox cannot listen at this address.",
            "Another program has the port, or the host is none of this machine's.",
            "Choose another `--port` (0 takes a free one), and `--host 127.0.0.1`.",
        ),
        Code(
            "TW-SANDBOX-OPEN",
            "The sandbox listens where other machines can reach it.",
            "`--host` is no loopback address.",
            "Leave `--host` out, unless others shall write to it.",
        ),
    ),
)
