"""What an order or a subscription says of money."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_ZERO = Decimal(0)
_UNKNOWN_OFF = Decimal("0.5")
"""So much of the line items may be taken off where no discounts are given."""
_UNKNOWN_ON = Decimal("1.5")
"""So much may come to them where shipping or tax is not given."""
_SHARE = Decimal("0.05")
_UNIT = Decimal(1)


class Sale(NamedTuple):
    """The money of one record."""

    day: str
    """In UTC."""
    currency: str
    amount: Decimal
    refunds: Decimal
    items: Decimal
    least: Decimal
    most: Decimal
    """Between these the amount should be, by its line items; both are 0 where it has none."""

    def fits(self, amount: Decimal) -> bool:
        """Tell whether an amount is near what the line items make, give or take a twentieth."""
        least = self.least - abs(self.least) * _SHARE - _UNIT
        return least <= amount <= self.most * (1 + _SHARE) + _UNIT


def order(payload: Mapping[str, Any]) -> Sale:
    """Read an order; its numbers are exact, not floats."""
    refunds = [one for one in payload.get("refunds", ()) if not one.get("void")]
    refunded = sum((one["total_refund"] for one in refunds), _ZERO)
    items = _items(payload.get("line_items", ()))
    return Sale(
        payload["created_at"][:10],
        payload["currency"],
        Decimal(payload["order_revenue"]),
        refunded,
        items,
        *_bounds(payload, items, refunded),
    )


def subscription(payload: Mapping[str, Any]) -> Sale:
    """Read a subscription: what its items cost each time."""
    items = _items(payload["subscription_items"])
    return Sale(payload["created_at"][:10], payload["currency"], items, _ZERO, _ZERO, _ZERO, _ZERO)


READERS = {"orders": order, "subscriptions": subscription}


def _items(items: Any) -> Decimal:
    return sum((one["price"] * one["quantity"] for one in items), _ZERO)


def _bounds(
    payload: Mapping[str, Any], items: Decimal, refunded: Decimal
) -> tuple[Decimal, Decimal]:
    """Return what a total may be: prices may already hold discounts and tax, or not.

    A total may also be what is left after refunds.
    """
    discounts, extras = payload.get("total_discounts"), ("shipping_price", "taxes")
    least = items * _UNKNOWN_OFF if discounts is None else items - discounts
    most = items + sum(payload.get(name) or 0 for name in extras)
    if any(payload.get(name) is None for name in extras):
        most *= _UNKNOWN_ON
    return least - refunded, most
