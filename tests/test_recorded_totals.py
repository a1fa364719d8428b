"""What arrived is what the sources say, read by other means than the target's."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest

from tests.recorded import Replayed, expected
from tests.sources.happenings import HAPPENED, Happening
from tests.sources.names import IDS
from tests.sources.sales import SALES, Sale, totals
from tests.sources.spend import SPENT, Spend

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Replay = Callable[[str], Replayed]

NAMED_BY = {
    "customers": "customer_id",
    "products": "product_id",
    "subscriptions": "subscription_id",
}
PIECES = [(name, endpoint) for name, kinds in IDS.items() for endpoint in kinds]


@pytest.fixture
def files(shared: Path) -> Path:
    """The folder of all sources."""
    return shared / "data" / "files"


@pytest.mark.parametrize("name", SALES)
def test_sales_add_up_to_those_of_the_source_to_the_cent(
    name: str, replay: Replay, files: Path
) -> None:
    """Orders, revenue by currency, line items, quantities, refunds."""
    sent = [_sale(body) for body in replay(name).stored("orders")]
    assert totals(sent) == totals(SALES[name](files))


@pytest.mark.parametrize("name", SALES)
def test_each_sale_is_that_of_the_source(name: str, replay: Replay, files: Path) -> None:
    """A sum may be right while one order has another's money."""
    by_id = attrgetter("order_id")
    sent = [_sale(body) for body in replay(name).stored("orders")]
    assert sorted(sent, key=by_id) == sorted(SALES[name](files), key=by_id)


@pytest.mark.parametrize(("name", "endpoint"), PIECES)
def test_nobody_and_nothing_is_lost_or_added(
    name: str, endpoint: str, replay: Replay, files: Path
) -> None:
    """Each customer, product and subscription of the source is there, once."""
    sent = [body[NAMED_BY[endpoint]] for body in replay(name).stored(endpoint)]
    assert sorted(sent) == sorted(IDS[name][endpoint](files))


@pytest.mark.parametrize("name", SPENT)
def test_spend_is_that_of_the_report(name: str, replay: Replay, files: Path) -> None:
    """`1,010.00` is one thousand and ten, a total is no campaign, a million millionths are one."""
    sent = [_spend(body) for body in replay(name).stored("ads")]
    assert sorted(sent) == sorted(SPENT[name](files))


@pytest.mark.parametrize("name", HAPPENED)
def test_events_happened_to_whom_the_source_says(name: str, replay: Replay, files: Path) -> None:
    """An event cannot be taken back: one too many stays for ever."""
    sent = [_happening(body) for body in replay(name).stored("events")]
    assert sorted(sent) == sorted(HAPPENED[name](files))


def test_prices_are_those_of_the_source(replay: Replay) -> None:
    """A price that goes to another product is sold at for ever."""
    ran = replay("tap-csv__northwind")
    sent = {one["product_id"]: one["variants"][0] for one in ran.stored("products")}
    assert {name: _exact(one["variant_price"]) for name, one in sent.items()} == {
        row["product_id"]: Decimal(row["unit_price"])
        for row in ran.source.records("northwind_products")
    }


def test_every_file_that_delivers_is_added_up() -> None:
    """A preset that is added later must show that it keeps the totals."""
    for endpoint, known in (("orders", SALES), ("ads", SPENT), ("events", HAPPENED)):
        assert _delivering(endpoint) == set(known), endpoint
    for endpoint in NAMED_BY:
        assert _delivering(endpoint) == {name for name, one in PIECES if one == endpoint}, endpoint


def _delivering(endpoint: str) -> set[str]:
    return {
        name
        for name, streams in expected().items()
        if any("delivered" in routes.get(endpoint, {}) for routes in streams.values())
    }


def _exact(number: float | str) -> Decimal:
    """Return the number as it was sent, without what its binary form adds."""
    return Decimal(str(number))


def _sale(order: dict[str, Any]) -> Sale:
    lines = [(_exact(one["quantity"]), _exact(one["price"])) for one in order.get("line_items", [])]
    refunds = [_exact(one["total_refund"]) for one in order.get("refunds", [])]
    revenue = _exact(order["order_revenue"])
    return Sale(order["order_id"], order["currency"], revenue, tuple(lines), tuple(refunds))


def _spend(ad: dict[str, Any]) -> Spend:
    named = [_exact(ad["metrics"][name]) for name in ("spend", "impressions", "clicks")]
    return Spend(ad["channel"], ad["event_date"], ad["currency"], *named)


def _happening(event: dict[str, Any]) -> Happening:
    known = event["profileIdentifiers"]
    who = known.get("externalId") or known["email"]
    return Happening(event.get("event_name", event["type"]), who, _exact(event.get("amount", 0)))
