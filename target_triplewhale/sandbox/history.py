"""Former versions of records: kept where another body takes the place of one."""

from __future__ import annotations

from target_triplewhale.sandbox.tables import REFUNDS, UPSERTED

FORMER = "former_versions"

_TABLE = f"""
CREATE TABLE {FORMER} (
    id INTEGER PRIMARY KEY,
    kept_in TEXT NOT NULL,
    record INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    received_at TEXT NOT NULL,
    void INTEGER NOT NULL
)"""
_INDEX = f"CREATE INDEX {FORMER}_of ON {FORMER} (kept_in, record)"


def _trigger(table: str) -> str:
    # A first load changes no row, so it costs nothing.
    return (
        f"CREATE TRIGGER {table}_former AFTER UPDATE OF body ON {table}"  # noqa: S608 - names of this package
        " WHEN OLD.body IS NOT NEW.body BEGIN"
        f" INSERT INTO {FORMER} (kept_in, record, version, body, received_at, void)"
        f" VALUES ('{table}', OLD.id, OLD.versions, OLD.body, OLD.received_at, OLD.void);"
        " END"
    )


STATEMENTS = (_TABLE, _INDEX, *map(_trigger, (*(table.name for table in UPSERTED), REFUNDS)))
