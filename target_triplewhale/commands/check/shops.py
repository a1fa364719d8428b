"""Checks each shop by asking it: whether it is seen, its zone, and what it has already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.commands.check.sent import DAYS, Period, unseen
from target_triplewhale.commands.check.shop import Shop
from target_triplewhale.commands.check.twice import orders_there, same_ids
from target_triplewhale.data_out import DataOut, Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.commands.api import Api
    from target_triplewhale.commands.check.mapping import Mapped
    from target_triplewhale.data_out import Rows
    from target_triplewhale.settings import Settings

Scopes = frozenset[str] | None
ZONES = """SELECT shop_timezone, COUNT(*) AS orders FROM orders_table
WHERE event_date BETWEEN @startDate AND @endDate GROUP BY shop_timezone"""
DATA_OUT = "dataout"
NOT_ASKED = (
    "the key has no Data Out scope, so nothing can be asked of the shop. A shop that differs from "
    "Settings > Store, letter for letter, is refused at the first request (403)"
)


def may_ask(scopes: Scopes) -> bool:
    """Tell whether a key may read by SQL; which scopes let it is documented in one place only."""
    return scopes is None or any(not scope.endswith("write") for scope in scopes)


def shops(api: Api, settings: Settings, scopes: Scopes, mapped: Mapped) -> Iterator[Finding]:
    """Yield what is found out of each shop."""
    if not may_ask(scopes):
        yield cannot_tell("shop", NOT_ASKED)
        return
    today = datetime.now(UTC).date()
    last = Period(today - timedelta(DAYS), today)
    sent = mapped.sent
    if sent is None:
        sent = unseen(settings, mapped.routes, last)
    data_out = DataOut(api.post)
    for name in sorted(settings.all_shops):
        shop = Shop(data_out, name, is_one_of_many=len(settings.all_shops) > 1)
        period = last.to(sent[name].period) if name in sent else last
        zones = shop.rows(ZONES, period, {"shop_timezone": str, "orders": int})
        if isinstance(zones, Failure):
            yield _unanswered(zones, shop, scopes)
            continue
        yield _seen(shop, zones, period)
        yield zone(shop, zones, settings.timezone)
        if name in sent:
            yield from orders_there(shop, sent[name])
            yield from same_ids(shop, sent[name])


def _unanswered(failure: Failure, shop: Shop, scopes: Scopes) -> Finding:
    may_read = scopes is not None and any(DATA_OUT in scope for scope in scopes)
    if failure.kind == "shop" or (failure.kind == "scope" and may_read):
        return to_do(
            "TW-API-SHOP-REFUSED",
            "shop",
            f"the API refuses {shop}: the key's owner cannot see it, or its name differs from "
            "Settings > Store; write it letter for letter",
        )
    return cannot_tell("shop", shop.unasked(failure))


def _seen(shop: Shop, rows: Rows, period: Period) -> Finding:
    if rows:
        return ok("shop", f"the key sees {shop} and its orders")
    return cannot_tell(
        "shop",
        f"the API knows no orders of {shop} {period}; compare its name with Settings > "
        "Store, letter for letter",
    )


def zone(shop: Shop, rows: Rows, own: str | None) -> Finding:
    """Compare the shop's zone, as most of its orders have it, with the setting."""
    if not rows:
        return cannot_tell("timezone", f"{shop} has no orders that tell its zone")
    theirs = max(rows, key=itemgetter("orders"))["shop_timezone"]
    if own is None:
        return ok("timezone", f"{shop}'s is {theirs}; `timezone` is not set")
    if theirs == own or _hours(theirs) == _hours(own):
        return ok("timezone", f"{shop}'s is {theirs}, as `timezone` says")
    return to_do(
        "TW-CHECK-TIMEZONE",
        "timezone",
        f"{shop}'s is {theirs}, and `timezone` is another one. It says how the source writes "
        "times without a zone: if they are the shop's own, set it to the shop's",
    )


def _hours(name: str) -> list[timedelta | None]:
    """Return how far a zone is from UTC, in winter and in summer."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return []
    year = datetime.now(UTC).year
    return [datetime(year, month, 15, tzinfo=zone).utcoffset() for month in (1, 4, 7, 10)]
