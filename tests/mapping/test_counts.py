"""What counts as an order: the table of `counts`, and what is warned of without one."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.mapping.counting import Undeclared
from target_triplewhale.mapping.mapper import Mapped, Unmappable
from target_triplewhale.outcomes import Filtered
from tests.mapping.language import ORDER, STREAM, complaints, mapper, orders, refused, told
from tests.whole_runs import order

TABLE = {"field": "state", "send": ["Paid", "partly paid"], "void": "void", "filter": ["open", ""]}


def ends(value: Any, table: Any = TABLE, **more: Any) -> type:
    """Return how an order in a state ends."""
    found = mapper(orders(counts=table)).map({**ORDER, "state": value, **more}, None)
    return type(found)


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("paid", Mapped),
        (" PAID ", Mapped),
        ("Partly Paid", Mapped),
        ("open", Filtered),
        ("void", Filtered),
        ("", Filtered),
        (None, Filtered),
        (" ", Filtered),
        ("chargeback", Unmappable),
        ("paid2", Unmappable),
        (["paid"], Unmappable),
        ({}, Unmappable),
        (0, Unmappable),
        (False, Unmappable),
    ],
)
def test_the_table_decides_and_what_it_does_not_name_is_a_reject(value: Any, end: type) -> None:
    """A status is never guessed from another that is like it."""
    assert ends(value) is end


def test_a_value_that_is_not_named_is_a_reject_that_says_so() -> None:
    """The next step is to name it."""
    found = refused(orders(counts=TABLE), {**ORDER, "state": "chargeback"})
    assert found.code == "TW-ORDERS-COUNTS-UNKNOWN_VALUE"
    assert "name it" in told(found)


def test_a_column_that_is_not_there_is_empty() -> None:
    """So a table without an empty value rejects all, rather than send all, if it is misspelled."""
    assert isinstance(mapper(orders(counts=TABLE)).map(ORDER, None), Filtered)
    strict = {"field": "staet", "send": "paid"}
    assert isinstance(
        mapper(orders(counts=strict)).map({**ORDER, "state": "paid"}, None), Unmappable
    )


@pytest.mark.parametrize(
    ("named", "value"),
    [
        (True, True),
        (True, "true"),
        ("true", True),
        (False, "FALSE"),
        (1, 1.0),
        (1, "1"),
        ("1", 1),
        (None, ""),
        ("", None),
    ],
)
def test_values_match_whatever_type_yaml_or_the_tap_gives_them(named: Any, value: Any) -> None:
    """`send: [true]` is meant for a column of texts as well."""
    assert ends(value, {"field": "state", "send": [named], "filter": "other"}) is Mapped


def test_the_field_may_be_an_expression() -> None:
    """A test order is told by another column than its status."""
    table = {"field": "(test == 'yes' && 'test') || state", "send": "paid", "filter": "test"}
    assert ends("paid", table) is Mapped
    assert ends("paid", table, test="yes") is Filtered


def test_an_expression_that_fails_is_a_reject() -> None:
    """Never a sale that nobody declared."""
    table = {"field": "abs(state)", "send": "1"}
    assert refused(orders(counts=table), {**ORDER, "state": "x"}).code.startswith("TW-ORDERS-COUNT")


def test_what_where_leaves_out_needs_no_place_in_the_table() -> None:
    """`where` comes first."""
    route = orders(where="state != 'odd'", counts=TABLE)
    assert isinstance(mapper(route).map({**ORDER, "state": "odd"}, None), Filtered)


@pytest.mark.parametrize("fields", [{}, {"fields": {"*": "@"}}])
def test_a_column_that_says_which_are_orders_is_used(fields: dict[str, Any]) -> None:
    """The log must not say of it, or of one of `where`, that no route uses it."""
    choice = {"counts": {"field": "state", "send": "paid"}, "where": "Kind == 'web'"}
    record = order(1, State="paid", kind="web", plan="gold")
    found = mapper({"endpoint": "orders", **choice, **fields}).map(record, None)
    assert isinstance(found, Mapped)
    assert found.unused == {"plan"}


def test_an_order_that_is_left_out_needs_to_be_valid_in_nothing() -> None:
    """Drafts are full of holes, and no reject should tell of them."""
    found = mapper(orders(counts=TABLE)).map({"state": "open"}, None)
    assert isinstance(found, Filtered)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"field": "state", "sned": "paid"}, "unknown key `sned` (did you mean `send`?)"),
        ({"field": "state", "send": "a", "filter": ["A"]}, "names one value under filter"),
        ({"field": "state", "send": [None], "filter": ""}, "names one value under filter"),
        ({"field": "state"}, "names no values under send, void, filter"),
        ({"field": "state", "send": []}, "names no values under"),
        ({"send": "paid"}, "counts.field: must be text"),
        ({"field": "a b", "send": "paid"}, "counts.field: is no JMESPath expression"),
        ({"field": "state", "send": {"paid": True}}, "must be a value, or a list of values"),
        ({"field": "state", "send": [["paid"]]}, "must be a value, or a list of values"),
        ("state", "must be an object"),
        ([], "must be an object"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_before_the_first_record(table: Any, said: str) -> None:
    """Each sentence names the entry."""
    found = complaints({STREAM: orders(counts=table)})
    assert any(said in one and one.startswith(f"streams.{STREAM}") for one in found), found


def test_without_a_table_the_statuses_seen_are_gathered() -> None:
    """Columns whose names often tell that an order is none, in whatever spelling."""
    seen = Undeclared()
    for state, cancelled in [("paid", ""), ("paid", "2026-03-04"), ("open", None)]:
        seen.look({"Financial Status": state, "cancelledAt": cancelled, "Other": "x"})
    assert str(seen) == "Financial Status: paid (2), open (1); cancelledAt: empty (2), set (1)"


def test_nothing_is_told_where_no_column_tells() -> None:
    """A warning that is not meant makes others unread."""
    seen = Undeclared()
    seen.look({"order_id": "1", "status_url": "x", "latest": True})
    assert not str(seen)


def test_a_nested_status_is_told_without_what_is_in_it() -> None:
    """It may hold anything."""
    seen = Undeclared()
    seen.look({"status": {"mail": "ann@example.com"}, "test": True})
    assert str(seen) == "status: nested (1); test: true (1)"


def test_a_record_that_the_table_does_not_name_is_told_by_its_id() -> None:
    """Else a user would have to look for it in the rejects file."""
    found = mapper(orders(counts=TABLE)).map({**ORDER, "state": "chargeback"}, None)
    assert isinstance(found, Unmappable)
    assert found.known["order_id"] == ORDER["id"]
