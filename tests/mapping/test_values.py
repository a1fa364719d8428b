"""Values as taps and exports write them, by a mapping with `fields`, in a whole payload."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.payloads.coercion import CoercionContext
from tests.mapping.language import ORDER, orders, refused, sent, told

TIME = "2026-04-03T08:15:00.000Z"


def field(name: str, value: Any, **facts: Any) -> Any:
    """Return what an order's field becomes, None where it is left out."""
    return sent(orders({name: "value"}), {**ORDER, "value": value}, **facts).get(name)


@pytest.mark.parametrize(
    "value",
    [
        "2026-04-03T08:15:00Z",
        "2026-04-03T08:15:00.000Z",
        "2026-04-03T10:15:00+02:00",
        "2026-04-03 10:15:00 +0200",
        "2026-04-03 08:15:00 UTC",
        "3 Apr 2026 08:15 GMT",
        "April 3rd, 2026 8:15 AM UTC",
        "Fri, 03 Apr 2026 08:15:00 GMT",
        1_775_204_100,
        1_775_204_100.0,
        "1775204100",
        1_775_204_100_000,
        "1775204100000",
        Decimal(1_775_204_100),
        "'2026-04-03T08:15:00Z",
        " 2026-04-03T08:15:00Z\0",
    ],
)
def test_a_time_has_one_spelling(value: Any) -> None:
    """It is part of an order's identity."""
    assert sent(orders(), {**ORDER, "created": value})["created_at"] == TIME


MOMENTS = st.datetimes(datetime(1980, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001


@given(MOMENTS, st.integers(-12 * 60, 14 * 60))
def test_seconds_milliseconds_and_iso_times_are_the_same_moment(
    naive: datetime, minutes: int
) -> None:
    """Whatever a tap writes, and whatever offset it writes it in."""
    moment = naive.replace(tzinfo=UTC, microsecond=naive.microsecond // 1000 * 1000)
    seconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    millis = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    zoned = (moment + timedelta(minutes=minutes)).replace(tzinfo=None).isoformat()
    offset = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    written = f"{moment:%Y-%m-%dT%H:%M:%S}"
    expected = f"{written}.{moment.microsecond // 1000:03}Z"
    for value in (millis, str(millis) if millis >= 10**12 else millis, zoned + offset):
        assert sent(orders(), {**ORDER, "created": value})["created_at"] == expected
    found = sent(orders(), {**ORDER, "created": seconds})["created_at"]
    assert found == f"{written}.000Z"


@pytest.mark.parametrize(
    "value",
    [0, 5, 20260403, -1, 1e30, True, "yesterday", "2026", "2026-13-01Z", "10:15", [1], 1e300],
)
def test_what_is_no_time_is_a_reject(value: Any) -> None:
    """Day counts of spreadsheets and dates run together are no UNIX times."""
    found = refused(orders(), {**ORDER, "created": value})
    assert found.code == "TW-ORDERS-CREATED_AT-UNREADABLE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((one, True) for one in ("yes", "Y", "TRUE", "true", "1", 1, 1.0, True, " on ", "t")),
        *((one, False) for one in ("no", "N", "FALSE", "0", 0, False, "off", "0.0")),
        *((one, None) for one in (None, "", " ", "\0")),
    ],
)
def test_true_and_false_have_many_words(value: Any, expected: bool | None) -> None:  # noqa: FBT001
    """Spreadsheets write TRUE, forms yes, databases 1."""
    assert field("taxes_included", value) is expected


@pytest.mark.parametrize("value", ["maybe", 2, -1, "null", [], "2"])
def test_what_is_neither_true_nor_false_is_a_reject(value: Any) -> None:
    """It is not taken for true because it is something."""
    found = refused(orders({"taxes_included": "value"}), {**ORDER, "value": value})
    assert found.code == "TW-ORDERS-TAXES_INCLUDED-UNREADABLE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("vip, web", ["vip", "web"]),
        ("vip", ["vip"]),
        (["vip", None, " ", "web"], ["vip", "web"]),
        ('["vip", "web"]', ["vip", "web"]),
        ("[vip]", ["[vip]"]),
        ("vip,,web,", ["vip", "web"]),
        ([1, 2.0], ["1", "2"]),
        ([], []),
        ("", None),
        (None, None),
    ],
)
def test_a_list_may_be_written_with_commas_or_as_json(value: Any, expected: Any) -> None:
    """CSV has no lists."""
    assert field("tags", value) == expected


@pytest.mark.parametrize("value", [{"a": 1}, [{"a": 1}], [["a"]], True, '{"a": 1}', '[{"a": 1}]'])
def test_what_is_no_list_of_texts_is_a_reject(value: Any) -> None:
    """Objects have no text."""
    found = refused(orders({"tags": "value"}), {**ORDER, "value": value})
    assert found.code == "TW-ORDERS-TAGS-UNREADABLE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53 + 1, "9007199254740993"),
        (2**70, "1180591620717411303424"),
        (7.0, "7"),
        (Decimal("7.00"), "7"),
        (Decimal(2**53 + 1), "9007199254740993"),
        (" 7 ", "7"),
        ("007", "007"),
        ("'007", "007"),
        ("7.0", "7.0"),
        ("a\0b", "ab"),
        ("Köln", "Köln"),
        ("'t Hooft", "'t Hooft"),
        ("gid://shopify/Thing/7", "7"),
        ("\ud800", "\ufffd"),
    ],
)
def test_an_id_is_always_text_in_one_spelling(value: Any, expected: str) -> None:
    """Also one beyond what a double can hold."""
    assert sent(orders(), {**ORDER, "id": value}, refuse_native=False)["order_id"] == expected


@pytest.mark.parametrize("value", [True, ["1"], {"id": 1}, float("inf"), float("nan")])
def test_what_is_no_id_is_a_reject(value: Any) -> None:
    """`True` would be the id of very many."""
    assert refused(orders(), {**ORDER, "id": value}).code == "TW-ORDERS-ORDER_ID-UNREADABLE"


@pytest.mark.parametrize("value", [None, "", " ", "\t\n", "\0", {}])
def test_an_empty_value_is_left_out_or_missing(value: Any) -> None:
    """The API would take an empty text for an answer."""
    assert field("name", value) is None
    assert refused(orders(), {**ORDER, "id": value}).code == "TW-ORDERS-ORDER_ID-MISSING"


def test_a_text_of_null_is_text_where_it_can_be() -> None:
    """There are people called Null; a number or a time it is not."""
    assert field("name", "null") == "null"
    found = refused(orders({"taxes": "value"}), {**ORDER, "value": "null"})
    assert found.code == "TW-ORDERS-TAXES-UNREADABLE"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,150.75", "1150.75"),
        ("1.150,75", "1150.75"),
        ("1 150,75", "1150.75"),
        ("1\u202f150,75\u00a0€", "1150.75"),
        ("1'150.75", "1150.75"),
        ("1\u2019150.75", "1150.75"),
        ("1,234,567", "1234567"),
        ("+5", "5"),
        ("€ 5", "5"),
        (".5", "0.5"),
        ("5,", "5"),
        ("1e3", "1000"),
        ("0.001", "0.001"),
        ("1234.567", "1234.567"),
        (Decimal("0.10"), "0.1"),
        (10**16, "10000000000000000"),
        (Decimal(2**53 + 1), "9007199254740993"),
    ],
)
def test_a_number_may_have_signs_and_thousands_marks(value: Any, expected: str) -> None:
    """In either convention, where it can be read in one way only."""
    assert field("taxes", value) == Decimal(expected)


@pytest.mark.parametrize("value", [10**309, -(10**400), "1e999", float("inf"), Decimal("1e999")])
@pytest.mark.parametrize("name", ["taxes", "shipping_price"])
def test_a_number_that_no_double_holds_is_a_reject(name: str, value: Any) -> None:
    """Most readers of JSON would make another of it, or nothing."""
    found = refused(orders({name: "value"}), {**ORDER, "value": value})
    assert found.code == f"TW-ORDERS-{name.upper()}-UNREADABLE"


@pytest.mark.parametrize("value", [-5, "-5", "€-5", "-€5", "\u22125", Decimal(-5), -0.01])
def test_an_amount_below_zero_is_a_reject_where_the_api_takes_none(value: Any) -> None:
    """Whatever sign it is written with."""
    found = refused(orders(), {**ORDER, "total": value})
    assert found.code == "TW-ORDERS-ORDER_REVENUE-NEGATIVE"


def test_brackets_are_no_minus() -> None:
    """Accountants mean one, others a note: it is said instead."""
    assert refused(orders(), {**ORDER, "total": "(5.00)"}).code.endswith("UNREADABLE")


def test_e_mails_and_phones_have_one_spelling() -> None:
    """They are what a buyer is known by."""
    found = sent(
        orders({"customer.phone": "tel"}), {**ORDER, "mail": " Ann@Example.COM\0", "tel": 5}
    )
    assert found["customer"]["email"] == "ann@example.com"
    assert found["customer"]["phone"] == "5"


@pytest.mark.parametrize(
    ("phone", "region", "expected"),
    [
        ("+1 (202) 555-0100", None, "+12025550100"),
        ("(202) 555-0100", "US", "+12025550100"),
        ("'+12025550100", None, "+12025550100"),
        ("(202) 555-0100", None, "(202) 555-0100"),
        ("call me", "US", "call me"),
    ],
)
def test_a_phone_becomes_e164_where_a_region_or_a_plus_says_how(
    phone: str, region: str | None, expected: str
) -> None:
    """It is left as it is otherwise."""
    route = orders({"customer.phone": "tel"})
    context = CoercionContext(phone_region=region)
    assert sent(route, {**ORDER, "tel": phone}, coercion=context)["customer"]["phone"] == expected


def test_marks_in_the_names_of_columns_are_no_part_of_them() -> None:
    """The first column of a file with a byte order mark."""
    record = {f"\ufeff{name}" if name == "id" else name: one for name, one in ORDER.items()}
    assert sent(orders(), record)["order_id"] == "A-1"


def test_all_that_is_wrong_is_said_at_once_and_without_values() -> None:
    """A reject is read by people who may not see what is in it."""
    record = {"id": ["s3cret"], "created": "s3cret", "total": "s3cret", "mail": {"s3cret": 1}}
    found = refused(orders({"tags": "t", "taxes": "x"}), {**record, "t": {"s": 1}, "x": "s3cret"})
    assert {one.field for one in found.reasons} >= {
        *("order_id", "created_at", "order_revenue", "customer.id", "customer.email"),
        *("tags", "taxes"),
    }
    assert "s3cret" not in told(found)


@given(st.decimals(min_value=0, max_value=10**9, places=2) | st.floats(0, 1e9), st.integers())
def test_numbers_in_json_text_are_read_as_they_are_written(price: Any, number: int) -> None:
    """An item's price and a large id, inside a column of text."""
    items = [{"id": number, "price": str(price), "quantity": 1, "sku": "M"}]
    text = json.dumps(items)
    rebuilt = (
        "line_items[].{id: id, price: price, quantity: quantity, product_id: sku, variant_id: sku}"
    )
    (item,) = sent(orders({"line_items": rebuilt}), {**ORDER, "line_items": text})["line_items"]
    assert item["id"] == str(number)
    assert float(item["price"]) == float(price)
