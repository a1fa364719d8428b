"""Looks in the shop for orders that would count twice."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.check import doubles
from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.commands.check.sent import DAYS
from target_triplewhale.commands.text import counted
from target_triplewhale.data_out import CUSTOM_PLATFORM, Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.commands.check.sent import Order, Sent
    from target_triplewhale.commands.check.shop import Shop
    from target_triplewhale.data_out import Readers, Rows


ASKED = 100
"""Ids in one query, each in all its spellings."""
EXAMPLES = 3
PLATFORMS = """SELECT platform, COUNT(*) AS orders FROM orders_table
WHERE event_date BETWEEN @startDate AND @endDate GROUP BY platform"""
IDS = """SELECT order_id, created_at, platform, platform_account_id FROM orders_table
WHERE event_date BETWEEN @startDate AND @endDate AND order_id IN ({})"""
UNSPOKEN = ("'", "\\", "@")
"""Signs that mean something in a query, or an e-mail address: such ids are not asked for."""


def _as_it_is(value: Any) -> Any:
    return value


COLUMNS: Readers = {
    "order_id": str,
    "created_at": _as_it_is,
    "platform": _as_it_is,
    "platform_account_id": _as_it_is,
}


def orders_there(shop: Shop, sent: Sent) -> Iterator[Finding]:
    """Count the shop's orders of the period that is to be sent, by platform."""
    rows = shop.rows(PLATFORMS, sent.period, {"platform": str, "orders": int})
    if isinstance(rows, Failure):
        yield cannot_tell("orders", shop.unasked(rows))
        return
    own = {*sent.platforms, CUSTOM_PLATFORM}
    others = [row for row in rows if row["platform"] not in own]
    for row in sorted(others, key=itemgetter("platform")):
        yield to_do(
            "TW-CHECK-ORDERS-THERE",
            "orders",
            f"{shop} already has {counted(row['orders'], 'order')} from {row['platform']} "
            f"{sent.period}: these would count twice. Leave out what is the same sale; what it "
            "lacks goes to `orders_enrichment`",
        )
    if not others:
        total = sum(row["orders"] for row in rows)
        orders = f"{counted(total, 'order')}, all of this platform," if total else "no orders"
        yield ok("orders", f"{shop} has {orders} {sent.period}")


def same_ids(shop: Shop, sent: Sent) -> Iterator[Finding]:
    """Look for some of the orders that are to be sent, under another identity."""
    orders = [order for order in sent.some if _can_be_asked(order.order_id)]
    if not orders:
        return
    there = _there(shop, sent, orders)
    if isinstance(there, Failure):
        yield cannot_tell("order ids", shop.unasked(there))
        return
    differing, twice = doubles.differing(orders, there), doubles.twice(orders, there)
    asked = f"{len(orders):,} looked for are {shop.there}"
    for how, ids in sorted(differing.items()):
        yield to_do("TW-CHECK-IDS-THERE", "order ids", _told(how, ids, asked))
    if twice:
        yield to_do("TW-CHECK-IDS-TWICE", "order ids", _told_twice(twice, asked))
    if not differing and not twice:
        known = sum(order.order_id in there for order in orders)
        none = f"none of {len(orders):,} looked for is {shop.there}"
        yield ok(
            "order ids", f"{known:,} of {asked}, just as they would be sent" if known else none
        )


def _told(how: str, ids: Sequence[str], asked: str) -> str:
    return (
        f"{len(ids):,} of {asked} {how} ({_examples(ids)}): they would count "
        "twice. Send them as they are there, or delete those first"
    )


def _told_twice(ids: Sequence[str], asked: str) -> str:
    return (
        f"{len(ids):,} of {asked} more than once, alike in all that is told ({_examples(ids)}): "
        "they count twice. Another `platform`, or another spelling of `created_at`, makes another "
        "order, and neither is told"
    )


def _examples(ids: Sequence[str]) -> str:
    return ", ".join(ids[:EXAMPLES])


def _can_be_asked(order_id: str) -> bool:
    return order_id.isprintable() and not any(sign in order_id for sign in UNSPOKEN)


def _there(shop: Shop, sent: Sent, orders: Sequence[Order]) -> dict[str, Rows] | Failure:
    """Return the shop's rows of some orders, by their ids; a wrong `created_at` moves a row."""
    found: dict[str, Rows] = defaultdict(list)
    ids = [order.order_id for order in orders]
    for first in range(0, len(ids), ASKED):
        some = ids[first : first + ASKED]
        spelled = dict.fromkeys(one for own in some for one in (own, *doubles.respelled(own)))
        quoted = ", ".join(f"'{one}'" for one in spelled)
        rows = shop.rows(IDS.format(quoted), sent.period.wider(DAYS), COLUMNS)
        if isinstance(rows, Failure):
            return rows
        for row in rows:
            found[row["order_id"]].append(row)
    return found
