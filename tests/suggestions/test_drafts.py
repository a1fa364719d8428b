"""What a route needs beside its columns, and how a sample tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.suggestions.words import meanings
from tests.suggestions.asked import Said, ask, ask_of
from tests.whole_runs import Runner, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

ORDER = {
    "id": "A-1",
    "email": "ann@example.com",
    "created_at": "2026-03-04T05:06:07Z",
    "total": "19.99",
    "currency": "EUR",
}


def _orders(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return messages with one order for each change."""
    found = [{**ORDER, "id": f"A-{n}", **one} for n, one in enumerate(changes)]
    return [schema("orders", *found[0], keys=["id"]), *records("orders", *found)]


def _fields(said: Said, stream: str, endpoint: str) -> dict[str, Any]:
    fields: dict[str, Any] = said.route(stream, endpoint)["fields"]
    return fields


def test_a_guest_is_known_by_the_mail(run: Runner, stored: Stored) -> None:
    """Shops write 0 for guests, who would all be one customer."""
    lines = _orders({"customer_id": "0"}, {"customer_id": "7"})
    run(lines, **ask(lines).config)
    assert {one["customer"]["id"] for one in stored("orders_table")} == {"ann@example.com", "7"}


def test_an_item_without_a_variant_is_known_by_its_product(run: Runner, stored: Stored) -> None:
    """Here too 0 stands for none."""
    item = {"id": 1, "name": "Mug", "price": "9.99", "quantity": 1, "product_id": 5}
    items = [{**item, "variation_id": 0}, {**item, "id": 2, "variation_id": 6}]
    lines = _orders({"line_items": items})
    run(lines, **ask(lines).config)
    (order,) = stored("orders_table")
    assert [one["variant_id"] for one in order["line_items"]] == ["5", "6"]


def test_what_went_back_goes_along(run: Runner, stored: Stored) -> None:
    """A sale that was refunded is no full sale."""
    lines = _orders({"amount_refunded": "5.00"})
    run(lines, **ask(lines).config)
    (order,) = stored("orders_table")
    assert [one["total_refund"] for one in order["refunds"]] == [5]


def test_an_order_without_an_id_is_known_by_its_number() -> None:
    """Most exports for people have nothing else."""
    order = {name: value for name, value in ORDER.items() if name != "id"} | {"Order No": "W-17"}
    said = ask([schema("orders", *order), *records("orders", order)])
    assert _fields(said, "orders", "orders")["order_id"] == "order_no"
    assert said.missing("orders") == []


def test_the_earliest_time_stands_in_for_one_that_no_name_tells() -> None:
    """And is marked as a guess: the time is a part of what an order is known by."""
    times = {"taken": "2026-03-04T05:06:07Z", "handed over": "2026-03-06T05:06:07Z"}
    order = {name: value for name, value in ORDER.items() if name != "created_at"} | times
    said = ask([schema("orders", *order, keys=["id"]), *records("orders", order)])
    assert _fields(said, "orders", "orders")["created_at"] == "taken"
    assert said.beside("created_at").startswith("a guess, the earliest time: ")


def test_cents_beside_a_small_code_are_divided() -> None:
    """As Stripe writes them; in an export the same column holds 19.99."""
    cents = _orders({"total": 1999, "currency": "eur"}, {"total": 500, "currency": "eur"})
    assert ask(cents).route("orders", "orders")["minor_units"] == ["order_revenue"]
    assert "minor_units" not in ask(_orders({"currency": "eur"})).route("orders", "orders")


@pytest.mark.parametrize(
    ("totals", "mark"), [(("1.234", "9,95"), ","), (("1,234", "9.95"), "."), (("1.234",), None)]
)
def test_the_decimal_mark_is_set_where_other_amounts_tell(
    totals: tuple[str, ...], mark: str | None
) -> None:
    """1.234 alone may be one or a thousand, and is left to the user."""
    said = ask(_orders(*({"total": total} for total in totals)))
    assert said.route("orders", "orders").get("decimal_mark") == mark
    assert ("decimal_mark:" in said.comments) == (mark is None)


def test_an_object_that_is_sometimes_nothing_is_no_column() -> None:
    """Its inner columns are; the whole would be a reject where it is there."""
    said = ask(_orders({"shipping": None}, {"shipping": {"city": "Elko"}}))
    fields = _fields(said, "orders", "orders")
    assert fields["shipping_address.city"] == "shipping.city"
    assert "shipping" not in fields.values()


def test_a_column_that_ends_in_a_total_keeps_its_kind() -> None:
    """Reports of ads end in a row that is none."""
    rows = [("2026-03-04", "c1"), ("2026-03-05", "c1"), ("Total", "")]
    ads = [{"Day": day, "Campaign ID": one, "Cost": "1.50"} for day, one in rows]
    said = ask([schema("google_ads", *ads[0]), *records("google_ads", *ads)])
    assert _fields(said, "google_ads", "ads")["event_date"] == "Day"


def test_a_product_without_variants_is_its_own(run: Runner, stored: Stored) -> None:
    """The price has no other place."""
    product = {"id": "5", "name": "Mug", "price": "9.99", "sku": "M-1"}
    lines = [schema("products", *product, keys=["id"]), *records("products", product)]
    run(lines, **ask(lines).config)
    ((variant,),) = (one["variants"] for one in stored("products_table"))
    assert (variant["variant_id"], variant["variant_price"], variant["sku"]) == ("5", 9.99, "M-1")


def test_deals_that_are_keyed_by_name_are_told_apart_by_time() -> None:
    """Two deals may have one name, and an event is sent once."""
    deal = {"Opportunity name": "Deal", "email": "ann@example.com", "Created on": "2026-03-04"}
    lines = [schema("deals", *deal, keys=["Opportunity name"]), *records("deals", deal)]
    route = ask(lines).route("deals", "events")
    assert route["event_key"] == ["opportunity_name", "created_on"]


def test_people_without_mail_and_phone_are_no_leads() -> None:
    """They would come back as rejects every night."""
    people = [{"id": "1", "email": "ann@example.com"}, {"id": "2", "email": ""}]
    found = [{**one, "phone": "", "created": "2026-03-04T05:06:07Z"} for one in people]
    said = ask([schema("contacts", *found[0], keys=["id"]), *records("contacts", *found)])
    assert said.route("contacts", "events")["where"] == "!!(email || phone)"
    assert "events: 1 of 1 valid (100%), 1 filtered" in said.comments
    assert "customers: 2 of 2 valid (100%)" in said.comments


def test_rows_that_would_overwrite_each_other_are_told_of() -> None:
    """A row is then only a part of what it is taken for."""
    said = ask(_orders({"id": "A-1"}, {"id": "A-1"}, {"id": "A-2"}))
    assert "1 would overwrite another record of the same identity" in said.comments


def test_what_holds_no_dollars_is_not_taken_for_them(shared: Any) -> None:
    """The preset for Stripe's exports reads decimals; the same columns of its API hold cents."""
    read = (shared / "data" / "singer" / "tap-csv__fivetran_stripe.jsonl").read_bytes()
    text = ask_of(read).text
    assert "#   stripe_charge: {preset: stripe, stream: charges}" in text
    assert "#   stripe_payment_intent:" not in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dateAdded", ("date", "created")),
        ("Lineitem name", ("item", "name")),
        ("custemail", ("?custemail",)),
        ("orderno", ("order", "number")),
        ("customeremail", ("customer", "email")),
        ("descr", ("note",)),
        ("qnty", ("quantity",)),
        ("Given name", ("first", "name")),
        ("prices", ("price",)),
        ("contract", ("?contract",)),
    ],
)
def test_a_name_is_taken_apart_into_what_its_words_stand_for(
    name: str, words: tuple[str, ...]
) -> None:
    """Short and joined words too; one that is not known stays unknown, however near another."""
    assert meanings(name) == words


def test_leads_are_suggested_as_events_once() -> None:
    """A second route to the same endpoint would only supersede what the first has sent."""
    lead = {"e_mail": "ann@example.com", "registered_at": "2026-03-04T10:15:00Z"}
    said = ask([schema("leads", *lead, keys=[]), *records("leads", lead)])
    assert [one["endpoint"] for one in said.config["streams"]["leads"]] == ["events"]
