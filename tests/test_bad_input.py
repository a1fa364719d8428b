"""What bad input gets: one rejects line a record, a sentence for a broken stream, no traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

ORDERS = schema("orders", "order_id", keys=["order_id"])


def test_one_bad_record_does_not_stop_the_others(run: Runner, stored: Stored) -> None:
    """A record is its own affair."""
    done = run([ORDERS, *records("orders", order(1), order(2, currency="dollars"), order(3))])
    assert done.code == 0
    assert [one["order_id"] for one in stored("orders_table")] == ["A-1", "A-3"]
    assert done.counts("orders:orders") == {"read": 3, "delivered": 2, "rejected": 1}


def test_all_that_is_wrong_with_a_record_is_said_at_once(run: Runner) -> None:
    """A user who mends one field must not find the next one in the next run."""
    bad = order(1, created_at="03/04/2026", order_revenue="lots", customer={"id": "C"})
    done = run([ORDERS, *records("orders", bad)])
    fields = {reason["field"] for reason in done.rejects[0]["rejected"]["reasons"]}
    assert fields == {"created_at", "order_revenue", "customer.email"}


def test_a_blank_csv_line_is_one_reject_with_every_field_that_is_missing(run: Runner) -> None:
    """tap-csv sends {} for a blank line; the SDK's own target would end the run."""
    done = run([ORDERS, *records("orders", order(1), {}, order(2))])
    (rejected,) = done.rejects
    assert rejected["record"] == {}
    named = {reason["field"] for reason in rejected["rejected"]["reasons"]}
    assert {"order_id", "created_at", "currency", "customer.id", "order_revenue"} <= named
    assert done.counts("orders:orders")["delivered"] == 2


@pytest.mark.parametrize("record", [[], [1], "text", 7, None, True])
def test_a_record_that_is_no_object_is_a_reject(run: Runner, record: Any) -> None:
    """Nothing a payload can be made of is still one record's affair."""
    line = {"type": "RECORD", "stream": "orders", "record": record}
    done = run([ORDERS, *records("orders", order(1)), line])
    assert done.counts("orders:orders") == {"read": 2, "delivered": 1, "rejected": 1}


def test_a_failing_stream_map_is_that_records_reject(run: Runner) -> None:
    """An expression that fails on one record says nothing about the next."""
    maps = {"orders": {"order_revenue": "float(order_revenue)"}}
    done = run(
        [schema("orders", "order_id", "order_revenue"),
         *records("orders", order(1), order(2, order_revenue="x"), order(3))],
        stream_maps=maps,
    )  # fmt: skip
    assert done.codes("orders:orders") == {"TW-ORDERS-RECORD-STREAM_MAP": 1}
    assert done.counts("orders:orders")["delivered"] == 2


def test_a_record_that_breaks_the_taps_schema_is_sent_all_the_same(
    run: Runner, stored: Stored
) -> None:
    """Real taps break their own SCHEMA all the time; only the payload decides."""
    strict = schema("orders", "order_id", keys=["order_id", "missing_key"])
    strict["schema"]["properties"]["order_revenue"] = {"type": "string", "format": "date-time"}
    strict["schema"]["required"] = ["not_there"]
    assert run([strict, *records("orders", order(1))]).code == 0
    assert len(stored("orders_table")) == 1


def test_names_and_values_are_read_as_well_as_can_be(run: Runner, stored: Stored) -> None:
    """BOMs, NUL bytes and very long cells come out of real CSV files."""
    flat = {
        "\ufefforder_id": "A-1\0",
        "created_at": " 2026-03-04 05:06:07 +0000 ",
        "Currency": "eur",
        "customer__id": "7",
        "Customer.Email": "Ann@Example.com",
        "Total Price": "$1,150.75",
        "note": "x" * 300_000,
        "tags": "vip, web",
    }
    assert run([schema("orders", *flat), *records("orders", flat)]).code == 0
    (kept,) = stored("orders_table")
    assert kept["order_id"] == "A-1"
    assert kept["created_at"] == "2026-03-04T05:06:07.000Z"
    assert kept["customer"] == {"id": "7", "email": "ann@example.com"}
    assert kept["order_revenue"] == 1150.75
    assert kept["tags"] == ["vip", "web"]


def test_lines_that_only_the_standard_library_reads_are_mended(run: Runner, stored: Stored) -> None:
    """NaN and lone surrogates are no JSON, but taps write them."""
    line = json.dumps({"type": "RECORD", "stream": "orders", "record": order(1, taxes="@")})
    line = line.replace('"@"', "NaN").replace('"A-1"', '"A-\\ud800"')
    done = run([b"\xef\xbb\xbf" + json.dumps(ORDERS).encode(), b"", line.encode()])
    assert done.code == 0
    (kept,) = stored("orders_table")
    assert kept["order_id"] == "A-\ufffd"
    assert "taxes" not in kept


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        (b'{"type": "RECORD", "stream": "orders", "record": {"a": 1}', 3, "no valid JSON"),
        (b"not json", 3, "no valid JSON"),
        (b"[1, 2]", 3, "no JSON object"),
        (b'{"stream": "orders"}', 3, "unknown type"),
        (b'{"type": "NEWS", "stream": "orders"}', 3, "unknown type"),
        (b'{"type": "RECORD", "stream": "others", "record": {}}', 3, "before its SCHEMA"),
        (b'{"type": "SCHEMA", "stream": "orders", "schema": "none"}', 3, "no `properties`"),
        (b'{"type": "SCHEMA", "stream": "orders", "schema": {"type": "object"}}', 3, "properties"),
        (
            b'{"type": "SCHEMA", "stream": "orders", "schema": {"properties": {"a": {"type": 7}}}}',
            3,
            "no JSON Schema",
        ),
        (b'{"type": "RECORD", "record": {}}', 3, "without a stream"),
        (b"[" * 100_000, 3, "nested too deeply"),
        (b'{"type": "BATCH", "stream": "orders", "manifest": []}', 3, "BATCH"),
    ],
)
def test_a_broken_stream_ends_the_run_with_the_lines_number(
    run: Runner, line: bytes, number: int, words: str
) -> None:
    """What is no Singer stream cannot be guessed at."""
    done = run([ORDERS, *records("orders", order(1)), line], is_whole=False)
    assert done.code == 1
    (told,) = [one for one in done.log.splitlines() if "ERROR" in one]
    assert f"line {number} of the input" in told
    assert words in told


def test_activate_version_is_taken_without_a_word(run: Runner) -> None:
    """Versions mean nothing to an API that upserts."""
    version = {"type": "ACTIVATE_VERSION", "stream": "orders", "version": 1}
    done = run([ORDERS, version, *records("orders", order(1)), version])
    assert done.code == 0
    assert "VERSION" not in done.log


def test_a_deleted_record_is_filtered(run: Runner, stored: Stored) -> None:
    """Deletions are off by default, and nothing is silent: it is counted."""
    gone = order(2, _sdc_deleted_at="2026-01-01T00:00:00Z")
    done = run([ORDERS, *records("orders", order(1), gone)])
    assert done.counts("orders:orders") == {"read": 2, "delivered": 1, "filtered": 1}
    assert len(stored("orders_table")) == 1


def test_an_unmapped_stream_stops_at_its_schema_and_names_what_is_near(run: Runner) -> None:
    """`purchase_orders` are no orders, and only the user knows it."""
    done = run([schema("purchase_orders", "id"), *records("purchase_orders", order(1))])
    assert done.code == 1
    assert "stream purchase_orders" in done.log
    assert "orders" in done.log.split("Names near it")[1]


def test_unmapped_streams_can_be_skipped_and_are_counted(run: Runner) -> None:
    """What is left out is filtered, never silent."""
    lines = [schema("calendars", "id"), *records("calendars", {"id": "1"}, {"id": "2"})]
    done = run([*lines, state(a=1)], unmapped_streams="skip")
    assert done.code == 0
    assert done.counts("skipped") == {"read": 2, "filtered": 2}
    assert done.states == [{"a": 1}]


def test_native_orders_are_refused_before_anything_is_sent(run: Runner, stored: Stored) -> None:
    """The same sale from both sides counts twice, and that cannot be taken back."""
    lines = [ORDERS, *records("orders", order(1), order(2, platform="Shopify")), state(a=1)]
    done = run(lines, is_whole=False)
    assert done.code == 1
    assert done.states == []
    for way in ("Connect shopify", "orders_enrichment", "native_sources: allow"):
        assert way in done.log
    assert not stored("orders_table")
    assert run(lines, native_sources="allow").code == 0


def test_a_record_of_another_shop_is_rejected(run: Runner, stored: Stored) -> None:
    """It must not be booked to the wrong one."""
    lines = [ORDERS, *records("orders", order(1), order(2, shop="other.myshopify.com"))]
    assert run(lines).codes("orders:orders") == {"TW-ORDERS-SHOP-OTHER_SHOP": 1}
    done = run(lines, shops=["other.myshopify.com"])
    assert done.counts("orders:orders") == {"read": 2, "delivered": 2}
    assert {one["shop"] for one in stored("orders_table")} == {
        "example.myshopify.com",
        "other.myshopify.com",
    }


def test_the_log_holds_no_personal_data(run: Runner) -> None:
    """Logs are kept and shown around; rejects files are not."""
    person = {"id": "canary@example.org", "email": "canary@example.org", "phone": "+12025550147"}
    bad = order("canary@example.org", customer=person, currency="canary@example.org")
    done = run([ORDERS, *records("orders", bad)], env={"LOGLEVEL": "DEBUG"})
    assert "canary" not in done.log
    assert "2025550147" not in done.log
    assert done.rejects[0]["record"]["customer"] == person


@pytest.mark.parametrize("text", ["NaN", '"\\ud800"'])
def test_a_mended_line_can_be_sent_again_from_the_rejects_file(run: Runner, text: str) -> None:
    """The rejects file keeps the line as it was read, oddities included."""
    line = json.dumps({"type": "RECORD", "stream": "orders", "record": order(1, taxes="@")})
    run([ORDERS, line.replace('"@"', text).replace("EUR", "").encode()])
    (file,) = (run.folder / "rejects").glob("*.jsonl")
    again = run.execute(["--config", "config.json", "--input", str(file)], b"")
    assert "fault" not in again.log
    assert again.code == 0
    (second,) = set((run.folder / "rejects").glob("*.jsonl")) - {file}
    (rejected,) = [one for one in second.read_bytes().splitlines() if b'"RECORD"' in one]
    assert rejected.count(b'"rejected"') == 1


def test_a_record_without_id_is_told_by_what_names_it(run: Runner) -> None:
    """The user must find the row."""
    streams = {"crm": {"endpoint": "events", "defaults": {"type": "lead"}}}
    row = {"crm_key": "K-77", "timestamp": "2026-01-01T00:00:00Z"}
    done = run([schema("crm", "crm_key", keys=["crm_key"]), *records("crm", row)], streams=streams)
    assert "event K-77 of stream crm rejected" in done.log
    assert done.rejects[0]["rejected"]["identity"]["crm_key"] == "K-77"
    (reason,) = done.rejects[0]["rejected"]["reasons"]
    assert "e-mail" in reason["problem"]


def test_an_expression_that_fails_does_not_hide_what_else_is_wrong(run: Runner) -> None:
    """All is said at once, wherever it comes up."""
    fields = {"*": "@", "tags": "join('-', order_id)", "name": "starts_with(order_revenue, 'x')"}
    streams = {"orders": {"endpoint": "orders", "fields": fields}}
    done = run([ORDERS, *records("orders", order(1, currency=""))], streams=streams)
    told = {reason["field"] for reason in done.rejects[0]["rejected"]["reasons"]}
    assert told == {"tags", "name", "currency"}


def test_the_column_that_loses_its_place_to_a_surer_name_is_named(run: Runner) -> None:
    """Nothing is left out in silence."""
    done = run([ORDERS, *records("orders", order(1, total_price=99, id="other"))])
    (told,) = [line for line in done.log.splitlines() if "columns that no route uses" in line]
    assert "total_price (100%)" in told
    assert "id (100%)" in told


def test_survey_answers_without_ids_are_no_versions_of_each_other(run: Runner) -> None:
    """Both questions were answered, and both answers are sent."""
    answers = [{"order_id": "A-1", "question": one, "response": "x"} for one in ("Who?", "Why?")]
    lines = [ORDERS, *records("orders", order(1)), schema("pps", "order_id")]
    done = run([*lines, *records("pps", *answers)])
    assert done.counts("pps:pps") == {"read": 2, "delivered": 2}


def test_an_entry_of_streams_that_differs_only_in_case_is_told(run: Runner) -> None:
    """The setting would do nothing, and nobody would know."""
    done = run([ORDERS, *records("orders", order(1))], streams={"Orders": "skip"})
    assert "streams.Orders does nothing: the stream is called orders" in done.log


def test_a_file_without_a_header_row_puts_no_person_into_the_log(run: Runner) -> None:
    """Its first row becomes the names of the columns, and those are told."""
    row = {"+12025550147": "x", "jane@example.com": "y"}
    done = run([ORDERS, *records("orders", order(1, **row))])
    assert "columns that no route uses" in done.log
    assert "jane" not in done.log
    assert "2025550147" not in done.log


@pytest.mark.parametrize("amount", ["1 234,56 €", "£12.50", "12.50 CAD", "GBP 5"])
def test_an_amount_is_never_booked_in_another_currency_than_it_names(
    run: Runner, amount: str
) -> None:
    """Currency is set, or refused by name; it is never guessed."""
    lines = [ORDERS, *records("orders", order(1, currency="", order_revenue=amount))]
    done = run(lines, currency="USD")
    assert done.codes("orders:orders") == {"TW-ORDERS-ORDER_REVENUE-OTHER_CURRENCY": 1}


@pytest.mark.parametrize("amount", ["$12.50", "USD 12.50", "12.50 USD"])
def test_an_amount_may_name_the_currency_it_is_booked_in(
    run: Runner, stored: Stored, amount: str
) -> None:
    """Exports write it so."""
    line_items = [{"id": 1, "price": amount, "quantity": 1, "product_id": 1, "variant_id": 1}]
    found = order(1, currency="USD", order_revenue=amount, line_items=line_items)
    assert run([ORDERS, *records("orders", found)]).code == 0
    assert stored("orders_table")[0]["order_revenue"] == 12.5


def test_another_name_is_not_taken_for_what_cannot_be_the_field(run: Runner) -> None:
    """Many sources call an object `address`, and the customer is none the worse for it."""
    person = {"id": "1", "email": "a@example.com", "address": {"line1": "x", "city": "Bonn"}}
    done = run([schema("customers", "id"), *records("customers", person)])
    assert done.counts("customers:customers")["delivered"] == 1
    assert "address (100%)" in done.log


def test_a_strangers_name_begins_no_line_of_the_log(run: Runner) -> None:
    """Nor steers the terminal on which somebody reads it."""
    name = "a\nb\x1b[2J\rc"
    lines = [schema(name, "order_id"), *records(name, order(name, currency=None))]
    done = run(lines, streams={name: {"endpoint": "orders"}})
    assert done.counts(f"{name}:orders") == {"read": 1, "rejected": 1}
    assert all(line.isprintable() and " | " in line for line in done.log.split("\n")[:-1])
    assert "stream a?b?[2J?c" in done.log


def test_only_rejects_are_sent_again_as_such(run: Runner) -> None:
    """A whole export given by mistake would be delivered a second time."""
    run([ORDERS, *records("orders", order(1))])
    (run.folder / "plain.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in [ORDERS, *records("orders", order(2))])
    )
    done = run.execute(["rejects", "retry", "plain.jsonl", "--config", "config.json"], b"")
    assert done.code == 1
    assert "line 2 of the input: a RECORD that was not rejected" in done.log


def test_properties_that_are_no_object_are_told_and_not_lost(run: Runner) -> None:
    """Only an object of them is the older event's."""
    lead = {"type": "lead", "email": "a@example.com", "timestamp": 1_700_000_000}
    done = run([schema("events", "type"), *records("events", {**lead, "properties": "colour"})])
    assert done.counts("events:events") == {"read": 1, "delivered": 1}
    assert "properties (100%)" in done.log


def test_a_schema_that_changes_keeps_what_was_read_before_it(run: Runner, stored: Stored) -> None:
    """A version read before is superseded as any other, and the newest one stays."""
    wider = schema("orders", "order_id", "note", keys=["order_id"])
    lines = [ORDERS, *records("orders", order(1, order_revenue=1)), wider]
    lines += [*records("orders", order(1, order_revenue=2)), state(a=1)]
    done = run(lines)
    assert done.counts("orders:orders") == {"read": 2, "delivered": 1, "superseded": 1}
    assert [one["order_revenue"] for one in stored("orders_table")] == [2]
