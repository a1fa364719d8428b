"""`verify` reads a report that is a page, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.conftest import Shop


def test_a_page_is_verified_as_json_is(shop: Callable[..., Shop]) -> None:
    """It holds the whole document."""
    there = shop()
    lines = [schema("orders", "order_id", keys=["order_id"]), *records("orders", order(1))]
    there.run(lines, report_path="report.html")
    command = ["--config", "config.json", "verify", "report.html", "--all"]
    done = there.run.execute(command, b"")
    assert "2026-03-04" in done.out, done.log
