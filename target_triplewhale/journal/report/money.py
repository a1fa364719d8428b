"""The money of a rehearsal, by endpoint and currency: its days have too many rows to begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Total:
    """What all days come to."""

    endpoint: str
    currency: str
    days: list[str] = field(default_factory=list)
    records: int = 0
    amount: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)

    def add(self, day: Mapping[str, Any]) -> None:
        """Take in a day."""
        self.days.append(day["day"])
        self.records += day["records"]
        self.amount += Decimal(day["amount"])
        self.refunds += Decimal(day["refunds"])


def totals(rehearsal: Mapping[str, Any]) -> list[Total]:
    """Return the totals of a rehearsal."""
    found: dict[tuple[str, str], Total] = {}
    for day in rehearsal["money"]:
        key = (day["endpoint"], day["currency"])
        found.setdefault(key, Total(*key)).add(day)
    return list(found.values())
