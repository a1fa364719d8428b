"""A store that lives for a month: what its nightly export says, and what is true of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COLUMNS = (
    "number",
    "placed",
    "status",
    "total",
    "currency",
    "customer",
    "email",
    "note",
    "refunds",
)
STREAM = "sales"
ROUTE = f"{STREAM}:orders"
CONFIG: dict[str, Any] = {
    "ledger_url": "sqlite:///ledger.db",
    "missing_fields": "keep",
    "soft_delete": True,
    "max_rejects": "5%",
    "streams": {
        STREAM: {
            "endpoint": "orders",
            "snapshot": True,
            "counts": {
                "field": "status",
                "send": ["paid", "shipped"],
                "void": "cancelled",
                "filter": "pending",
            },
            "fields": {
                "order_id": "number",
                "created_at": "placed",
                "order_revenue": "total",
                "currency": "currency",
                "customer.id": "customer",
                "customer.email": "email",
                "name": "note",
                "status": "status",
                "refunds": "refunds",
            },
        }
    },
}
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
COUNTED = ("paid", "shipped")
VOID = "void"


@dataclass(frozen=True)
class Flaws:
    """What is wrong with a night's export."""

    columns: tuple[str, ...] = COLUMNS
    hours_off: int = 0
    share: float = 1.0
    broken: str = ""

    def part(self, orders: dict[str, Any]) -> dict[str, Any]:
        """Return the orders that are exported."""
        return dict(list(orders.items())[: int(len(orders) * self.share)])


@dataclass
class Store:
    """Orders as the store has them, by number; each day changes some."""

    dice: random.Random = field(default_factory=lambda: random.Random(20260301))  # noqa: S311
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    day: int = 0

    def live(self) -> None:
        """Let a day pass: orders are placed, paid, shipped, refunded, cancelled and deleted."""
        self.day += 1
        for number in range(200 if self.day == 1 else self.dice.randint(3, 9)):
            self._place(number)
        if self.day == 1:
            return
        for name, chance in (("ship", 12), ("refund", 3), ("cancel", 2), ("pay", 4)):
            for order in self.dice.sample(list(self.orders.values()), chance):
                getattr(self, f"_{name}")(order)
        if self.day % 5 == 0:
            del self.orders[self.dice.choice(list(self.orders))]

    def _place(self, number: int) -> None:
        placed = START + timedelta(days=self.day, minutes=number)
        name = f"{self.day:02}-{number:03}"
        self.orders[name] = {
            "number": name,
            "placed": placed.isoformat(),
            "status": self.dice.choice(["paid", "paid", "paid", "pending"]),
            "total": f"{self.dice.randint(500, 30000) / 100:.2f}",
            "currency": "EUR",
            "customer": f"C-{self.dice.randint(1, 80)}",
            "email": f"buyer{self.dice.randint(1, 80)}@example.com",
            "note": f"note on {name}",
            "refunds": [],
        }

    def _pay(self, order: dict[str, Any]) -> None:
        if order["status"] == "pending":
            order["status"] = "paid"

    def _ship(self, order: dict[str, Any]) -> None:
        if order["status"] == "paid":
            order["status"] = "shipped"

    def _cancel(self, order: dict[str, Any]) -> None:
        if order["status"] == "paid":
            order["status"] = "cancelled"

    def _refund(self, order: dict[str, Any]) -> None:
        if order["status"] == "shipped" and not order["refunds"]:
            order["refunds"] = [
                {
                    "refund_id": f"R-{order['number']}",
                    "refunded_at": (START + timedelta(days=self.day)).isoformat(),
                    "total_refund": order["total"],
                }
            ]

    def counting(self) -> dict[str, Content]:
        """Return what counts, of each order that counts."""
        return {name: content(one) for name, one in self.orders.items() if is_counted(one)}


class Content(NamedTuple):
    """What is true of an order."""

    placed: datetime
    status: str
    total: Decimal
    note: str | None
    refunded: Decimal


def is_counted(order: Mapping[str, Any]) -> bool:
    """Tell whether money has come for an order."""
    return order["status"] in COUNTED


def content(order: Mapping[str, Any]) -> Content:
    """Return what the store says of an order."""
    return Content(
        datetime.fromisoformat(order["placed"]),
        order["status"],
        Decimal(order["total"]),
        order["note"],
        sum((Decimal(one["total_refund"]) for one in order["refunds"]), Decimal(0)),
    )


def arrived(bodies: Iterable[Mapping[str, Any]]) -> dict[str, Content | str]:
    """Return what the API says of its orders."""
    return {one["order_id"]: VOID if one.get("void") else _arrived(one) for one in bodies}


def _arrived(body: Mapping[str, Any]) -> Content:
    return Content(
        datetime.fromisoformat(body["created_at"]),
        body["status"],
        Decimal(str(body["order_revenue"])),
        body.get("name"),
        sum((Decimal(str(one["total_refund"])) for one in body.get("refunds", ())), Decimal(0)),
    )


def due(store: Store, before: Mapping[str, Content | str], flaws: Flaws) -> dict[str, Any]:
    """Return what a night has to change at the API: nothing else may go out."""
    if flaws.hours_off:
        return {}
    wanted: dict[str, Content | str] = {}
    for name, order in flaws.part(store.orders).items():
        if order["status"] == "cancelled" and flaws.share == 1:
            wanted[name] = VOID
        elif is_counted(order) and name != flaws.broken:
            wanted[name] = _carried(content(order), before.get(name), flaws)
    if flaws.share == 1:
        wanted |= {name: VOID for name in before if name not in store.orders}
    return {name: one for name, one in wanted.items() if before.get(name) != one}


def _carried(now: Content, before: Content | str | None, flaws: Flaws) -> Content:
    """Keep the note that the API has, where the tap brings none."""
    if "note" in flaws.columns:
        return now
    return now._replace(note=before.note if isinstance(before, Content) else None)


def export(store: Store, flaws: Flaws) -> list[dict[str, Any]]:
    """Return a night's messages: the whole table, and that its version is complete."""
    kinds = {"refunds": {"type": "array"}}
    text = {"type": ["string", "null"]}
    properties = {name: kinds.get(name, text) for name in flaws.columns}
    found = [_exported(order, flaws) for order in flaws.part(store.orders).values()]
    version = {"stream": STREAM, "version": store.day}
    return [
        {
            "type": "SCHEMA",
            "stream": STREAM,
            "schema": {"type": "object", "properties": properties},
            "key_properties": ["number"],
        },
        *({"type": "RECORD", **version, "record": one} for one in found),
        {"type": "ACTIVATE_VERSION", **version},
        {"type": "STATE", "value": {"night": store.day}},
    ]


def _exported(order: dict[str, Any], flaws: Flaws) -> dict[str, Any]:
    placed = datetime.fromisoformat(order["placed"]) + timedelta(hours=flaws.hours_off)
    told = {**order, "placed": placed.isoformat()}
    if order["number"] == flaws.broken:
        told["total"] = "n/a"
    return {name: told[name] for name in flaws.columns}
