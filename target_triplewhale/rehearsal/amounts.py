"""Amounts that are likely wrong: far from their line items, or in cents."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_triplewhale.rehearsal.findings import (
    MINOR_ITEMS,
    MINOR_UNITS,
    TOTAL_FAR,
    WHOLE_AMOUNTS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from target_triplewhale.rehearsal.sales import Sale

CENTS = 100
HARD = frozenset({"AUD", "CAD", "CHF", "EUR", "GBP", "NZD", "SGD", "USD"})
"""Currencies in which few orders are 500 and more; elsewhere whole hundreds are usual prices."""
LARGE = 500
FEWEST = 20
"""Amounts of which a habit can be told."""
FEWEST_ENDINGS = 10
"""A price list in whole units has few endings (499, 1990, 2500); taxes and sums in cents many."""
CHARMING = frozenset({95, 98, 99})
"""What 1999 for 19.99 ends in."""


def suspicion(sale: Sale) -> str | None:
    """Return the code of what is wrong with an amount beside its line items, if anything is."""
    if not sale.items or sale.fits(sale.amount):
        return None
    if sale.amount and sale.fits(sale.amount / CENTS):
        return MINOR_UNITS
    return MINOR_ITEMS if sale.amount and sale.fits(sale.amount * CENTS) else TOTAL_FAR


@dataclass
class Habit:
    """How the amounts of one endpoint in one currency are written."""

    number: int = 0
    large: int = 0
    has_decimals: bool = False
    endings: Counter[int] = field(default_factory=Counter)
    """The last two digits."""

    def add(self, amount: Decimal) -> None:
        """Take in an amount; nothing is told by one that is 0."""
        if amount <= 0 or self.has_decimals:
            return
        self.has_decimals = amount != int(amount)
        self.number += 1
        self.large += amount >= LARGE
        self.endings[int(amount) % CENTS] += 1

    @property
    def looks_like_cents(self) -> bool:
        """Tell whether all are whole, most are large, and they end as cents do."""
        charming = sum(self.endings[one] for one in CHARMING)
        ends_so = len(self.endings) >= FEWEST_ENDINGS or charming * 2 > self.number
        are_many = not self.has_decimals and self.number >= FEWEST
        return are_many and self.large * 2 > self.number and ends_so


class Habits:
    """How amounts are written, by endpoint and currency."""

    def __init__(self) -> None:
        self._found: defaultdict[tuple[str, str], Habit] = defaultdict(Habit)

    def add(self, endpoint: str, sale: Sale) -> None:
        """Take in an amount, of a currency in which cents can be told from units."""
        if sale.currency in HARD:
            self._found[endpoint, sale.currency].add(sale.amount)

    def findings(self) -> Iterator[tuple[str, str, int]]:
        """Yield code, endpoint and number of the amounts that look like cents."""
        for (endpoint, _), habit in self._found.items():
            if habit.looks_like_cents:
                yield WHOLE_AMOUNTS, endpoint, habit.number
