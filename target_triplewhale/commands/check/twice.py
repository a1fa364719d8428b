"""Looks in the shop for orders that would count twice."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.commands.check.sent import DAYS
from target_triplewhale.commands.text import counted
from target_triplewhale.data_out import Failure
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.commands.check.sent import Order, Sent
    from target_triplewhale.commands.check.shop import Shop
    from target_triplewhale.data_out import Readers, Rows


ASKED = 200
"""Ids in one query."""
EXAMPLES = 3
PLATFORMS = """SELECT platform, COUNT(*) AS orders FROM orders_table
WHERE event_date BETWEEN @startDate AND @endDate GROUP BY platform"""
IDS = """SELECT order_id, created_at, platform, platform_account_id FROM orders_table
WHERE event_date BETWEEN @startDate AND @endDate AND order_id IN ({})"""
UNSPOKEN = ("'", "\\", "@")
"""Signs that mean something in a query, or an e-mail address: such ids are not asked for."""
FARTHEST_ZONE = timedelta(hours=14)


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
    own = {platform.lower() for platform in sent.platforms}
    others = [row for row in rows if row["platform"].lower() not in own]
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
    differing: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        for row in there.get(order.order_id, ()):
            if how := _difference(order, row):
                differing[how].append(order.order_id)
    asked = f"{len(orders):,} looked for are {shop.there}"
    for how, ids in sorted(differing.items()):
        yield to_do("TW-CHECK-IDS-THERE", "order ids", _told(how, ids, asked))
    if not differing:
        known = sum(order.order_id in there for order in orders)
        none = f"none of {len(orders):,} looked for is {shop.there}"
        yield ok(
            "order ids", f"{known:,} of {asked}, just as they would be sent" if known else none
        )


def _told(how: str, ids: Sequence[str], asked: str) -> str:
    examples = ", ".join(map(masked, ids[:EXAMPLES]))
    return (
        f"{len(ids):,} of {asked} {how} ({examples}): they would count "
        "twice. Send them as they are there, or delete those first"
    )


def _can_be_asked(order_id: str) -> bool:
    return order_id.isprintable() and not any(sign in order_id for sign in UNSPOKEN)


def _there(shop: Shop, sent: Sent, orders: Sequence[Order]) -> dict[str, Rows] | Failure:
    """Return the shop's rows of some orders, by their ids; a wrong `created_at` moves a row."""
    found: dict[str, Rows] = defaultdict(list)
    ids = [order.order_id for order in orders]
    for first in range(0, len(ids), ASKED):
        quoted = ", ".join(f"'{one}'" for one in ids[first : first + ASKED])
        rows = shop.rows(IDS.format(quoted), sent.period.wider(DAYS), COLUMNS)
        if isinstance(rows, Failure):
            return rows
        for row in rows:
            found[row["order_id"]].append(row)
    return found


def _difference(order: Order, row: dict[str, Any]) -> str:
    """Say under what else an order is there, if anything that is told differs."""
    told = {
        "under platform {}": (row["platform"], order.platform),
        "under account {}": (row["platform_account_id"], order.account),
    }
    found = [
        how.format(theirs) for how, (theirs, ours) in told.items() if theirs not in (None, ours)
    ]
    if _is_other_time(row["created_at"], order.created_at):
        found.append("with another `created_at`")
    return " and ".join(found)


def _is_other_time(theirs: Any, ours: str) -> bool:
    """Tell whether two times differ; without a zone, only if no zone makes them the same."""
    try:
        told, own = datetime.fromisoformat(str(theirs)), datetime.fromisoformat(ours)
    except ValueError:
        return False
    if told.tzinfo is None:
        return abs(told - own.replace(tzinfo=None)) > FARTHEST_ZONE
    return abs(told - own) >= timedelta(seconds=1)
