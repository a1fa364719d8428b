"""Money: never through binary noise, never by a guessed mark, in the currency's own unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.mapping.mapper import Mapped
from tests.mapping.language import ORDER, mapper, orders, refused, sent, told

CENTS = st.integers(0, 10**13)


def revenue(total: Any, **keys: Any) -> Any:
    """Return what an order's total becomes, exactly as it is written."""
    return sent(orders(**keys), {**ORDER, "total": total})["order_revenue"]


@pytest.mark.parametrize(
    "total", ["19.99", 19.99, Decimal("19.99"), "$19.99", "19,99", "EUR 19.99", "'19.99", "1999e-2"]
)
def test_19_99_stays_19_99(total: Any) -> None:
    """Whatever it is written in, the body says 19.99 and not 19.990000000000002."""
    found = mapper(orders()).map({**ORDER, "total": total}, None)
    assert isinstance(found, Mapped), found
    assert b'"order_revenue":19.99,' in found.body


@given(CENTS)
def test_an_amount_arrives_to_the_cent(cents: int) -> None:
    """As text, as a number, in either convention, with and without thousands marks."""
    amount = Decimal(cents).scaleb(-2)
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    spaced = english.replace(",", "\u00a0").replace(".", ",")
    for written in (str(amount), float(amount), amount, english, german, spaced, f"€{english}"):
        assert revenue(written) == amount, written


@given(CENTS, st.sampled_from(["EUR", "USD", "eur", " ISK ", "HUF", "XYZ"]))
def test_minor_units_are_a_hundredth(cents: int, currency: str) -> None:
    """The exact decimal, as a number and as text; Stripe counts ISK and HUF so as well."""
    route = orders(minor_units=["order_revenue"])
    for written in (cents, str(cents), float(cents)):
        record = {**ORDER, "total": written, "currency": currency}
        assert sent(route, record)["order_revenue"] == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        *(("JPY", "1999"), ("jpy", "1999"), ("KRW", "1999"), ("CLP", "1999"), ("XPF", "1999")),
        *(("KWD", "1.999"), ("bhd", "1.999"), ("TND", "1.999")),
        *(("EUR", "19.99"), ("UGX", "19.99"), ("TWD", "19.99")),
    ],
)
def test_a_currency_has_as_many_decimals_as_it_has(currency: str, expected: str) -> None:
    """500 yen are 500, and a dinar has a thousand fils."""
    route = orders(minor_units="order_revenue")
    found = sent(route, {**ORDER, "total": 1999, "currency": currency})
    assert found["order_revenue"] == Decimal(expected)


def test_the_currency_may_be_the_routes_or_the_settings() -> None:
    """It decides the decimals wherever it comes from; the record's own goes first."""
    route = orders(minor_units=["order_revenue"])
    record = {**ORDER, "total": 500}
    assert sent(route, record, currency="JPY")["order_revenue"] == 500
    assert sent({**route, "currency": "JPY"}, record)["order_revenue"] == 500
    assert sent({**route, "defaults": {"currency": "JPY"}}, record)["order_revenue"] == 500
    assert sent({**route, "currency": "JPY"}, {**record, "currency": "EUR"})["order_revenue"] == 5


def test_minor_units_without_a_currency_are_a_reject() -> None:
    """How many decimals there are is not known, and no guess can be taken back."""
    found = refused(orders(minor_units=["order_revenue"]), {**ORDER, "total": 500}, currency=None)
    assert found.code == "TW-ORDERS-CURRENCY-MISSING"
    assert "`currency`" in told(found)


@pytest.mark.parametrize("total", ["19.99", 19.99, "1,999", "€5", True, "x", [1], {"a": 1}, "nan"])
def test_minor_units_that_are_not_whole_are_a_reject(total: Any) -> None:
    """An amount that is in units already would become a hundredth."""
    found = refused(orders(minor_units=["order_revenue"]), {**ORDER, "total": total})
    assert found.code == "TW-ORDERS-ORDER_REVENUE-UNREADABLE"


def test_minor_units_reach_into_lists_and_leave_other_amounts_alone() -> None:
    """Each path is named, so nothing is divided that was not meant."""
    items = "items[].{id: id, price: price, quantity: `1`, product_id: id, variant_id: id}"
    route = orders({"line_items": items, "taxes": "tax"}, minor_units=["line_items.price"])
    record = {**ORDER, "items": [{"id": 1, "price": 1999}, {"id": 2, "price": "5"}], "tax": 3}
    found = sent(route, record)
    assert [one["price"] for one in found["line_items"]] == [Decimal("19.99"), Decimal("0.05")]
    assert (found["order_revenue"], found["taxes"]) == (Decimal("19.99"), 3)


def test_minor_units_below_zero_and_refunds() -> None:
    """A refund's amount may be written below zero, and keeps its sign."""
    route = orders({"refunds": "[{total_refund: back}]"}, minor_units=["refunds.total_refund"])
    found = sent(route, {**ORDER, "back": -1999})
    assert found["refunds"][0]["total_refund"] == Decimal("-19.99")


def test_minor_units_leave_the_record_as_it_was_read() -> None:
    """A second route must not divide again."""
    items = [{"id": 1, "price": 1999, "quantity": 1, "product_id": 1, "variant_id": 1}]
    entry = {"endpoint": "orders", "minor_units": ["line_items.price", "order_revenue"]}
    record = {
        "order_id": "A",
        "created_at": "2026-03-04T05:06:07Z",
        "customer": {"id": "1", "email": "ann@example.com"},
        "order_revenue": 1999,
        "line_items": items,
    }
    once, again = sent(entry, record), sent(entry, record)
    assert once == again
    assert once["line_items"][0]["price"] == Decimal("19.99")


@pytest.mark.parametrize("total", ["1,234", "1.234", "€1.234", "1.234 EUR", "12,345", "123.456"])
def test_an_amount_that_can_be_read_in_two_ways_asks_for_the_setting(total: str) -> None:
    """1,234 is a thousand to one reader and one to another."""
    found = refused(orders(), {**ORDER, "total": total})
    assert found.code == "TW-ORDERS-ORDER_REVENUE-AMBIGUOUS"
    assert "`decimal_mark`" in told(found)


@pytest.mark.parametrize(
    ("total", "mark", "expected"),
    [
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("€1.234", ",", "1234"),
        ("1.234 €", ",", "1234"),
        ("EUR 12,345", ".", "12345"),
        (" 1.234\0", ",", "1234"),
        ("'1.234", ",", "1234"),
        ("1.234,50", ",", "1234.5"),
        ("1,234.50", ".", "1234.5"),
        ("1.234.567", ",", "1234567"),
        ("0.125", ",", "0.125"),
        ("19,99", ",", "19.99"),
        ("1234", ",", "1234"),
        (1.234, ",", "1.234"),
    ],
)
def test_a_declared_mark_decides_what_could_be_read_in_two_ways(
    total: Any, mark: str, expected: str
) -> None:
    """And only that: what is plain stays as it is, numbers too."""
    assert revenue(total, decimal_mark=mark) == Decimal(expected)


def test_a_mark_decides_in_every_amount_and_quantity() -> None:
    """An order's items are written as its total is."""
    items = "[{id: id, price: price, quantity: n, product_id: id, variant_id: id}]"
    route = orders({"line_items": items}, decimal_mark=",")
    (item,) = sent(route, {**ORDER, "price": "1.234", "n": "1.000"})["line_items"]
    assert (item["price"], item["quantity"]) == (1234, 1000)


@pytest.mark.parametrize(
    "total", ["1.234.56", "1,2,3", "1.23.4567", "--5", "5-", "1e999", "19.99.99"]
)
def test_what_is_no_number_is_a_reject_with_a_mark_too(total: str) -> None:
    """A mark never makes a number out of what is none."""
    assert refused(orders(decimal_mark=","), {**ORDER, "total": total}).code.endswith("UNREADABLE")


@pytest.mark.parametrize("total", ["5 USD", "£5", "usd 5"])
def test_an_amount_that_names_another_currency_is_a_reject(total: str) -> None:
    """It would be booked in the wrong one."""
    found = refused(orders(), {**ORDER, "total": total})
    assert found.code == "TW-ORDERS-ORDER_REVENUE-OTHER_CURRENCY"


def test_a_dollar_sign_names_no_currency() -> None:
    """It is the sign of many."""
    assert revenue("$5", currency="CAD") == 5
