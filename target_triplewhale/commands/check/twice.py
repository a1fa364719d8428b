"""Looks in the shop for orders that would count twice."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.commands.check.queries import Unanswered, number
from target_triplewhale.commands.check.sent import DAYS
from target_triplewhale.commands.text import counted
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.commands.check.queries import Queries, Row
    from target_triplewhale.commands.check.sent import Order, Sent

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


def orders_there(queries: Queries, sent: Sent) -> Iterator[Finding]:
    """Count the shop's orders of the period that is to be sent, by platform."""
    try:
        rows = queries.rows(PLATFORMS, sent.period)
    except Unanswered as problem:
        yield cannot_tell("orders", str(problem))
        return
    own = {platform.lower() for platform in sent.platforms}
    found = {str(row.get("platform")): number(row) for row in rows}
    others = {name: orders for name, orders in found.items() if name.lower() not in own}
    for name, theirs in sorted(others.items()):
        yield to_do(
            "orders",
            f"{queries.shop} already has {counted(theirs, 'order')} from {name} {sent.period}: "
            "these would count twice. Leave out what is the same sale; what it lacks goes to "
            "`orders_enrichment`",
        )
    if not others:
        total = sum(found.values())
        orders = f"{counted(total, 'order')}, all of this platform," if total else "no orders"
        yield ok("orders", f"{queries.shop} has {orders} {sent.period}")


def same_ids(queries: Queries, sent: Sent) -> Iterator[Finding]:
    """Look for some of the orders that are to be sent, under another identity."""
    orders = [order for order in sent.some if _can_be_asked(order.order_id)]
    if not orders:
        return
    try:
        there = _there(queries, sent, orders)
    except Unanswered as problem:
        yield cannot_tell("order ids", str(problem))
        return
    differing: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        for row in there.get(order.order_id, ()):
            if how := _difference(order, row):
                differing[how].append(order.order_id)
    for how, ids in sorted(differing.items()):
        yield to_do("order ids", _told(how, ids, len(orders)))
    if not differing:
        known = sum(order.order_id in there for order in orders)
        told = f"{known:,} of {len(orders):,} looked for are there, just as they would be sent"
        yield ok("order ids", told if known else f"none of {len(orders):,} looked for is there")


def _told(how: str, ids: Sequence[str], asked: int) -> str:
    examples = ", ".join(map(masked, ids[:EXAMPLES]))
    return (
        f"{len(ids):,} of {asked:,} looked for are there {how} ({examples}): they would count "
        "twice. Send them as they are there, or delete those first"
    )


def _can_be_asked(order_id: str) -> bool:
    return order_id.isprintable() and not any(sign in order_id for sign in UNSPOKEN)


def _there(queries: Queries, sent: Sent, orders: Sequence[Order]) -> dict[str, list[Row]]:
    """Return the shop's rows of some orders, by their ids; a wrong `created_at` moves a row."""
    found: dict[str, list[Row]] = defaultdict(list)
    ids = [order.order_id for order in orders]
    for first in range(0, len(ids), ASKED):
        quoted = ", ".join(f"'{one}'" for one in ids[first : first + ASKED])
        for row in queries.rows(IDS.format(quoted), sent.period.wider(DAYS)):
            found[str(row.get("order_id"))].append(row)
    return found


def _difference(order: Order, row: Row) -> str:
    """Say under what else an order is there, if anything that is told differs."""
    told = {
        "under platform {}": (row.get("platform"), order.platform),
        "under account {}": (row.get("platform_account_id"), order.account),
    }
    found = [
        how.format(theirs) for how, (theirs, ours) in told.items() if theirs not in (None, ours)
    ]
    if _is_other_time(row.get("created_at"), order.created_at):
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
