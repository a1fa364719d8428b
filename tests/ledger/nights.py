"""Nights of a store: the same export again and again, with what has changed in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tests.whole_runs import records, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.whole_runs import Finished, Runner

ORDERS = "orders:orders"
LEDGER = "sqlite:///ledger.db"


def night(*orders: dict[str, Any], at: str = "") -> list[dict[str, Any]]:
    """Return a night's export of all orders."""
    found = records("orders", *orders)
    if at:
        found = [one | {"time_extracted": at} for one in found]
    return [schema("orders", keys=["order_id"]), *found, state(at=at or len(orders))]


def requests(folder: Path) -> list[tuple[str, int]]:
    """Return the requests that the sandbox has seen: path, and records in it."""
    with closing(sqlite3.connect(folder / "served.db")) as connection, connection:
        return list(connection.execute("SELECT path, records FROM requests ORDER BY n"))


def ask(run: Runner, *arguments: str) -> Finished:
    """Call `ledger` with the configuration of the last run."""
    return run.execute(["--config", "config.json", "ledger", *arguments], b"")
