"""`docs/verify.md` shows what is printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.conftest import Shop

PAGE = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")


def test_the_example_is_what_such_a_run_comes_to(shop: Callable[..., Shop]) -> None:
    """The answer on the page, letter by letter, with the exit code of its table."""
    there = shop(shop_timezone="America/New_York")
    times = ("04T03:30", "04T04:30", "05T04:30", "06T05:30", "06T15:00")
    first, *others = (
        order(n, created_at=f"2026-03-{time}:00Z", currency="USD")
        for n, time in enumerate(times, start=1)
    )
    first["order_revenue"] = 1010.5
    there.run([schema("orders", "order_id"), *records("orders", first, *others)])
    there.change("DELETE FROM orders_table WHERE order_id = 'A-2'")
    there.rewrite(ended="2026-03-08T00:00:00+00:00")
    answer = there.verify()
    shown = re.search(r"```\n(example\.myshopify\.com.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    assert answer.out == shown[1]
    assert "| 1 | something lacks" in PAGE
    assert answer.code == 1
