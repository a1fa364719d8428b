"""What the shop's system writes each night: sixty orders more, now and then a broken one."""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

A_NIGHT = 60
COLUMNS = ("order_id", "created_at", "updated_at", "customer_id", "customer_email", "total_price")
FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)


def numbers(night: int) -> range:
    """Return the numbers of a night's orders."""
    return range((night - 1) * A_NIGHT + 1, night * A_NIGHT + 1)


def ids(*nights: int) -> set[str]:
    """Return how the orders of some nights are known."""
    return {f"A-{number}" for night in nights for number in numbers(night)}


def export(path: Path, orders: Iterable[int], night: int, broken: Collection[int] = ()) -> None:
    """Write a file as the shop's system left it that night."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(number, is_broken=number in broken) for number in orders)
    at = (FIRST + timedelta(days=night)).timestamp()
    os.utime(path, (at, at))


def _row(number: int, *, is_broken: bool) -> tuple[str, ...]:
    at = f"{FIRST + timedelta(minutes=number):%Y-%m-%dT%H:%M:%SZ}"
    total = "a lot" if is_broken else f"{number}.50"
    return (f"A-{number}", at, at, f"C-{number}", f"buyer{number}@example.com", total)
