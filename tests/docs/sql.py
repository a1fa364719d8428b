"""Queries that a page shows, asked of the sandbox on its stage."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

from target_triplewhale.sandbox.data_out import DataOut
from target_triplewhale.sandbox.keys import Key

if TYPE_CHECKING:
    from pathlib import Path

PERIOD = {"startDate": "2000-01-01", "endDate": "2100-01-01"}


def ask(folder: Path, query: str) -> str:
    """Ask for all days of the shop in the folder's sandbox; return a row as JSON a line."""
    (database,) = {*folder.glob("sandbox.db"), *folder.glob("output/sandbox.db")}
    body = {"shopId": _shop(database), "query": query, "period": PERIOD}
    verdict = DataOut(database, "UTC").answer(Key(), json.dumps(body).encode(), time.time())
    assert verdict.status == 200, verdict.content
    return "".join(f"{json.dumps(row)}\n" for row in verdict.content["data"])


def _shop(database: Path) -> str:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        ((shop,),) = connection.execute("SELECT shop FROM orders_table GROUP BY shop")
        return str(shop)
