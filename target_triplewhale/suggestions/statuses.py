"""What the words of a status say of a sale, of a subscription, of an ad, of a lead."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from target_triplewhale.suggestions.shapes import Shape
from target_triplewhale.suggestions.words import by_word, listed, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_triplewhale.suggestions.columns import Column

SOLD, REFUNDED, PENDING, FAILED = "sold", "refunded", "pending", "failed"
_SALES: Mapping[str, str] = {
    SOLD: "paid complete completed success succeeded successful fulfilled shipped delivered "
    "processing captured settled closed won approved done finished partially_paid dispatched "
    "partially_refunded partial_refund partially_fulfilled confirmed accepted processed",
    REFUNDED: "refunded fully_refunded returned",
    PENDING: "pending draft queued open new unpaid hold on_hold authorized authorised incomplete "
    "awaiting checkout_draft created scheduled waiting uncaptured requires_payment_method "
    "requires_action requires_confirmation pending_payment partially_authorized in_progress",
    FAILED: "failed failure fail expired cancelled canceled voided void declined rejected "
    "abandoned trash deleted lost error denied uncollectible unsuccessful",
}
_SALE_OF = by_word(_SALES)
_FULFILLED = listed(
    """
    fulfilled unfulfilled partial partially_fulfilled shipped delivered processing completed
    complete dispatched packed picked in_transit ready restocked returned scheduled on_hold
    """
)
_ITEMS: Mapping[str, str] = {
    "active": "active activated live enabled trialing trial past_due unpaid paused running on",
    "canceled": "canceled cancelled inactive disabled stopped churned ended off declined invited",
    "expired": "expired lapsed finished completed",
    "deleted": "deleted removed",
}
_ITEM_OF = by_word(_ITEMS)
_ADS: Mapping[str, str] = {
    "ACTIVE": "active enabled enable eligible serving running on live delivering",
    "PAUSED": "paused disabled removed off archived deleted inactive stopped ended not_delivering",
}
_AD_OF = by_word(_ADS)
_INTERVALS: Mapping[str, str] = {
    "day": "day days daily d",
    "week": "week weeks weekly w",
    "month": "month months monthly m mo",
    "year": "year years yearly annual annually y yr",
}
_INTERVAL_OF = by_word(_INTERVALS)
_STEPS: Sequence[tuple[str, str]] = (
    ("mql", r"\bmql|marketing.?qualified"),
    ("sql", r"\bsql|sales.?qualified"),
    ("book_demo", r"\bdemo|\bbooked|\bbooking|appointment|\bcall scheduled|meeting"),
    ("lead", r"\blead|\bnew\b|inquir|enquir|prospect"),
)
_MOST = 12
_KNOWN_SHARE = 0.6


def word(value: str) -> str:
    """Return a status as the tables have it: `PARTIALLY_REFUNDED`, `partiallyRefunded`: one."""
    return "_".join(tokens(value))


def sale(value: str) -> str | None:
    """Return what an order's status says, None where nothing is known."""
    return _SALE_OF.get(word(value).removeprefix("wc_"))


def item_status(value: str) -> str | None:
    """Return what the API calls the status of a subscription's item."""
    return _ITEM_OF.get(word(value))


def ad_status(value: str) -> str | None:
    """Return what the API calls the status of an ad."""
    return _AD_OF.get(word(value))


def interval(value: str) -> str | None:
    """Return what the API calls an interval."""
    return _INTERVAL_OF.get(word(value))


def step(value: str) -> str:
    """Return the type of event that a stage of a pipeline comes nearest to."""
    found = (kind for kind, pattern in _STEPS if re.search(pattern, value, re.IGNORECASE))
    return next(found, "opportunity")


def is_fulfillment(column: Column) -> bool:
    """Tell whether a column's values are of shipping, and not of payment."""
    return bool(column.counts) and all(word(value) in _FULFILLED for value in column.counts)


def is_status(column: Column) -> bool:
    """Tell whether a column's values are those of a status, of whatever it is."""
    known = _SALE_OF.keys() | _FULFILLED | _ITEM_OF.keys() | _AD_OF.keys()
    return bool(column.counts) and all(word(value) in known for value in column.counts)


def of_sales(columns: Iterable[Column]) -> Column | None:
    """Return the column that says which records are sales: payment's before any other."""
    weighed = [(_weight(column), column) for column in columns]
    best = max(weighed, key=lambda one: one[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _weight(column: Column) -> float:
    """Return how likely a column says what is sold; by its values, whatever it is called."""
    if column.shape not in (Shape.TEXT, Shape.TOKEN) or len(column.counts) > _MOST:
        return 0.0
    if {"fulfillment", "ship"} & {*column.words} or len(column.path) > 1:
        return 0.0
    known = sum(n for value, n in column.counts.items() if sale(value))
    if known < _KNOWN_SHARE * column.counts.total():
        return 0.0
    is_named = bool({"status", "state"} & {*column.words})
    is_of_money = bool({"finance", "payment", "paid"} & {*column.words})
    strange = len({*column.words} - {"status", "state", "finance", "payment", "paid", "order"})
    return 0.3 + 0.5 * is_named + 0.4 * is_of_money - 0.15 * strange


def sales(column: Column) -> dict[str, Counter[str]]:
    """Return a column's values with their counts, by what they say; under "" those not known."""
    found: dict[str, Counter[str]] = {}
    for value, count in column.counts.most_common():
        found.setdefault(sale(value) or "", Counter())[value] = count
    return found
