"""What stands beside the lines: what to fill in, what to decide, and which preset would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.presets.samples import FOLDER
from tests.suggestions.asked import SKIP, ask, ask_of
from tests.whole_runs import Runner, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

STAGES = ["stage-new", "stage-demo", "stage-demo", "stage-won"]
DEALS = [
    {"id": f"d{n}", "stageId": stage, "email": f"ann{n}@example.com", "createdAt": "2026-03-04"}
    for n, stage in enumerate(STAGES)
]
ORDER = {
    "id": "A-1",
    "email": "ann@example.com",
    "created_at": "2026-03-04T05:06:07Z",
    "total_price": "19.99",
    "currency": "EUR",
}
ROWS = [
    ("W-1", "14/03/2026 10:15", "paid", "ann@example.com", "29.98", "Mug", "1", "9.99"),
    ("W-1", "", "", "", "", "Teapot", "1", "19.99"),
    ("W-2", "15/03/2026 09:00", "pending", "ben@example.com", "19.99", "Teapot", "1", "19.99"),
]
COLUMNS = ("Order No", "Placed", "State", "E-Mail", "Total", "Item", "Qty", "Unit price")


def test_the_stages_of_a_pipeline_are_listed_with_their_counts() -> None:
    """Only the user knows what a stage's id stands for; how often it comes says where to begin."""
    said = ask([schema("opportunities", *DEALS[0]), *records("opportunities", *DEALS)])
    stages = said.route("opportunities", "events")["value_maps"]["type"]
    assert stages.keys() == set(STAGES)
    assert stages["stage-demo"] == "book_demo"
    assert said.beside("stage-demo") == "2 of 4"
    assert said.beside("stage-won") == "1 of 4"
    assert "type: say of each stage what it is" in said.comments


def test_a_required_field_that_nothing_fills_is_marked() -> None:
    """And without it the share of valid records is nought."""
    order = {name: value for name, value in ORDER.items() if name != "total_price"}
    said = ask([schema("orders", *order, keys=["id"]), *records("orders", order)])
    assert said.missing("orders") == ["order_revenue"]
    assert "orders: 0 of 1 valid (0%); with the required fields filled: 100%" in said.comments


def test_the_settings_that_are_lacking_are_named_with_their_streams() -> None:
    """Zone and currency are never guessed, and no longer asked for once they are set."""
    order = {**ORDER, "created_at": "2026-03-04 05:06:07", "currency": ""}
    said = ask([schema("orders", *order, keys=["id"]), *records("orders", order)])
    assert "Set `timezone`, or records are rejected: orders." in said.comments
    assert "Set `currency`, or records are rejected: orders." in said.comments
    assert not {"timezone", "currency"} & said.route("orders", "orders").keys()


def test_settings_that_there_are_count(tmp_path: Any) -> None:
    """The same configuration as the target's."""
    config = tmp_path / "config.json"
    config.write_text('{"timezone": "UTC", "currency": "USD"}')
    order = {**ORDER, "created_at": "2026-03-04 05:06:07", "currency": ""}
    lines = [schema("orders", *order, keys=["id"]), *records("orders", order)]
    said = ask(lines, "--config", str(config))
    assert "Set `" not in said.comments
    assert "orders: 1 of 1 valid (100%)" in said.comments


def test_what_counts_as_a_sale_is_a_table_to_check() -> None:
    """With every value seen and how often; of one that says nothing the user must decide."""
    seen = ["paid", "paid", "failed", "in limbo"]
    orders = [{**ORDER, "id": f"A-{n}", "status": status} for n, status in enumerate(seen)]
    said = ask([schema("orders", *orders[0], keys=["id"]), *records("orders", *orders)])
    counts = said.route("orders", "orders")["counts"]
    assert counts == {"field": "status", "send": ["paid"], "filter": ["failed"]}
    assert "name them under send or filter, or their records are rejects: in limbo (1)" in (
        said.comments
    )


def test_rows_of_one_order_are_gathered(run: Runner, stored: Stored) -> None:
    """An export with one row a line item, whose days come first, as some of its dates show."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in ROWS]
    lines = [schema("web_orders", *COLUMNS), *records("web_orders", *rows)]
    done = run(lines, timezone="UTC", currency="EUR", **ask(lines).config)
    assert done.counts("web_orders:orders") == {"read": 3, "delivered": 2, "filtered": 1}
    (order,) = stored("orders_table")
    assert (order["order_id"], order["order_revenue"]) == ("W-1", 29.98)
    assert order["created_at"] == "2026-03-14T10:15:00.000Z"
    assert [one["name"] for one in order["line_items"]] == ["Mug", "Teapot"]


def test_dates_of_which_nothing_tells_the_order_are_left_to_the_user() -> None:
    """It never guesses what it cannot take back."""
    order = {**ORDER, "created_at": "03/04/2026"}
    said = ask([schema("orders", *order, keys=["id"]), *records("orders", order)])
    assert "date_format" not in said.route("orders", "orders")
    assert "date_format: day_first or month_first?" in said.comments


def test_a_flag_that_leaves_all_out_is_only_told_of() -> None:
    """Else a suggestion without a single record would pass for a perfect one."""
    order = {**ORDER, "test": "true"}
    said = ask([schema("orders", *order, keys=["id"]), *records("orders", order)])
    assert "where" not in said.route("orders", "orders")
    assert "where: test is true on every record" in said.comments


def test_words_for_nothing_are_no_values() -> None:
    """An export that writes `none` everywhere would have every record rejected."""
    person = {"id": "1", "email": "ann@example.com", "tax_exempt": "none"}
    said = ask([schema("customers", *person, keys=["id"]), *records("customers", person)])
    assert "tax_exempt" not in said.route("customers", "customers")["fields"]


@pytest.mark.parametrize(
    ("sample", "preset", "streams"),
    [
        ("shopify", "shopify", {"orders", "products", "customers"}),
        ("shopify__graphql", "shopify", {"orders", "products", "customers"}),
        ("shopify_csv", "shopify_csv", {"orders", "products", "customers"}),
        ("woocommerce", "woocommerce", {"orders", "products", "customers"}),
    ],
)
def test_of_a_native_source_the_preset_is_named_and_what_it_would_count_twice(
    sample: str, preset: str, streams: set[str]
) -> None:
    """The same sale from both sides counts twice, whoever mapped it."""
    said = ask_of((FOLDER / sample / "input.jsonl").read_bytes())
    for stream in streams:
        assert f"#   {stream}: {{preset: {preset}, stream: {stream}}}" in said.text
    assert "Triple Whale reads that source itself" in said.comments


@pytest.mark.parametrize("sample", ["gohighlevel", "magento", "stripe", "survey_csv"])
def test_a_preset_that_fits_is_named(sample: str) -> None:
    """A known source needs no mapping at all."""
    said = ask_of((FOLDER / sample / "input.jsonl").read_bytes())
    assert f"The preset {sample} is for such sources" in said.comments
    assert "reads that source itself" not in said.comments


def test_people_with_no_more_than_names_and_mails_are_of_no_preset() -> None:
    """Such columns are in every source."""
    person = {
        "id": "1",
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "Example",
        "created_at": "2026-03-04T05:06:07Z",
        "addresses": [{"city": "Elko"}],
    }
    said = ask([schema("shop_customers", *person), *records("shop_customers", person)])
    assert said.endpoints("shop_customers") == {"customers"}
    assert "preset" not in said.text


@pytest.mark.parametrize(
    "stream",
    [
        *("order_tags", "orders_history", "order_line_items", "draft_orders", "abandoned_orders"),
        *("purchase_orders", "checkouts", "calendars", "customer_addresses", "product_variants"),
    ],
)
def test_what_has_no_endpoint_is_skipped_with_a_reason(stream: str) -> None:
    """Whatever its columns are."""
    said = ask([schema(stream, *ORDER, keys=["id"]), *records(stream, ORDER)])
    assert said.endpoints(stream) == {SKIP}
    assert any(f"{stream}: skip  # " in line for line in said.text.splitlines())
