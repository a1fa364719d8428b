"""Refunds without an id or a date are the same ones at every run."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.mapping.language import ORDER, orders, refused, sent

CREATED = "2026-03-04T05:06:07.000Z"
ONE = orders({"refunds": "[{total_refund: back, refunded_at: on, refund_id: ref}]"})
MANY = orders({"refunds": "refunds"})


def refunds(entry: Any, **columns: Any) -> Any:
    """Return an order's refunds."""
    return sent(entry, {**ORDER, **columns}).get("refunds")


@pytest.mark.parametrize("empty", [None, "", " "])
def test_an_only_refund_is_named_and_dated_after_its_order(empty: Any) -> None:
    """So one that grows overwrites itself, whenever the run is."""
    for back in ("5.00", "7.50"):
        (refund,) = refunds(ONE, back=back, on=empty, ref=empty)
        assert refund == {
            "refund_id": "A-1-refund",
            "refunded_at": CREATED,
            "total_refund": Decimal(back),
        }


def test_what_the_source_says_itself_is_kept() -> None:
    """Its own id and its own date."""
    (refund,) = refunds(ONE, back=5, on="2026-04-01T00:00:00Z", ref="R-9")
    assert (refund["refund_id"], refund["refunded_at"]) == ("R-9", "2026-04-01T00:00:00.000Z")
    (dated,) = refunds(ONE, back=5, on="2026-04-01T00:00:00Z")
    assert (dated["refund_id"], dated["refunded_at"][:10]) == ("A-1-refund", "2026-04-01")


@pytest.mark.parametrize("known", ["6798481555703", "'6798481555703", 6798481555703.0])
def test_a_refund_is_named_as_its_order_is_spelled(known: Any) -> None:
    """Whatever a spreadsheet does to the id, the refund stays the same one."""
    (refund,) = refunds(ONE, id=known, back=5)
    assert refund["refund_id"] == "6798481555703-refund"


@pytest.mark.parametrize("nothing", [0, "0", "0.00", "0,00", "$0.00", 0.0, -0.0, "", None, "-0"])
def test_a_refund_of_nothing_is_none(nothing: Any) -> None:
    """Exports write a zero into every order that was never refunded."""
    assert refunds(ONE, back=nothing) is None


def test_a_refund_of_nothing_that_tells_more_is_one() -> None:
    """Items that went back without money are told, and a void refund is."""
    assert refunds(ONE, back=0, ref="R-9")[0]["total_refund"] == 0
    (void,) = refunds(MANY, refunds=[{"refund_id": "R", "total_refund": 0, "void": True}])
    assert void["void"] is True


def test_of_several_refunds_those_of_nothing_are_none_and_the_one_left_is_named() -> None:
    """It is the order's only one."""
    (refund,) = refunds(MANY, refunds=[{"total_refund": "0"}, {"total_refund": "3"}])
    assert (refund["refund_id"], refund["total_refund"]) == ("A-1-refund", 3)


def test_several_refunds_without_an_id_are_a_reject() -> None:
    """Numbered, a later one would move into the place of another."""
    several = [{"total_refund": 1}, {"total_refund": 2}]
    found = refused(MANY, {**ORDER, "refunds": several})
    assert found.code == "TW-ORDERS-REFUNDS_REFUND_ID-MISSING"


def test_several_refunds_with_ids_are_each_dated() -> None:
    """Only the date of each is filled in, where it lacks."""
    several = [
        {"refund_id": "1", "total_refund": 1},
        {"refund_id": "2", "total_refund": 2, "refunded_at": "2026-04-01T00:00:00Z"},
    ]
    found = refunds(MANY, refunds=several)
    assert [one["refunded_at"][:10] for one in found] == ["2026-03-04", "2026-04-01"]


def test_a_refund_without_an_amount_is_a_reject() -> None:
    """How much went back is the one thing that cannot be filled in."""
    found = refused(ONE, {**ORDER, "ref": "R-9"})
    assert found.code == "TW-ORDERS-REFUNDS_TOTAL_REFUND-MISSING"


@pytest.mark.parametrize("back", ["abc", "1,234", True, [], {"a": 1}])
def test_a_refund_whose_amount_cannot_be_read_is_a_reject(back: Any) -> None:
    """It is not taken for nothing."""
    assert refused(ONE, {**ORDER, "back": back}).code.startswith("TW-ORDERS-REFUNDS_TOTAL_REFUND")


def test_a_refund_in_minor_units_of_nothing_is_none() -> None:
    """Units are brought to the currency's own before that is asked."""
    entry = {**ONE, "minor_units": ["refunds.total_refund"]}
    assert refunds(entry, back="0") is None
    assert refunds(entry, back=250)[0]["total_refund"] == Decimal("2.5")


def test_an_order_without_an_id_names_no_refund() -> None:
    """`None-refund` would be the name of very many."""
    route = orders({"refunds": "[{total_refund: back}]"})
    found = refused(route, {**ORDER, "id": "", "back": 5})
    assert {reason.field for reason in found.reasons} >= {"order_id", "refunds.0.refund_id"}


def test_the_record_stays_as_it_was_read() -> None:
    """Two routes may read it."""
    record = {**ORDER, "refunds": [{"total_refund": 1}]}
    sent(MANY, record)
    assert record["refunds"] == [{"total_refund": 1}]


def test_refunds_by_name_are_named_and_dated_too() -> None:
    """Also on the short way that documented records take."""
    order = {
        "order_id": 7,
        "created_at": "2026-03-04T05:06:07Z",
        "customer": {"id": "1", "email": "ann@example.com"},
        "order_revenue": 10,
        "refunds": [{"total_refund": 4}],
    }
    (refund,) = sent({"endpoint": "orders"}, order)["refunds"]
    assert refund == {"refund_id": "7-refund", "refunded_at": CREATED, "total_refund": 4}
