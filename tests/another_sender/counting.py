"""What the shop has in truth, counted in its file and in the source, and by no SQL of the page."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx

from tests.another_sender.shop import SHOP, SOLD

if TYPE_CHECKING:
    from pathlib import Path

PERIOD = {"startDate": "2026-03-01", "endDate": "2026-04-30"}


def counted(db: Path) -> Counter[str]:
    """Return how often each order of the source counts, whatever it is called."""
    return Counter(_number(body["order_id"]) for body in _standing(db))


def revenue(db: Path) -> Decimal:
    """Return the sum of all that stands."""
    return sum((Decimal(str(body["order_revenue"])) for body in _standing(db)), Decimal(0))


def sources(db: Path) -> dict[str, str | None]:
    """Return what each order is said to come from."""
    return {body["order_id"]: body.get("source_name") for body in _standing(db)}


def sold(number: int = len(SOLD)) -> Decimal:
    """Return what the first so many orders of the source were."""
    return sum((Decimal(one["total"]) for one in SOLD[:number]), Decimal(0))


def once(number: int = len(SOLD)) -> Counter[str]:
    """Return that each of the first so many orders counts once."""
    return Counter(one["order_no"] for one in SOLD[:number])


def asked(url: str, key: str, query: str) -> list[dict[str, Any]]:
    """Ask the shop by SQL."""
    question = {"shopId": SHOP, "period": PERIOD, "query": query}
    answer = httpx.post(f"{url}/orcabase/api/sql", json=question, headers={"x-api-key": key})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def _standing(db: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT body FROM orders_table WHERE void = 0")
        return [json.loads(body) for (body,) in found]


def _number(order_id: str) -> str:
    return order_id.strip("#").lower().removeprefix("no ")
