"""Rows of one order become one record: which belong together, and what it gets of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.entries import Choices
from target_triplewhale.mapping.columns import SameName
from target_triplewhale.mapping.grouping import (
    MISSING,
    MOST_ROWS,
    SCATTERED,
    TOO_LONG,
    Group,
    Grouping,
    Groups,
    Ungroupable,
)
from target_triplewhale.routes import Routes
from tests.mapping.language import STREAM, sent

if TYPE_CHECKING:
    from collections.abc import Iterable

Rows = Groups[int]


def groups(by: str = "name", *names: str, is_by_name: bool = False) -> Rows:
    """Return an empty grouping of rows, known by their numbers."""
    return Groups(Grouping(by, "line_items"), names, is_by_name=is_by_name)


def grouped(found: Rows, rows: Iterable[dict[str, Any]]) -> list[Group[int]]:
    """Return the groups that rows make."""
    ended = [found.add(row, number) for number, row in enumerate(rows)]
    return [one for one in (*ended, found.end()) if one]


def ungroupable(found: Rows, row: dict[str, Any], **more: Any) -> Ungroupable:
    """Return why a row belongs to no group."""
    with pytest.raises(Ungroupable) as caught:
        found.add(row, 0, **more)
    return caught.value


@given(st.lists(st.integers(1, 5), max_size=8))
def test_rows_one_after_another_with_one_value_are_one_group(sizes: list[int]) -> None:
    """Each in its order, and none twice."""
    rows = [{"name": f"A-{n}", "sku": i} for n, size in enumerate(sizes) for i in range(size)]
    found = grouped(groups(), rows)
    assert [len(one.rows) for one in found] == sizes
    assert [row for one in found for row in one.rows] == list(range(len(rows)))
    assert [row for one in found for row in one.record["line_items"]] == rows


def test_a_column_has_the_first_value_that_any_row_gives_it() -> None:
    """Exports fill an order's columns on its first row, a few on a later one."""
    rows: list[dict[str, Any]] = [
        {"name": "1", "total": "5", "note": "", "tag": None, "sku": "a"},
        {"name": "1", "total": "", "note": "x", "tag": "\0", "sku": "b"},
        {"name": "1", "total": "9", "note": "y", "tag": 0, "sku": "c"},
    ]
    (found,) = grouped(groups(), rows)
    assert {key: found.record[key] for key in ("total", "note", "tag", "sku")} == {
        "total": "5",
        "note": "x",
        "tag": 0,
        "sku": "a",
    }


def test_a_value_that_comes_back_is_refused_and_leaves_the_open_group_alone() -> None:
    """Sent now, a part would overwrite the whole."""
    found = groups()
    for number, name in enumerate("aab"):
        found.add({"name": name}, number)
    refusal = ungroupable(found, {"name": "a"})
    assert (refusal.kind, refusal.key) == (SCATTERED, "a")
    assert "overwrite" in str(refusal)
    found.add({"name": "b"}, 4)
    ended = found.end()
    assert ended is not None
    assert ended.rows == [2, 4]


def test_a_row_that_was_scattered_once_is_so_again() -> None:
    """Sent again from a rejects file it is alone, and still a part."""
    assert ungroupable(groups(), {"name": "a"}, is_scattered=True).kind == SCATTERED


@pytest.mark.parametrize("row", [{}, {"name": None}, {"name": ""}, {"name": " "}, {"name": "\0"}])
def test_a_row_without_the_value_is_refused(row: dict[str, Any]) -> None:
    """Nothing says where it belongs; the group before it stays open."""
    found = groups()
    found.add({"name": "a"}, 0)
    assert ungroupable(found, row).kind == MISSING
    assert found.last_row == 0


def test_one_value_has_one_spelling() -> None:
    """A tap may guess its types row by row."""
    (found,) = grouped(groups(), [{"name": one} for one in (7, 7.0, " 7", "7 ")])
    assert (found.key, len(found.rows)) == ("7", 4)


def test_values_that_differ_in_case_are_two_groups() -> None:
    """Ids may."""
    assert len(grouped(groups(), [{"name": "a"}, {"name": "A"}])) == 2


@pytest.mark.parametrize("column", ["Order Name", "order_name", "orderName", "\ufefforder name"])
def test_the_column_is_found_whatever_its_spelling(column: str) -> None:
    """Rows have their columns under the mapping's names too, as `fields` knows them."""
    found = groups("order_name", "lineitem_sku")
    rows = [{column: "1", "Lineitem SKU": "a"}, {column: "1", "Lineitem SKU": "b"}]
    (group,) = grouped(found, rows)
    assert [row["lineitem_sku"] for row in group.record["line_items"]] == ["a", "b"]


def test_two_columns_for_the_name_are_refused() -> None:
    """Neither is likelier."""
    with pytest.raises(SameName):
        groups("order_name").add({"Order Name": "1", "orderName": "2"}, 0)


def test_a_group_without_an_end_is_ended_and_its_further_rows_are_refused() -> None:
    """The column to group by is the wrong one, and memory is not without end."""
    found = groups()
    for number in range(MOST_ROWS - 1):
        assert found.add({"name": "a"}, number) is None
    ended = found.add({"name": "a"}, MOST_ROWS)
    assert ended is not None
    assert ended.is_too_long
    assert ungroupable(found, {"name": "a"}).kind == TOO_LONG
    assert found.add({"name": "b"}, 0) is None


def test_by_name_columns_of_a_row_are_told_by_their_beginning() -> None:
    """`Lineitem name` is an item's, `Name` the order's."""
    rows = [
        {"Name": "1", "Lineitem name": "Mug", "Lineitem quantity": 1, "lineitem_sku": "a"},
        {"Name": "1", "Lineitem name": "Pot", "Lineitem quantity": 2, "lineitem_sku": "b"},
    ]
    (found,) = grouped(groups("name", is_by_name=True), rows)
    assert found.record == {
        "Name": "1",
        "line_items": [
            {"name": "Mug", "quantity": 1, "sku": "a"},
            {"name": "Pot", "quantity": 2, "sku": "b"},
        ],
    }


def test_the_row_that_another_joined_is_known() -> None:
    """A STATE between the two is not true yet."""
    found = groups()
    joined = []
    for number, name in enumerate("aabbb"):
        found.add({"name": name}, number)
        joined.append(found.joined)
    assert joined == [None, 0, None, 2, 3]


ITEM = "{id: ref, name: item, price: price, quantity: n, product_id: item, variant_id: item}"
ROUTE = {
    "endpoint": "orders",
    "group_rows": {"by": "no", "into": "rows"},
    "fields": {
        "order_id": "no",
        "created_at": "at",
        "order_revenue": "total",
        "customer.id": "mail",
        "customer.email": "mail",
        "line_items": f"rows[].{ITEM}",
    },
}
HEAD = {"no": "7", "at": "2026-04-03T08:15:00Z", "total": 30, "mail": "ann@example.com"}


def body(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the order that rows become."""
    route = {**ROUTE, **changes}
    (made,) = Routes(Choices({STREAM: route})).of(STREAM)
    assert made.recipe.group_rows
    found: Rows = Groups(
        made.recipe.group_rows, made.recipe.columns, is_by_name=made.recipe.fields is None
    )
    (group,) = grouped(found, rows)
    return sent(route, group.record)


def test_line_items_without_an_id_get_the_orders_with_their_position() -> None:
    """The same ones at every run; equal items stay two, for in real exports they are."""
    row = {"item": "Mug", "price": 10, "n": 1}
    items = body({**HEAD, **row}, {"no": "7", **row}, {"no": 7, **row, "ref": "own"})["line_items"]
    assert [one["id"] for one in items] == ["7-1", "7-2", "own"]


def test_rows_by_name_make_an_order_too() -> None:
    """The best known export needs no `fields` for its items."""
    row = {
        "lineitem_name": "Mug",
        "lineitem_price": "9.99",
        "lineitem_quantity": 1,
        "lineitem_product_id": "M",
        "lineitem_variant_id": "M",
    }
    head = {
        "order_id": "7",
        "created_at": "2026-04-03T08:15:00Z",
        "order_revenue": "19.98",
        "email": "ann@example.com",
        "customer_id": "C",
    }
    entry = {"endpoint": "orders", "group_rows": {"by": "order_id", "into": "line_items"}}
    (route,) = Routes(Choices({STREAM: entry})).of(STREAM)
    assert route.recipe.group_rows
    found: Rows = Groups(route.recipe.group_rows, route.recipe.columns, is_by_name=True)
    (group,) = grouped(found, [{**head, **row}, {"order_id": "7", **row}])
    items = sent(entry, group.record)["line_items"]
    assert [(one["id"], one["name"]) for one in items] == [("7-1", "Mug"), ("7-2", "Mug")]


def test_names_in_rows_match_whatever_their_spelling() -> None:
    """Inside the list as well as on the order."""
    found = body(
        {**HEAD, "Item": "Mug", "PRICE": 10, "N": 1},
        {"no": "7", "Item": "Pot", "PRICE": 20, "N": 2},
    )
    assert [(one["name"], one["quantity"]) for one in found["line_items"]] == [
        ("Mug", 1),
        ("Pot", 2),
    ]
