"""The records that are sent: one account, made-up persons, amounts of a cent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

MOST_EVENT_BYTES = 3072
EMAIL = "live-kit@example.com"
PHONE = "+12025550143"


@dataclass(frozen=True)
class Records:
    """Makes the bodies of one run; `run` sets them apart from those of any other."""

    run: str
    shop: str
    account: str
    today: date

    @property
    def orders_day(self) -> date:
        """Return the day of the orders: yesterday."""
        return self.today - timedelta(days=1)

    @property
    def events_day(self) -> date:
        """Return the day of the events, on which nobody would put them by mistake."""
        return self.today - timedelta(days=4)

    def order_id(self, name: str) -> str:
        """Return the id of an order of this run."""
        return f"live-kit-{self.run}-{name}"

    def order(self, name: str, **more: Any) -> dict[str, Any]:
        """Return an order with the required fields, its platform and its account."""
        return {
            "order_id": self.order_id(name),
            "created_at": f"{self.orders_day}T12:00:00.000Z",
            "currency": "USD",
            "customer": {"id": f"live-kit-{self.run}", "email": EMAIL, "phone": PHONE},
            "order_revenue": 0.01,
            "platform": "custom-msp",
            "platform_account_id": self.account,
            **more,
        }

    def bulk(self, *orders: dict[str, Any]) -> dict[str, Any]:
        """Return a bulk body."""
        return {"shop": self.shop, "orders": list(orders)}

    def survey(self) -> dict[str, Any]:
        """Return an answer about an order that nobody has."""
        return {
            "shop": self.shop,
            "order_id": self.order_id("nobody-has-it"),
            "platform": "custom_pps_platform",
            "platform_account_id": self.account,
            "question_id": "live-kit",
            "response_id": f"live-kit-{self.run}",
            "response": "a made-up answer",
            "created_at": f"{self.orders_day}T12:00:00.000Z",
        }

    @property
    def event_name(self) -> str:
        """Return the name of this run's event, by which it is counted."""
        return f"live_kit_{self.run}"

    def event(self, name: str, **more: Any) -> dict[str, Any]:
        """Return an event with an id of its own."""
        noon = datetime.combine(self.events_day, time(12), UTC)
        return {
            "shop": self.shop,
            "type": "lead",
            "eventId": f"live-kit-{self.run}-{name}",
            "timestamp": int(noon.timestamp()),
            "profileIdentifiers": {"email": EMAIL},
            **more,
        }

    def custom_event(self, name: str, **more: Any) -> dict[str, Any]:
        """Return a custom event, which takes further properties."""
        return self.event(name, type="custom", event_name=self.event_name, **more)

    def large_event(self) -> dict[str, Any]:
        """Return an event with a byte more than is allowed."""
        event = self.custom_event("large", note="")
        size = len(json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode())
        return {**event, "note": "x" * (MOST_EVENT_BYTES + 1 - size)}
