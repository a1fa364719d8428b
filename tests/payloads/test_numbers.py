"""Numbers from text: read where there is one way to read them, refused where there are two."""

from decimal import Decimal
from typing import Any

import pytest

from target_triplewhale.payloads.coercion import Amount, Coordinate, Number, Whole, ZeroOrOne
from tests.payloads.reading import read, refusal


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,150.75", 1150.75),
        ("$19.99", 19.99),
        ("US$5", 5),
        ("USD 5", 5),
        ("€ 19,99", 19.99),
        ("19,99 €", 19.99),
        ("-$5", -5),
        ("$-5", -5),
        ("\u22125", -5),
        ("1 020,50", 1020.5),
        ("1\u00a0020,50", 1020.5),
        ("1\u202f020,50", 1020.5),
        ("1'020.50", 1020.5),
        ("1.234,56", 1234.56),
        ("1,234.567", 1234.567),
        ("1,103,153", 1103153),
        ("1.103.153", 1103153),
        ("10,5", 10.5),
        ("1e3", 1000),
        ("0.149", 0.149),
        ("0,149", 0.149),
        ("1234.567", 1234.567),
        ("19.99", 19.99),
        ("2.00", 2),
        (" 7\0", 7),
        (".5", 0.5),
        (2.0, 2),
        (2.5, 2.5),
        (12345678901234567890, 12345678901234567890),
        (Decimal("2.00"), 2),
        (Decimal("2.50"), 2.5),
    ],
)
def test_a_number_is_read_in_every_common_spelling(written: Any, number: float) -> None:
    """Exports print money for people; the kind counts too, since whole numbers lose their `.0`."""
    found = read(Number, written)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize("written", ["1,234", "1.234", "12,345", "123.456", "-1.234", "$1,234"])
def test_one_separator_before_three_digits_is_ambiguous(written: str) -> None:
    """A thousand in one country is one and a quarter in the next."""
    assert refusal(Number, written) == "ambiguous"


@pytest.mark.parametrize(
    "written",
    [
        *("(5.00)", "1.49%", " --", "abc", "1,2,3", "1.2.3", "--5", "-$-5", ".", "12,34,567"),
        *("NaN", "inf", "1e999", "5 apples", "ABC 5", "9" * 5000),
        *(float("nan"), float("inf"), Decimal("NaN"), Decimal("1E+1000000"), True, [1], {"a": 1}),
    ],
)
def test_what_is_no_number_is_refused(written: Any) -> None:
    """A guess would be booked as revenue."""
    assert refusal(Number, written) == "unreadable"


@pytest.mark.parametrize("written", [None, "", " ", "\0"])
def test_a_number_that_says_nothing_is_missing(written: Any) -> None:
    """An empty cell is no mistake in writing."""
    assert refusal(Number, written) == "missing"


def test_a_whole_number_has_no_fraction() -> None:
    """Half a line item was not sold."""
    assert [read(Whole, one) for one in ("3", "3.0", 3.0, "1,103,153")] == [3, 3, 3, 1103153]
    assert refusal(Whole, "3.5") == "unreadable"


def test_an_amount_is_not_below_zero() -> None:
    """The API refuses negative revenue; refunds have a place of their own."""
    assert read(Amount, "0.00") == 0
    assert refusal(Amount, "-0.01") == "negative"


def test_a_count_of_orders_is_zero_or_one() -> None:
    """The published file says so in prose only."""
    assert [read(ZeroOrOne, one) for one in ("1", 0.0)] == [1, 0]
    assert refusal(ZeroOrOne, 2) == "unknown_value"


def test_degrees_have_one_reading_where_amounts_have_two() -> None:
    """No latitude reaches a thousand, so its separator is the decimal's."""
    assert read(Coordinate, "-34.141") == -34.141
    assert read(Coordinate, "34,141") == 34.141
    assert refusal(Number, "34.141") == "ambiguous"


@pytest.mark.parametrize("value", [2.0, 0.0, -0.0, 2**53 - 1.0])
def test_a_whole_amount_has_no_fraction(value: float) -> None:
    """One amount has one spelling, by whatever way it is read."""
    assert isinstance(read(Amount, value), int)
