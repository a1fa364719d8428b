"""docs/mapping.md's first pipeline does what the page says, and the page explains every key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.recipes import KEYS
from tests.docs.pages import ROOT, page
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal
from tests.whole_runs import TABLES, rows

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page("docs/mapping.md")


def test_every_key_of_a_route_is_explained() -> None:
    """A key that is added later must get its words."""
    text = (ROOT / PAGE.name).read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in text] == []


def test_the_first_pipeline_does_what_the_page_says(tmp_path: Path, wheel: Path) -> None:
    """Its own files, real Meltano, a real tap; once more, and nothing changes."""
    with Terminal(tmp_path, wheel) as terminal:
        Reader(terminal).follow(PAGE)
        for commands in ("true", "meltano run --full-refresh tap-csv target-triplewhale"):
            done = terminal.type(commands)
            assert done.code == 0, done.text
            kept = rows(terminal.folder / "sandbox.db", TABLES["orders"])
            assert [_told(order) for order in kept] == [
                ("W-1001", "2026-04-03T08:15:00.000Z", "ann@example.com", 29.98, 2, 0),
                ("W-1002", "2026-04-04T16:40:00.000Z", "ben@example.com", 9.99, 1, 9.99),
            ]


def _told(order: dict[str, Any]) -> tuple[Any, ...]:
    refunded = sum(one["total_refund"] for one in order.get("refunds", []))
    assert order["currency"] == "EUR"
    assert order["platform_account_id"] == "web-shop"
    return (
        order["order_id"],
        order["created_at"],
        order["customer"]["email"],
        order["order_revenue"],
        len(order["line_items"]),
        refunded,
    )
