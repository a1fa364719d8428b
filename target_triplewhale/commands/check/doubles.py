"""Compares orders that are to be sent with those of a shop: which would count twice, which do."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from target_triplewhale.data_out import CUSTOM_PLATFORM
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from target_triplewhale.commands.check.sent import Order
    from target_triplewhale.data_out import Rows

    There = Mapping[str, Rows]
    """The shop's rows by their order ids."""

FARTHEST_ZONE = timedelta(hours=14)
SHOPIFY = "gid://shopify/Order/"


def differing(orders: Iterable[Order], there: There) -> dict[str, list[str]]:
    """Return how orders are there under another identity, each with the names of such orders."""
    found: dict[str, list[str]] = defaultdict(list)
    for order in orders:
        for row in _rows(order, there):
            if how := _difference(order, row):
                found[how].append(_named(order, row))
    return found


def twice(orders: Iterable[Order], there: There) -> list[str]:
    """Return the names of orders that are there more than once, alike in all that is told."""
    return [
        masked(order.order_id)
        for order in orders
        if sum(not _difference(order, row) for row in _rows(order, there)) > 1
    ]


def respelled(order_id: str) -> list[str]:
    """Return how another sender may spell an id: `#1001`, `1001.0`, another case, and so on."""
    bare = order_id.removeprefix("#")
    found = [f"{sign}{one}" for one in (bare, bare.lower(), bare.upper()) for sign in ("", "#")]
    found += [f"{bare}.0", f"{SHOPIFY}{bare}"]
    if bare.isdecimal():
        found.append(bare.lstrip("0") or "0")
    return [one for one in dict.fromkeys(found) if one and one != order_id]


def _rows(order: Order, there: There) -> Iterator[dict[str, Any]]:
    """Yield an order's rows; under another spelling only one of the same moment is the same."""
    yield from there.get(order.order_id, ())
    for other in respelled(order.order_id):
        for row in there.get(other, ()):
            if not _is_other_time(row["created_at"], order.created_at):
                yield row


def _named(order: Order, row: Mapping[str, Any]) -> str:
    """Name an order, and what it is called in the shop where that is something else."""
    own, theirs = masked(order.order_id), masked(row["order_id"])
    return own if row["order_id"] == order.order_id else f"{own} as {theirs}"


def _difference(order: Order, row: Mapping[str, Any]) -> str:
    """Say under what else an order is there, if anything that is told differs."""
    found = []
    if row["platform"] not in (None, order.platform, CUSTOM_PLATFORM):
        found.append(f"under platform {row['platform']}")
    if row["platform_account_id"] not in (None, order.account):
        found.append(f"under account {row['platform_account_id']}")
    if row["order_id"] != order.order_id:
        found.append("under another spelling of the id")
    if _is_other_time(row["created_at"], order.created_at):
        found.append("with another `created_at`")
    return " and ".join(found)


def _is_other_time(theirs: Any, ours: str) -> bool:
    """Tell whether two times differ; without a zone, only if no zone makes them the same.

    Where whole seconds are told, they may be all that is told.
    """
    try:
        told, own = datetime.fromisoformat(str(theirs)), datetime.fromisoformat(ours)
    except ValueError:
        return False
    if told.tzinfo is None:
        return abs(told - own.replace(tzinfo=None)) > FARTHEST_ZONE
    return abs(told - own) >= timedelta(milliseconds=1 if told.microsecond else 1000)
