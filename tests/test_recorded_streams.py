"""Any tap output survives: what real taps printed runs through, and ends in exact numbers."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.serve import serve
from tests.conftest import SHARED
from tests.recorded import (
    MAPPINGS,
    Numbers,
    Replayed,
    Source,
    endpoints,
    expected,
    mapped,
    mapping,
    told,
)
from tests.whole_runs import TABLES, Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Replay = Callable[[str], Replayed]


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Replayed]:
    """Run a recorded file whole, under its mapping, once for all tests that look at it."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout")

    @cache
    def start(name: str) -> Replayed:
        folder = tmp_path_factory.mktemp("recorded")
        source = Source(SHARED / "data" / "singer" / f"{name}.jsonl")
        served = serve(create_app(folder / "served.db"))
        try:
            done = Runner(folder, served.url)(source.path, **mapping(name))
        finally:
            served.stop()
        return Replayed(source, done, folder / "served.db")

    return start


@pytest.mark.parametrize("name", expected())
def test_a_recorded_file_ends_in_the_numbers_of_the_table(name: str, replay: Replay) -> None:
    """No record ends the run, and no number is a surprise."""
    ran = replay(name)
    assert ran.done.code == 0, ran.done.log
    assert told(ran.done) == _that_have_records(name)
    assert ran.done.states[-1] == ran.source.last_state()


@pytest.mark.parametrize("name", expected())
def test_what_counts_as_delivered_is_in_the_sandbox(name: str, replay: Replay) -> None:
    """The sandbox judges by its own contract: the target may send nothing that it refuses."""
    ran = replay(name)
    for endpoint in TABLES:
        delivered = sum(
            routes.get(endpoint, {}).get("delivered", 0) for routes in expected()[name].values()
        )
        assert len(ran.stored(endpoint)) == delivered, endpoint
    unknown = _count_of(name, "TW-PPS-ORDER_ID-UNKNOWN")
    refused = ran.refusals()
    assert refused == [("/data-in/pps", "Order not found")] * unknown


WANTING = [
    (name, stream, endpoint)
    for name, streams in expected().items()
    for stream, routes in streams.items()
    for endpoint, numbers in routes.items()
    if "for_want_of" in numbers
]


@pytest.mark.parametrize(("name", "stream", "endpoint"), WANTING)
def test_a_reject_is_true_of_its_record_and_of_no_other(
    name: str, stream: str, endpoint: str, replay: Replay
) -> None:
    """A false reason sends a user to mend what is not broken."""
    ran = replay(name)
    route = f"{stream}:{endpoint}"
    rejected = [one["record"] for one in ran.done.rejects if one["rejected"]["route"] == route]
    columns = expected()[name][stream][endpoint]["for_want_of"]
    assert rejected == [
        one for one in ran.source.records(stream) if not any(one.get(column) for column in columns)
    ]


def test_every_recorded_file_has_a_mapping_and_a_row(shared: Path) -> None:
    """A file that is added later must not go untested."""
    files = {path.stem for path in (shared / "data" / "singer").glob("*.jsonl")}
    assert mapped() == files
    assert set(expected()) == files


@pytest.mark.parametrize("name", expected())
def test_every_recorded_stream_has_a_row_with_its_endpoints(name: str, shared: Path) -> None:
    """The table says where each stream goes, records or none, and the mapping sends it there."""
    source = Source(shared / "data" / "singer" / f"{name}.jsonl")
    assert set(expected()[name]) == source.streams()
    settings = mapping(name)
    for stream, routes in expected()[name].items():
        assert endpoints(settings, stream) == set(routes), stream
    assert set(settings["streams"]) <= source.streams()


def test_a_mapping_holds_nothing_but_settings_a_user_could_write() -> None:
    """The runner's own settings must not be bent for one file."""
    kept_for_the_runner = {"api_url", "api_key", "shop", "rejects_path", "max_rejects"}
    for name in mapped():
        assert not kept_for_the_runner & set(mapping(name)), MAPPINGS / f"{name}.yml"


def test_northwind_orders_hold_what_the_source_holds(replay: Replay) -> None:
    """Counted and summed without the mapping: no order is lost, doubled or changed."""
    ran = replay("tap-csv__northwind")
    rows = ran.source.records("northwind_orders")
    zone = ZoneInfo("America/Los_Angeles")
    orders = ran.stored("orders")
    assert len(rows) == len(orders) == 830
    assert _by_id(orders, "order_id", "order_revenue") == {
        row["order_id"]: float(row["freight"]) for row in rows
    }
    assert {one["order_id"]: datetime.fromisoformat(one["created_at"]) for one in orders} == {
        row["order_id"]: datetime.fromisoformat(row["order_date"]).replace(tzinfo=zone)
        for row in rows
    }
    prices = {
        one["product_id"]: one["variants"][0]["variant_price"] for one in ran.stored("products")
    }
    products = ran.source.records("northwind_products")
    assert prices == {row["product_id"]: float(row["unit_price"]) for row in products}


def test_stripe_amounts_arrive_in_whole_units(replay: Replay) -> None:
    """A hundredfold revenue is what a forgotten stream map makes."""
    ran = replay("tap-csv__fivetran_stripe")
    intents = ran.source.records("stripe_payment_intent")
    known = {row["id"]: int(row["amount"]) / 100 for row in intents if row["receipt_email"]}
    assert _by_id(ran.stored("orders"), "order_id", "order_revenue") == known
    assert sum(known.values()) == 37_643
    charges = sorted(int(row["amount"]) / 100 for row in ran.source.records("stripe_charge"))
    events = ran.stored("events")
    assert sorted(event["amount"] for event in events) == charges
    assert {event["event_name"] for event in events} == {"payment_failed"}


def test_shopify_orders_of_both_dialects_hold_what_the_source_holds(
    replay: Replay,
) -> None:
    """One dialect's amounts must not slip into the other's orders."""
    ran = replay("tap-csv__fivetran_shopify")
    amounts = {row["id"]: float(row["total_price"]) for row in ran.source.records("shopify_order")}
    currencies = {row["id"]: row["currency"] for row in ran.source.records("shopify_order")}
    for row in ran.source.records("shopify_gql_order"):
        if row["id"] in {"4001", "4003", "4005", "4009"}:
            amounts[row["id"]] = float(row["total_price_set_shop_amount"])
            currencies[row["id"]] = row["total_price_set_shop_currency_code"]
    assert _by_id(ran.stored("orders"), "order_id", "order_revenue") == amounts
    assert _by_id(ran.stored("orders"), "order_id", "currency") == currencies
    assert sum(amounts.values()) == pytest.approx(2.8 + 3.79 + 5.39 + 615.03 + 2055)


def test_woocommerce_lines_are_read_out_of_their_text(replay: Replay) -> None:
    """This tap sends lists as JSON text; a line that is lost is a product never sold."""
    ran = replay("woocommerce__tap-rest-api-msdk")
    rows = ran.source.records("orders")
    lines = {
        str(row["id"]): [
            (str(line["id"]), line["quantity"], line["price"])
            for line in json.loads(row["line_items"])
        ]
        for row in rows
    }
    orders = ran.stored("orders")
    assert lines == {
        one["order_id"]: [
            (line["id"], line["quantity"], line["price"]) for line in one["line_items"]
        ]
        for one in orders
    }
    assert sum(one["order_revenue"] for one in orders) == pytest.approx(29.35 + 39)
    assert {one["customer"]["id"] for one in orders} == {"john.doe@example.com", "26"}


def test_a_woocommerce_export_keeps_its_order(replay: Replay) -> None:
    """A guest is customer 0, and `3/22/2017` can be read in one way only."""
    ran = replay("tap-csv__woo_export")
    (order,) = ran.stored("orders")
    assert (order["order_id"], order["order_revenue"], order["taxes"]) == ("727", 29.35, 1.35)
    assert order["created_at"] == "2017-03-22T23:28:02.000Z"
    assert order["customer"]["id"] == "john.doe@example.com"


@pytest.mark.parametrize(
    ("name", "spent"),
    [
        ("tap-csv__ads_exports", 12.5 + 1010),
        ("tap-spreadsheets__google_ads_report_skip2", 50_000 + 30_000),
    ],
)
def test_spend_is_read_as_the_report_writes_it(
    name: str,
    spent: float,
    replay: Replay,
) -> None:
    """`1,010.00` is one thousand and ten."""
    ran = replay(name)
    assert sum(ad["metrics"]["spend"] for ad in ran.stored("ads")) == spent


def test_spend_in_micros_arrives_in_whole_units(replay: Replay) -> None:
    """Two channels in one file: each keeps its own days and sums."""
    ran = replay("tap-csv__fivetran_ads")
    google = ran.source.records("google_ads_campaign_stats")
    facebook = ran.source.records("facebook_ads_basic_ad")
    assert _spent(ran, "google-ads") == pytest.approx(
        sum(int(row["cost_micros"]) for row in google) / 1_000_000
    )
    assert _spent(ran, "facebook-ads") == pytest.approx(
        sum(float(row["spend"]) for row in facebook)
    )


@pytest.mark.parametrize(
    ("name", "email", "phone", "created"),
    [
        ("tap-csv__ghl_exports", "Email", "Phone", "Created"),
        ("tap-spreadsheets__ghl_exports", "email", "phone", "created"),
    ],
)
def test_leads_are_who_the_source_says_and_of_that_second(
    name: str, email: str, phone: str, created: str, replay: Replay
) -> None:
    """An event cannot be taken back: a mail in a phone's place would stay there for ever."""
    ran = replay(name)
    leads = [event for event in ran.stored("events") if event["type"] == "lead"]
    columns = {"email": email, "phone": phone}
    assert {lead["timestamp"]: lead["profileIdentifiers"] for lead in leads} == {
        datetime.fromisoformat(row[created]).timestamp(): {
            key: row[column] for key, column in columns.items() if row[column]
        }
        for row in ran.source.records("ghl_contacts")
        if row[email] or row[phone]
    }


def test_odd_cells_and_headers_arrive_mended(replay: Replay) -> None:
    """A NUL byte goes, the text around it stays; an id behind a byte order mark is found."""
    assert [one["name"] for one in replay("edge_tap-csv__nul").stored("orders")] == ["ab"]
    marked = replay("edge_tap-csv__bom").stored("orders")
    assert _by_id(marked, "order_id", "order_revenue") == {"1": 10, "2": 0}


def _that_have_records(name: str) -> dict[str, dict[str, Numbers]]:
    """Return the rows of the table that a run can tell of."""
    without = {
        stream: {
            endpoint: {key: one for key, one in numbers.items() if key != "for_want_of"}
            for endpoint, numbers in routes.items()
        }
        for stream, routes in expected()[name].items()
    }
    return {stream: routes for stream, routes in without.items() if any(routes.values())}


def _count_of(name: str, code: str) -> int:
    rows = [numbers for routes in expected()[name].values() for numbers in routes.values()]
    return sum(numbers.get("rejected", {}).get(code, 0) for numbers in rows)


def _by_id(bodies: Sequence[dict[str, Any]], key: str, name: str) -> dict[str, Any]:
    found = {body[key]: body[name] for body in bodies}
    assert len(found) == len(bodies)
    return found


def _spent(ran: Replayed, channel: str) -> float:
    spent = [ad["metrics"]["spend"] for ad in ran.stored("ads") if ad["channel"] == channel]
    return float(sum(spent))
