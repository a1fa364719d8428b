"""The ledger's tables, which `docs/ledger.md` documents for whoever reads them with SQL.

Times are texts in UTC with `Z`; bodies and other structures are JSON text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSIONS_A_RUN = 2**32
"""Versions are numbered by run, so that a run numbers its own without asking."""

metadata = MetaData()
_BIG = BigInteger().with_variant(Integer, "sqlite")
_TIME = String(24)
_EXACT_TIME = String(27)

schema = Table(
    "triplewhale_schema",
    metadata,
    Column("version", Integer, nullable=False),
)
runs = Table(
    "triplewhale_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination", Text, nullable=False),
    Column("started_at", _TIME, nullable=False),
    Column("ended_at", _TIME),
    Column("exit_code", Integer),
    Column("state", Text),
    Column("counts", Text),
)
scopes = Table(
    "triplewhale_scopes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("destination", Text, nullable=False),
    Column("endpoint", String(32), nullable=False),
    Column("shop", Text, nullable=False),
    UniqueConstraint("destination", "endpoint", "shop"),
)
# Ids that come in order lie side by side, so that a run touches few pages and not all of them.
records = Table(
    "triplewhale_records",
    metadata,
    Column("scope", Integer, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("rest", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("fingerprint", String(32), nullable=False),
    Column("is_void", Boolean, nullable=False),
    Column("version", _BIG, nullable=False),
    sqlite_with_rowid=False,
)
versions = Table(
    "triplewhale_versions",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=False),
    Column("previous", _BIG),
    Column("run", Integer, nullable=False),
    Column("scope", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("rest", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("read_at", _EXACT_TIME, nullable=False),
    Column("accepted_at", _TIME, nullable=False),
    Column("is_void", Boolean, nullable=False),
    Column("body", Text),
)
# Only what has changed has a version before it: a first load adds nothing to this index.
_has_previous = versions.c.previous.is_not(None)
Index(
    "triplewhale_versions_previous",
    versions.c.previous,
    sqlite_where=_has_previous,
    postgresql_where=_has_previous,
)
# A record that was read in several rows has as many here, in their places. What waits under one
# shop or platform account must never be sent to another: `account` is a JSON list of them.
rejects = Table(
    "triplewhale_rejects",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("schema_digest", String(32), nullable=False),
    Column("line", Text, nullable=False),
    Column("run", Integer, nullable=False),
    Column("read_at", _EXACT_TIME, nullable=False),
    Column("rejected_at", _TIME, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("identity", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("status", Integer),
)
schemas = Table(
    "triplewhale_schemas",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("line", Text, nullable=False),
)
# A version that an earlier run has begun was not read whole by the run that ends it.
snapshots = Table(
    "triplewhale_snapshots",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("route", Text, primary_key=True),
    Column("version", _BIG, primary_key=True, autoincrement=False),
    Column("run", Integer, nullable=False),
)
missing = Table(
    "triplewhale_missing",
    metadata,
    Column("scope", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("rest", Text, primary_key=True),
    Column("route", Text, nullable=False),
    Column("run", Integer, nullable=False),
)

given = Table(
    "triplewhale_given",
    MetaData(),
    Column("version", _BIG),
    Column("name", Text),
    Column("rest", Text),
    Column("route", Text),
    Column("fingerprint", String(32)),
    Column("is_void", Boolean),
    Column("body", Text),
    Column("read_at", _EXACT_TIME),
    prefixes=["TEMPORARY"],
)
"""What is accepted in one call, on its way into the others: each connection's own, in memory."""
