"""A web shop in New York, and a sender that has stored most of its orders already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx

from tests.whole_runs import records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = "example.myshopify.com"
ZONE = ZoneInfo("America/New_York")
BEFORE = 45
"""Orders that the other sender has sent."""
ALL = 60
COLUMNS = ("order_no", "placed", "total", "email")


def _sold(number: int) -> dict[str, str]:
    """Return an order of the shop's database: three each two days, over the change to summer."""
    placed = datetime(2026, 3, 1, 10) + timedelta(days=number * 27 / (BEFORE - 1))  # noqa: DTZ001
    return {
        "order_no": str(1001 + number),
        "placed": placed.replace(microsecond=0).isoformat(sep=" "),
        "total": f"{20 + number}.10",
        "email": f"buyer{1001 + number}@example.com",
    }


SOLD = [_sold(number) for number in range(ALL)]


def tap_output() -> list[dict[str, Any]]:
    """Return what a tap prints of the shop."""
    stream = "web_orders"
    return [schema(stream, *COLUMNS, keys=["order_no"]), *records(stream, *SOLD)]


def iso_of_javascript(moment: datetime) -> str:
    """Spell a moment as `toISOString()` does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_with_offset(moment: datetime) -> str:
    """Spell it as most other languages do."""
    return moment.isoformat()


def iso_without_milliseconds(moment: datetime) -> str:
    """Spell it as many templates do."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass
class OtherSender:
    """A script that sends one order at a time, in its own spelling."""

    url: str
    spell: Callable[[datetime], str] = iso_of_javascript

    def send(self, key: str) -> None:
        """Send what there was when it last ran."""
        with httpx.Client(headers={"x-api-key": key}) as client:
            for sold in SOLD[:BEFORE]:
                answer = client.post(f"{self.url}/data-in/orders", json=self._body(sold))
                assert answer.status_code == 200, answer.text

    def _body(self, sold: dict[str, str]) -> dict[str, Any]:
        placed = datetime.fromisoformat(sold["placed"]).replace(tzinfo=ZONE)
        return {
            "shop": SHOP,
            "platform": "WebShop",
            "platform_account_id": "Main",
            "order_id": f"#{sold['order_no']}",
            "created_at": self.spell(placed),
            "currency": "USD",
            "order_revenue": float(sold["total"]),
            "customer": {"id": sold["email"], "email": sold["email"]},
        }
