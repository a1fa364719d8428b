"""Checks the shop by asking it: whether it is seen, its zone, and what it has already."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.commands.check.key import REFUSED
from target_triplewhale.commands.check.queries import Queries, Unanswered, number
from target_triplewhale.commands.check.sent import DAYS, Period, unseen
from target_triplewhale.commands.check.twice import orders_there, same_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_triplewhale.commands.check.connection import Api
    from target_triplewhale.commands.check.mapping import Mapped
    from target_triplewhale.commands.check.queries import Row
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
    for shop in sorted(settings.all_shops):
        queries = Queries(api, shop, is_one_of_many=len(settings.all_shops) > 1)
        try:
            zones = queries.rows(ZONES, last)
        except Unanswered as problem:
            yield _unanswered(problem, queries.shop, scopes)
            continue
        yield ok("shop", f"the key sees {queries.shop}")
        yield zone(zones, settings.timezone)
        if shop in sent:
            yield from orders_there(queries, sent[shop])
            yield from same_ids(queries, sent[shop])


def _unanswered(problem: Unanswered, shop: str, scopes: Scopes) -> Finding:
    if problem.status not in REFUSED:
        return cannot_tell("shop", str(problem))
    if scopes is None or not any(DATA_OUT in scope for scope in scopes):
        return cannot_tell(
            "shop",
            f"the API does not let the key ask {shop} ({problem.status}): it lacks the Data Out "
            "scope, or does not see the shop",
        )
    return to_do(
        "shop",
        f"the API refuses {shop} ({problem.status}): the key's owner cannot see it, or its name "
        "differs from Settings > Store; write it letter for letter",
    )


def zone(rows: Sequence[Row], own: str | None) -> Finding:
    """Compare the shop's zone, as its last orders have it, with the setting."""
    orders = Counter({str(row.get("shop_timezone")): number(row) for row in rows})
    if not orders:
        return cannot_tell("timezone", "the shop has no orders of the last year to tell its zone")
    theirs = orders.most_common(1)[0][0]
    if own is None:
        return ok("timezone", f"the shop's is {theirs}; `timezone` is not set")
    if theirs == own or _hours(theirs) == _hours(own):
        return ok("timezone", f"the shop's is {theirs}, as `timezone` says")
    return to_do(
        "timezone",
        f"the shop's is {theirs}, and `timezone` is another one. It says how the source writes "
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
