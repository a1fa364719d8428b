"""What orders and subscriptions are worth, by day and currency."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_triplewhale.rehearsal.forecast import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.rehearsal.seen import Newest

WORTH = {"orders": "revenue", "subscriptions": "price of all items"}
"""What an endpoint's amounts are."""


@dataclass
class Sum:
    """The money of some records."""

    records: int = 0
    amount: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)

    def add(self, records: int, amount: Decimal, refunds: Decimal) -> None:
        """Take in further money."""
        self.records += records
        self.amount += amount
        self.refunds += refunds


class Money:
    """Sums by endpoint, currency and day; days are in UTC."""

    def __init__(self) -> None:
        self._days: defaultdict[tuple[str, str, str], Sum] = defaultdict(Sum)

    def add(self, one: Newest) -> None:
        """Take in a record, if it has money."""
        if one.day is not None and one.currency is not None:
            day = self._days[one.endpoint, one.currency, one.day]
            day.add(1, Decimal(one.amount), Decimal(one.refunds))

    def sentences(self) -> Iterator[str]:
        """Yield a line for each currency."""
        for (endpoint, currency), (days, total) in self._totals().items():
            refunds = f", refunds {total.refunds:,f}" if total.refunds else ""
            yield (
                f"{counted(endpoint, total.records)} in {currency}, {min(days)} to {max(days)} "
                f"(UTC): {WORTH[endpoint]} {total.amount:,f}{refunds}"
            )

    def document(self) -> list[dict[str, Any]]:
        """Return a row for each day and currency, as the report has them; amounts are texts."""
        return [
            {
                "endpoint": endpoint,
                "currency": currency,
                "day": day,
                "records": one.records,
                "amount": str(one.amount),
                "refunds": str(one.refunds),
            }
            for (endpoint, currency, day), one in sorted(self._days.items())
        ]

    def _totals(self) -> dict[tuple[str, str], tuple[list[str], Sum]]:
        totals: dict[tuple[str, str], tuple[list[str], Sum]] = {}
        for (endpoint, currency, day), one in sorted(self._days.items()):
            days, total = totals.setdefault((endpoint, currency), ([], Sum()))
            days.append(day)
            total.add(one.records, one.amount, one.refunds)
        return totals
