"""The orders that are to be sent, as far as they can be looked for in the shop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from target_triplewhale.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.entries import Route
    from target_triplewhale.settings import Settings

MOST_IDS = 1000
"""Orders of a shop that are looked for there."""
DAYS = 365
"""The days before today that are looked at where it is not known what will be sent."""
ORDERS = ENDPOINTS["orders"]


class Period(NamedTuple):
    """Two days and all between them."""

    first: date
    last: date

    def wider(self, days: int) -> Period:
        """Return it with further days on both sides."""
        return Period(self.first - timedelta(days), self.last + timedelta(days))

    def to(self, other: Period) -> Period:
        """Return all days from the first of both to the last."""
        return Period(min(self.first, other.first), max(self.last, other.last))

    def __str__(self) -> str:
        """Name the year, where it is one."""
        if self.first == self.last:
            return f"on {self.first}"
        if self.first.year == self.last.year:
            return f"in {self.first.year} ({self.first:%m-%d} to {self.last:%m-%d})"
        return f"from {self.first} to {self.last}"


class Order(NamedTuple):
    """What an order is known by."""

    shop: str
    order_id: str
    created_at: str
    platform: str
    account: str


class Spread:
    """Some of many, from the first to the last of them."""

    def __init__(self, most: int = MOST_IDS) -> None:
        self._most = most
        self._every = 1
        self._seen = 0
        self._kept: list[Order] = []

    def add(self, order: Order) -> None:
        """Keep it where it is one of every so many."""
        if self._seen % self._every == 0:
            self._kept.append(order)
        self._seen += 1
        if len(self._kept) > 2 * self._most:
            del self._kept[1::2]
            self._every *= 2

    def __iter__(self) -> Iterator[Order]:
        """Yield at most as many as there may be, evenly spread."""
        number = len(self._kept)
        chosen = min(number, self._most)
        return (self._kept[place * number // chosen] for place in range(chosen))


@dataclass
class Sent:
    """A shop's orders: when, from which platforms, and some of them."""

    period: Period
    platforms: Counter[str] = field(default_factory=Counter)
    some: Spread = field(default_factory=Spread)

    def add(self, order: Order) -> None:
        """Take in an order."""
        day = date.fromisoformat(order.created_at[:10])
        self.period = self.period.to(Period(day, day))
        self.platforms[order.platform] += 1
        self.some.add(order)


def unseen(settings: Settings, routes: Sequence[Route], period: Period) -> dict[str, Sent]:
    """Return what may be sent to each shop, where no input tells."""
    own = settings.platform or ORDERS.defaults["platform"]
    recipes = [route.recipe for route in routes if route.endpoint is ORDERS]
    named = {str(recipe.defaults.get(("platform",), own)) for recipe in recipes} or {own}
    return {shop: Sent(period, Counter(named)) for shop in settings.all_shops}
