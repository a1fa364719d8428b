"""What a run would do, told by a dry run that knows what was accepted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.mapping.erased import fields_of
from target_triplewhale.mapping.paths import at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_triplewhale.delivery.batches import Parcel

_ZERO = Decimal(0)


class _Refund(msgspec.Struct):
    total_refund: float | int = 0
    void: bool = False


class _Order(msgspec.Struct):
    created_at: str
    currency: str
    order_revenue: float | int = 0
    refunds: list[_Refund] = []
    void: bool = False


_orders = msgspec.json.Decoder(_Order)


@dataclass
class Difference:
    """What would be sent to one endpoint, and what would not."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    void: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """How often each field is another one than before."""


@dataclass
class Day:
    """The money of a day's orders, of those that are read; UTC, one currency."""

    revenue_before: Decimal = _ZERO
    revenue_after: Decimal = _ZERO
    refunds_before: Decimal = _ZERO
    refunds_after: Decimal = _ZERO


class Plan:
    """Gathers what a gate lets through, and what it does not."""

    def __init__(self) -> None:
        self.endpoints: dict[str, Difference] = {}
        self.knows_too_little = False
        """Whether anything was accepted of which no body is kept."""
        self._days: dict[tuple[str, str], Day] = defaultdict(Day)

    def add(self, parcel: Parcel, before: bytes | None, *, is_known: bool) -> None:
        """Take in a record that would be sent; `before` is what was accepted, if it is kept."""
        changes = self._of(parcel)
        self.knows_too_little |= is_known and before is None
        if parcel.sender.is_void:
            changes.void += 1
        elif is_known:
            changes.changed += 1
            changes.fields.update(_changed(parcel, before) if before else ())
        else:
            changes.new += 1
        self._count_money(parcel, before, parcel.body)

    def keep(self, parcel: Parcel) -> None:
        """Take in a record that is as it was."""
        self._of(parcel).unchanged += 1
        self._count_money(parcel, parcel.body, parcel.body)

    def sentences(self) -> Iterator[str]:
        """Yield what a person wants to know before the run."""
        for name, one in self.endpoints.items():
            numbers = f"{one.new} new, {one.changed} changed, {one.unchanged} unchanged"
            void = f", {one.void} to void" if one.void else ""
            fields = ", ".join(f"{name} {number}" for name, number in one.fields.most_common())
            yield f"{name}: {numbers}{void}" + (f". Fields that change: {fields}" if fields else "")
        if self.knows_too_little:
            yield "which fields change, and the money before, cannot be told without bodies"
        for day, currency, money in self.days():
            refunds = f"; refunds {money.refunds_before} before, {money.refunds_after} after"
            yield (
                f"{day} {currency}: revenue {money.revenue_before} before, "
                f"{money.revenue_after} after"
                + (refunds if money.refunds_before or money.refunds_after else "")
            )

    def document(self) -> dict[str, Any]:
        """Return it as the report has it; amounts are texts."""
        days = [
            {"day": day, "currency": currency}
            | {name: str(value) for name, value in asdict(money).items()}
            for day, currency, money in self.days()
        ]
        return {
            "endpoints": {
                name: {**vars(one), "fields": dict(one.fields.most_common())}
                for name, one in self.endpoints.items()
            },
            "days": days,
        }

    def days(self) -> Iterator[tuple[str, str, Day]]:
        """Yield day, currency and money of the days on which something changes, in order."""
        for (day, currency), money in sorted(self._days.items()):
            before = money.revenue_before, money.refunds_before
            if before != (money.revenue_after, money.refunds_after):
                yield day, currency, money

    def _of(self, parcel: Parcel) -> Difference:
        return self.endpoints.setdefault(parcel.endpoint.name, Difference())

    def _count_money(self, parcel: Parcel, before: bytes | None, after: bytes) -> None:
        if not parcel.endpoint.counts_sales:
            return
        if before:
            order = _orders.decode(before)
            day = self._days[order.created_at[:10], order.currency]
            day.revenue_before += _revenue(order)
            day.refunds_before += _refunds(order)
        order = _orders.decode(after)
        day = self._days[order.created_at[:10], order.currency]
        day.revenue_after += _revenue(order)
        day.refunds_after += _refunds(order)


def _revenue(order: _Order) -> Decimal:
    return _ZERO if order.void else Decimal(str(order.order_revenue))


def _refunds(order: _Order) -> Decimal:
    refunds = () if order.void else order.refunds
    return sum((Decimal(str(one.total_refund)) for one in refunds if not one.void), _ZERO)


def _changed(parcel: Parcel, before: bytes) -> Iterator[str]:
    """Yield the fields that are not as they were, but for those that were filled in."""
    former, now = _leaves(before), _leaves(parcel.body)
    for name in former.keys() | now.keys():
        is_filled_in = name == "updated_at" and parcel.sender.filled_at
        if former.get(name) != now.get(name) and not is_filled_in:
            yield name


def _leaves(body: bytes) -> dict[str, Any]:
    content: Mapping[str, Any] = msgspec.json.decode(body)
    return {".".join(path): at(content, path) for path in fields_of(content)}
