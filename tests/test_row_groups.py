"""Exports with one row a line item, run whole: each row shares its order's fate."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.mapping.grouping import MOST_ROWS
from tests.whole_runs import Runner, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]

COLUMNS = ("Order No", "Placed", "State", "E-Mail", "Total", "Currency", "Item", "Qty", "Price")
SCHEMA = schema("sales", *COLUMNS)
ITEM = "{name: item, quantity: qty, price: price, product_id: item, variant_id: item}"
ROUTE = {
    "endpoint": "orders",
    "group_rows": {"by": "order_no", "into": "rows"},
    "fields": {
        "order_id": "order_no",
        "created_at": "placed",
        "currency": "currency",
        "order_revenue": "total",
        "customer.id": "e_mail",
        "customer.email": "e_mail",
        "line_items": f"rows[].{ITEM}",
    },
}
STREAMS = {"sales": ROUTE}
WAY = "sales:orders"


def rows(number: str, items: int, **first: Any) -> list[dict[str, Any]]:
    """Return an order's rows, whose own columns are filled on the first only."""
    head = {
        "Order No": number,
        "Placed": "2026-04-03T08:15:00Z",
        "State": "paid",
        "E-Mail": "ann@example.com",
        "Total": "10",
        "Currency": "EUR",
        **first,
    }
    empty = {**dict.fromkeys(head, ""), "Order No": number}
    return [
        {**(empty if position else head), "Item": f"i{position}", "Qty": "1", "Price": "1.5"}
        for position in range(items)
    ]


def sales(*found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return RECORD messages of rows."""
    return records("sales", *found)


def kept(stored: Stored) -> dict[str, list[str]]:
    """Return the items of each order that the API keeps."""
    orders = stored("orders_table")
    assert len({one["order_id"] for one in orders}) == len(orders)
    return {one["order_id"]: [item["name"] for item in one["line_items"]] for one in orders}


def test_rows_one_after_another_are_one_order_with_its_columns_carried(
    run: Runner, stored: Stored
) -> None:
    """Every row is counted, and every order sent once."""
    done = run(
        [SCHEMA, *sales(*rows("A", 3), *rows("B", 1), *rows("C", 2)), state(a=1)], streams=STREAMS
    )
    assert done.code == 0, done.log
    assert done.counts(WAY) == {"read": 6, "delivered": 6}
    assert kept(stored) == {"A": ["i0", "i1", "i2"], "B": ["i0"], "C": ["i0", "i1"]}
    order = stored("orders_table")[0]
    assert (order["order_revenue"], order["customer"]["email"]) == (10, "ann@example.com")
    assert [item["id"] for item in order["line_items"]] == ["A-1", "A-2", "A-3"]
    assert done.states == [{"a": 1}]


def test_a_second_run_of_the_same_rows_changes_nothing(run: Runner, stored: Stored) -> None:
    """Ids of items are made of what stays."""
    lines = [SCHEMA, *sales(*rows("A", 3), *rows("B", 1)), state(a=1)]
    for _ in range(2):
        assert run(lines, streams=STREAMS).code == 0
    assert kept(stored) == {"A": ["i0", "i1", "i2"], "B": ["i0"]}


def test_an_order_that_comes_back_later_is_a_reject_and_its_first_rows_stay(
    run: Runner, stored: Stored
) -> None:
    """A part would overwrite the whole; the reason says what to do."""
    late = rows("A", 1, Item="late")
    done = run(
        [SCHEMA, *sales(*rows("A", 2), *rows("B", 1), *late, *rows("C", 1))], streams=STREAMS
    )
    assert done.counts(WAY) == {"read": 5, "delivered": 4, "rejected": 1}
    assert done.codes(WAY) == {"TW-ORDERS-GROUP_ROWS-SCATTERED": 1}
    assert kept(stored) == {"A": ["i0", "i1"], "B": ["i0"], "C": ["i0"]}
    (reason,) = done.rejects[0]["rejected"]["reasons"]
    assert reason["field"] == "order_no"
    assert "Sort the source by it" in reason["problem"]
    assert done.rejects[0]["rejected"]["identity"] == {"order_no": "A"}


def test_a_row_that_came_back_later_is_a_reject_again_when_it_is_sent_alone(
    run: Runner, stored: Stored, tmp_path: Path
) -> None:
    """The way back from the rejects file must not overwrite the order either."""
    run([SCHEMA, *sales(*rows("A", 2), *rows("B", 1), *rows("A", 1))], streams=STREAMS)
    (rejects,) = (tmp_path / "rejects").glob("*.jsonl")
    again = run(rejects, streams=STREAMS)
    assert again.codes(WAY) == {"TW-ORDERS-GROUP_ROWS-SCATTERED": 1}
    assert kept(stored) == {"A": ["i0", "i1"], "B": ["i0"]}


def test_an_order_that_is_rejected_takes_all_its_rows_with_it(run: Runner, tmp_path: Path) -> None:
    """So that all of them are in the file, and the whole order is sent when it is mended."""
    lines = [SCHEMA, *sales(*rows("A", 3, Currency=""), *rows("B", 1)), state(a=1)]
    done = run(lines, streams=STREAMS)
    assert done.counts(WAY) == {"read": 4, "delivered": 1, "rejected": 3}
    assert done.codes(WAY) == {"TW-ORDERS-CURRENCY-MISSING": 3}
    assert [one["record"]["Item"] for one in done.rejects] == ["i0", "i1", "i2"]
    assert done.states == [{"a": 1}]
    (rejects,) = (tmp_path / "rejects").glob("*.jsonl")
    again = run(rejects, streams=STREAMS, currency="EUR")
    assert again.counts(WAY) == {"read": 3, "delivered": 3}


def test_an_order_that_the_api_refuses_takes_all_its_rows_with_it(
    serving: Callable[..., Served], tmp_path: Path
) -> None:
    """A verdict on one body is one on each of its rows."""
    refusal = {"message": "Validation errors", "errors": [{"order_id": "A", "error": "no"}]}
    fault = {"path": "bulk-orders", "order_id": "A", "status": 400, "body": refusal}
    run = Runner(tmp_path, serving(faults=[fault]).url)
    done = run([SCHEMA, *sales(*rows("A", 2), *rows("B", 2))], streams=STREAMS)
    assert done.counts(WAY) == {"read": 4, "delivered": 2, "rejected": 2}
    assert [one["record"]["Item"] for one in done.rejects] == ["i0", "i1"]
    assert [one["rejected"]["status"] for one in done.rejects] == [400, 400]


def test_an_order_that_is_filtered_takes_all_its_rows_with_it(run: Runner, stored: Stored) -> None:
    """Its status is on its first row only."""
    counts = {"field": "state", "send": "paid", "filter": "pending"}
    lines = [SCHEMA, *sales(*rows("A", 3, State="pending"), *rows("B", 2))]
    done = run(lines, streams={"sales": {**ROUTE, "counts": counts}})
    assert done.counts(WAY) == {"read": 5, "delivered": 2, "filtered": 3}
    assert kept(stored) == {"B": ["i0", "i1"]}


def test_a_row_without_an_order_is_a_reject_and_parts_no_group(run: Runner, stored: Stored) -> None:
    """Rows of totals at a file's end are such."""
    first, second = rows("A", 2)
    done = run([SCHEMA, *sales(first, {**second, "Order No": ""}, second)], streams=STREAMS)
    assert done.codes(WAY) == {"TW-ORDERS-GROUP_ROWS-MISSING": 1}
    assert kept(stored) == {"A": ["i0", "i1"]}


def test_a_group_without_an_end_is_a_reject(run: Runner, stored: Stored) -> None:
    """A column of the country groups the whole file; nothing of it may be sent as one order."""
    many = rows("DE", MOST_ROWS + 2)
    done = run([SCHEMA, *sales(*many, *rows("B", 1)), state(a=1)], streams=STREAMS)
    assert done.counts(WAY) == {"read": MOST_ROWS + 3, "delivered": 1, "rejected": MOST_ROWS + 2}
    assert done.codes(WAY) == {"TW-ORDERS-GROUP_ROWS-TOO_LONG": MOST_ROWS + 2}
    assert kept(stored) == {"B": ["i0"]}
    assert (
        "`group_rows` names the wrong column"
        in done.rejects[0]["rejected"]["reasons"][0]["problem"]
    )


def test_a_state_between_two_rows_of_an_order_is_not_true(run: Runner, stored: Stored) -> None:
    """A run that began there would send a part of the order over the whole."""
    one, two, three = rows("A", 3)
    lines = [
        SCHEMA,
        *sales(*rows("Z", 1)),
        state(rows=1),
        *sales(one),
        state(rows=2),
        *sales(two),
        state(rows=3),
        *sales(three),
    ]
    done = run(lines, is_whole=False, streams=STREAMS)
    assert done.code == 0, done.log
    assert kept(stored) == {"Z": ["i0"], "A": ["i0", "i1", "i2"]}
    assert done.states == [{"rows": 1}]


def test_a_state_between_two_orders_waits_for_the_first(run: Runner, stored: Stored) -> None:
    """It is true as soon as the order before it has ended."""
    lines = [SCHEMA, *sales(*rows("A", 2)), state(rows=2), *sales(*rows("B", 2)), state(rows=4)]
    done = run(lines, streams=STREAMS)
    assert done.states[-1] == {"rows": 4}
    assert {"rows": 2} not in done.states[1:]
    assert kept(stored) == {"A": ["i0", "i1"], "B": ["i0", "i1"]}


def test_a_schema_in_between_parts_no_order(run: Runner, stored: Stored) -> None:
    """Taps send it again and again, and one that changes is another sink."""
    one, two, three = rows("A", 3)
    wider = schema("sales", *COLUMNS, "Note")
    lines = [SCHEMA, *sales(one), SCHEMA, *sales(two), wider, *sales({**three, "Note": "x"})]
    done = run([*lines, *sales(*rows("B", 1)), state(a=1)], streams=STREAMS)
    assert done.counts(WAY) == {"read": 4, "delivered": 4}
    assert kept(stored) == {"A": ["i0", "i1", "i2"], "B": ["i0"]}


def test_an_order_that_comes_back_under_another_schema_is_a_reject_too(
    run: Runner, stored: Stored
) -> None:
    """What has ended is known as long as the run is."""
    wider = schema("sales", *COLUMNS, "Note")
    lines = [SCHEMA, *sales(*rows("A", 2), *rows("B", 1)), wider, *sales(*rows("A", 1))]
    done = run(lines, streams=STREAMS)
    assert done.codes(WAY) == {"TW-ORDERS-GROUP_ROWS-SCATTERED": 1}
    assert kept(stored) == {"A": ["i0", "i1"], "B": ["i0"]}


def test_rows_of_batch_files_are_grouped_over_the_end_of_a_file(
    run: Runner, stored: Stored, tmp_path: Path
) -> None:
    """A tap cuts its files where it likes."""
    one, two, three = rows("A", 3)
    files = []
    for number, found in enumerate([[one], [two]]):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in found))
        files.append(path.as_uri())
    encoding = {"format": "jsonl", "compression": "none"}
    batch = {"type": "BATCH", "stream": "sales", "encoding": encoding, "manifest": files}
    done = run([SCHEMA, batch, *sales(three, *rows("B", 1))], is_whole=False, streams=STREAMS)
    assert done.code == 0, done.log
    assert done.counts(WAY) == {"read": 4, "delivered": 4}
    assert kept(stored) == {"A": ["i0", "i1", "i2"], "B": ["i0"]}


def test_rows_of_two_streams_may_come_by_turns(run: Runner, stored: Stored) -> None:
    """Each stream has groups of its own, also where the orders have the same numbers."""
    other = schema("returns", *COLUMNS)
    a, b = rows("A", 2), [{**one, "Item": f"r-{one['Item']}"} for one in rows("A", 2)]
    lines = [SCHEMA, other, *sales(a[0]), *records("returns", b[0]), *sales(a[1])]
    lines += [*records("returns", b[1]), state(a=1)]
    streams = {**STREAMS, "returns": {**ROUTE, "defaults": {"platform_account_id": "returns"}}}
    done = run(lines, streams=streams)
    assert done.code == 0, done.log
    found = {
        (one["platform_account_id"], item["name"])
        for one in stored("orders_table")
        for item in one["line_items"]
    }
    assert found == {
        *(("custom-msp", "i0"), ("custom-msp", "i1")),
        *(("returns", "r-i0"), ("returns", "r-i1")),
    }


def test_two_routes_of_one_stream_may_group_and_not_group(run: Runner, stored: Stored) -> None:
    """The same rows are orders, and each of them a customer."""
    customers = {
        "endpoint": "customers",
        "where": "e_mail != ''",
        "fields": {"customer_id": "e_mail", "created_at": "placed", "email_address": "e_mail"},
    }
    lines = [SCHEMA, *sales(*rows("A", 3), *rows("B", 1)), state(a=1)]
    done = run(lines, streams={"sales": [ROUTE, customers]})
    assert done.counts(WAY) == {"read": 4, "delivered": 4}
    assert done.counts("sales:customers")["filtered"] == 2
    assert kept(stored) == {"A": ["i0", "i1", "i2"], "B": ["i0"]}
    assert done.states == [{"a": 1}]


def test_two_columns_for_one_name_end_the_run_at_the_schema(run: Runner) -> None:
    """Before the first record, with both columns and the way out."""
    done = run([schema("sales", *COLUMNS, "orderNo"), *sales(*rows("A", 1))], streams=STREAMS)
    assert done.code == 1
    assert "'Order No'" in done.log
    assert "'orderNo'" in done.log
    assert "stream sales" in done.log


@pytest.mark.parametrize("number", ["A", None])
def test_columns_that_the_schema_does_not_name_are_refused_row_by_row(
    run: Runner, stored: Stored, number: str | None
) -> None:
    """A tap may send more than its SCHEMA says; none of it ends the run."""
    first, second = rows("A", 2)
    done = run([SCHEMA, *sales(first, {**second, "orderNo": number})], streams=STREAMS)
    assert done.codes(WAY) == {"TW-ORDERS-ORDER_NO-AMBIGUOUS": 1}
    assert kept(stored) == {"A": ["i0"]}


def test_stream_maps_come_before_the_grouping(run: Runner, stored: Stored) -> None:
    """Rows that they change or leave out are grouped as they are then."""
    maps = {"sales": {"Order No": "'N-' + record['Order No']", "__filter__": "Item != 'i1'"}}
    done = run([SCHEMA, *sales(*rows("A", 3), *rows("B", 1))], streams=STREAMS, stream_maps=maps)
    assert done.code == 0, done.log
    assert kept(stored) == {"N-A": ["i0", "i2"], "N-B": ["i0"]}
    assert sum(one["filtered"] for one in done.report["routes"]) == 1
