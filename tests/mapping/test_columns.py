"""A mapping's names find a source's columns, whatever their case, blanks and punctuation."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.mapping.columns import SameName
from tests.mapping.language import ORDER, mapper, orders, refused, sent

SPELLINGS = ["order_total", "Order Total", "orderTotal", "ORDER-TOTAL", "order.total", "ordertotal"]


def renamed(name: str, **more: Any) -> dict[str, Any]:
    """Return an order whose total is in a column of this name."""
    return {**{key: value for key, value in ORDER.items() if key != "total"}, name: "5", **more}


@pytest.mark.parametrize(
    "column", [*SPELLINGS, "\ufeffOrder Total", " order_total\0", "Order/Total:"]
)
@pytest.mark.parametrize("name", ["order_total", '"Order Total"', "orderTotal"])
def test_a_name_finds_its_column_however_either_is_spelled(name: str, column: str) -> None:
    """One mapping serves the CSV header and every tap's way to write it."""
    assert sent(orders({"order_revenue": name}), renamed(column))["order_revenue"] == 5


def test_letters_beyond_ascii_are_letters() -> None:
    """A German header must not lose what tells it from another."""
    names = {"order_revenue": '"Umsatz (€)"', "name": '"größe"', "status": '"GRÖSSE"'}
    found = sent(orders(names), renamed("umsatz_", größe="x", grösse="y"))
    assert (found["order_revenue"], found["name"], found["status"]) == (5, "x", "y")


def test_a_column_that_is_spelled_as_its_name_goes_before_all_others() -> None:
    """So a name can always be made to mean one column."""
    route = orders({"order_revenue": '"Order Total"', "taxes": "order_total"})
    found = sent(route, renamed("Order Total", order_total="7"))
    assert (found["order_revenue"], found["taxes"]) == (5, 7)


def test_two_columns_for_one_name_are_an_error_before_the_first_record() -> None:
    """None of them is more likely, and a wrong one would be sent in silence."""
    route = orders({"order_revenue": "order_total"})
    with pytest.raises(SameName, match="'Order Total' and 'orderTotal'"):
        mapper(route).check_columns(["id", "Order Total", "orderTotal"])
    mapper(route).check_columns(["id", "Order Total", "orderTotal", "order_total"])
    mapper(route).check_columns(["id", "Net Total", "netTotal"])


def test_two_columns_that_differ_in_marks_only_are_an_error_too() -> None:
    """With a byte order mark or without, `id` is one name to every reader of the file."""
    with pytest.raises(SameName):
        mapper(orders()).check_columns(["id", "\ufeffid"])


def test_two_columns_that_no_name_means_are_no_error() -> None:
    """A file may hold what it likes beside what is read."""
    mapper(orders()).check_columns([*ORDER, "Note", "note"])


def test_columns_that_no_schema_names_are_refused_record_by_record() -> None:
    """Taps send columns that their SCHEMA leaves out."""
    route = orders({"order_revenue": "order_total"})
    found = refused(route, renamed("Order Total", orderTotal="7"))
    assert found.code == "TW-ORDERS-ORDER_TOTAL-AMBIGUOUS"


@pytest.mark.parametrize(
    "entry",
    [
        orders(where="stateOf == 'x'"),
        orders(counts={"field": '"State of"', "send": "x"}),
        orders({"status": "join('', [STATE_OF])"}),
    ],
)
def test_names_are_found_in_every_expression(entry: Any) -> None:
    """`where`, `counts` and functions, not only plain fields."""
    assert sent(entry, {**ORDER, "State Of": "x"})["order_id"] == "A-1"


def test_an_events_key_and_properties_are_found_too() -> None:
    """They are names of columns like all others."""
    route = {
        "endpoint": "events",
        "event_key": "deal_id",
        "properties": ["deal_value"],
        "defaults": {"type": "custom", "event_name": "won"},
        "fields": {"profileIdentifiers.email": "mail", "timestamp": "at"},
    }
    event = {"mail": "ann@example.com", "at": 1_767_225_600}
    one = sent(route, {**event, "Deal ID": "7", "Deal Value": 3})
    other = sent(route, {**event, "deal_id": "7", "deal_value": 3})
    assert one == other
    assert other["deal_value"] == 3


def test_names_inside_objects_are_taken_as_they_are() -> None:
    """Only a record's own columns vary from tap to tap; JSON inside them is the API's own."""
    found = mapper(orders({"status": "more.State"})).map({**ORDER, "more": {"state": "x"}}, None)
    assert "status" not in str(getattr(found, "body", b""))


def test_a_column_that_was_read_under_another_spelling_is_not_told_as_unused() -> None:
    """The log would name a column that is in use."""
    route = orders({"order_revenue": "order_total"})
    found = mapper(route).map(renamed("Order Total", Note="x"), None)
    assert getattr(found, "unused", None) == {"Note"}
