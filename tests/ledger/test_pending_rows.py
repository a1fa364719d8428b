"""A record that was read in several rows waits, and is sent again, as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER
from tests.ledger.pending import (
    retried,
    waiting,
)
from tests.whole_runs import Runner, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]
    Serving = Callable[..., Served]


ROUTE = {
    "endpoint": "orders",
    "group_rows": {"by": "number", "into": "rows"},
    "fields": {
        "order_id": "number",
        "created_at": "placed",
        "currency": "currency",
        "customer.id": "number",
        "customer.email": "'ann@example.com'",
        "order_revenue": "price",
        "line_items": "rows[].{name: item, product_id: item, variant_id: item, quantity: qty, "
        "price: price}",
    },
}
SALES = {"sales": ROUTE}
WAY = "sales:orders"


def rows(number: str, *items: str, **changes: Any) -> list[dict[str, Any]]:
    """Return an order's rows, one for each item."""
    head = {"number": number, "placed": "2026-04-03T08:15:00Z", "qty": "1", "price": "1.5"}
    return [
        {"id": f"{number}-{at}", **head, "item": item, **changes} for at, item in enumerate(items)
    ]


def sales(*found: dict[str, Any], keys: tuple[str, ...] = ("id",)) -> list[dict[str, Any]]:
    """Return an export of rows."""
    columns = ("id", "number", "placed", "qty", "price", "item", "currency")
    return [schema("sales", *columns, keys=keys), *records("sales", *found)]


def items(stored: Stored) -> dict[str, list[str]]:
    """Return the items that the sandbox has of each order."""
    return {
        one["order_id"]: [item["name"] for item in one["line_items"]]
        for one in stored("orders_table")
    }


@pytest.mark.parametrize("keys", [("id",), ()])
def test_all_rows_of_a_record_wait_together(
    run: Runner, stored: Stored, keys: tuple[str, ...], ledger_url: str
) -> None:
    """They are sent again as one record, in the order as read."""
    found = [*rows("A", "x", "y", "z"), *rows("B", "x", currency="EUR"), *rows("C", "x", "y")]
    settings: dict[str, Any] = {"ledger_url": ledger_url, "streams": SALES}
    first = run(sales(*found, keys=keys), **settings)
    assert first.counts(WAY) == {"read": 6, "delivered": 1, "rejected": 5}
    assert len(waiting(run, ledger_url)) == 5
    again = run(sales(keys=keys), **settings, currency="EUR")
    assert retried(again) == {WAY: {"read": 5, "delivered": 5}}
    assert items(stored) == {"A": ["x", "y", "z"], "B": ["x"], "C": ["x", "y"]}
    assert waiting(run, ledger_url) == []


def test_a_record_in_rows_is_replaced_as_a_whole(run: Runner, stored: Stored) -> None:
    """A row that is gone from it must not come back."""
    settings: dict[str, Any] = {"ledger_url": LEDGER, "streams": SALES}
    run(sales(*rows("A", "x", "y", "z"), *rows("B", "x", "y")), **settings)
    run(sales(*rows("A", "u", "v"), *rows("B", "x", currency="EUR")), **settings)
    assert [(record["item"], tries) for record, tries in waiting(run)] == [("u", 2), ("v", 2)]
    run(sales(), **settings, currency="EUR")
    assert items(stored) == {"A": ["u", "v"], "B": ["x"]}


def test_no_row_is_lost_where_many_wait(run: Runner, stored: Stored) -> None:
    """They are written some hundreds at a time."""
    settings: dict[str, Any] = {"ledger_url": LEDGER, "streams": SALES}
    found = [row for number in range(450) for row in rows(f"N{number}", "x", "y")]
    run(sales(*found), **settings)
    assert len(waiting(run)) == 900
    run(sales(), **settings, currency="EUR")
    assert set(map(tuple, items(stored).values())) == {("x", "y")}
    assert waiting(run) == []


def test_a_row_that_came_apart_waits_for_its_record(run: Runner, stored: Stored) -> None:
    """Sent alone it would overwrite the whole; the whole, read in one piece, lets it go."""
    settings: dict[str, Any] = {"ledger_url": LEDGER, "streams": SALES, "currency": "EUR"}
    one, two, three = rows("A", "x", "y", "z")
    run(sales(one, *rows("B", "x"), two, three), **settings)
    assert [record["item"] for record, _ in waiting(run)] == ["y", "z"]
    again = run(sales(), **settings)
    assert retried(again) == {WAY: {"read": 2, "rejected": 2}}
    assert items(stored) == {"A": ["x"], "B": ["x"]}
    run(sales(one, two, three), **settings)
    assert waiting(run) == []
    assert items(stored) == {"A": ["x", "y", "z"], "B": ["x"]}


def test_rows_that_are_grouped_otherwise_today_leave_their_old_group(
    run: Runner, stored: Stored
) -> None:
    """The column was the wrong one."""
    wrong = {**ROUTE, "group_rows": {"by": "qty", "into": "rows"}}
    found = [*rows("A", "x", "y"), *rows("B", "x")]
    first = run(sales(*found), ledger_url=LEDGER, streams={"sales": wrong})
    assert first.counts(WAY) == {"read": 3, "rejected": 3}
    again = run(sales(), ledger_url=LEDGER, streams=SALES, currency="EUR")
    assert retried(again) == {WAY: {"read": 3, "delivered": 3}}
    assert items(stored) == {"A": ["x", "y"], "B": ["x"]}
    assert waiting(run) == []
