"""The small test before the backfill: the first records of each stream, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.ledger.nights import LEDGER, ORDERS, night
from tests.whole_runs import Finished, Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]


def limited(run: Runner, lines: list[dict[str, Any]], limit: int = 2, **config: Any) -> Finished:
    """Run on the first records only."""
    done = run(lines, is_whole=False, record_limit=limit, **config)
    assert not done.states
    assert f"record_limit {limit}: not all was sent, and no STATE was emitted" in done.log
    return done


def lead(number: int) -> dict[str, Any]:
    """Return an event."""
    who = {"externalId": f"P-{number}"}
    return {"type": "lead", "timestamp": "2026-03-04T05:06:07Z", "profileIdentifiers": who}


def line(number: int) -> dict[str, Any]:
    """Return what an export's row says of its line item."""
    return {
        "lineitem_id": number,
        "lineitem_price": 1,
        "lineitem_quantity": 1,
        "lineitem_product_id": "P-1",
        "lineitem_variant_id": "V-1",
    }


def test_the_first_of_each_stream_are_sent(run: Runner, stored: Stored) -> None:
    """Whatever comes between them; the further ones are filtered, good or bad."""
    lines = [
        schema("orders"),
        schema("leads"),
        *records("orders", order(1)),
        *records("leads", *(lead(n) for n in range(3))),
        *records("orders", order(2), order(3), order(4, currency=None)),
        state(bookmark=1),
    ]
    done = limited(run, lines)
    assert done.code == 0
    assert done.counts(ORDERS) == {"read": 4, "delivered": 2, "filtered": 2}
    assert done.counts("leads:events") == {"read": 3, "delivered": 2, "filtered": 1}
    assert [one["order_id"] for one in stored("orders_table")] == ["A-1", "A-2"]


def test_it_says_before_the_first_request_what_can_be_taken_back(
    run: Runner, stored: Stored
) -> None:
    """So it is said even where nothing ever arrives."""
    lines = [
        schema("orders"),
        schema("leads"),
        schema("customers"),
        *records("orders", order(1), order(2), order(3)),
        *records("customers", {"customer_id": "C-1"}),
        *records("leads", lead(1)),
    ]
    nowhere = "http://127.0.0.1:9"
    done = run(lines, is_whole=False, record_limit=2, api_url=nowhere, max_retries=0)
    assert done.code == 1
    told = (
        "record_limit 2: 2 orders can be voided, or deleted with their account; 1 customer can "
        "only be deleted with their account (Triple Whale: Integrations > Data In > Manage); 1 "
        "event can never be taken back"
    )
    assert told in done.log
    assert not stored("orders_table")


def test_nothing_is_sent_where_the_input_breaks(run: Runner, stored: Stored) -> None:
    """What was not announced is not sent."""
    lines: list[Any] = [schema("orders"), *records("orders", order(1)), b"{broken"]
    done = run(lines, is_whole=False, record_limit=2)
    assert done.code == 1
    assert not stored("orders_table")


def test_groups_of_rows_are_counted_and_sent_whole(run: Runner, stored: Stored) -> None:
    """Two orders of three rows each are six rows: a part of an order would be a wrong one."""
    rows = [order(number) | line(row) for number in (1, 2, 3) for row in (1, 2, 3)]
    grouped = {"endpoint": "orders", "group_rows": {"by": "order_id", "into": "line_items"}}
    streams = {"orders": grouped}
    done = limited(run, [schema("orders"), *records("orders", *rows)], streams=streams)
    assert done.counts(ORDERS) == {"read": 9, "delivered": 6, "filtered": 3}
    assert [len(one["line_items"]) for one in stored("orders_table")] == [3, 3]


def test_with_a_ledger_what_was_sent_is_remembered(run: Runner) -> None:
    """The backfill after it sends the rest, and then emits its STATE."""
    lines = [*night(*map(order, range(4))), state(bookmark=1)]
    limited(run, lines, ledger_url=LEDGER)
    whole = run(lines, ledger_url=LEDGER)
    assert whole.counts(ORDERS) == {"read": 4, "delivered": 2, "unchanged": 2}
    assert whole.states == [{"bookmark": 1}]


def test_nothing_is_voided(run: Runner, stored: Stored) -> None:
    """Neither what a closed version lacks, nor what is said to be gone."""
    streams = {"orders": {"endpoint": "orders", "snapshot": True}}
    config: dict[str, Any] = {
        "ledger_url": LEDGER,
        "soft_delete": True,
        "max_voids": "100%",
        "streams": streams,
    }

    def version(number: int, *found: dict[str, Any]) -> list[dict[str, Any]]:
        read = [one | {"version": number} for one in records("orders", *found)]
        end = {"type": "ACTIVATE_VERSION", "stream": "orders", "version": number}
        return [schema("orders", keys=["order_id"]), *read, end]

    run(version(1, *map(order, range(4))), **config)
    gone = order(1, _sdc_deleted_at="2026-05-01T00:00:00Z")
    limited(run, version(2, order(0), gone, order(3)), **config)
    assert not [one for one in stored("orders_table") if one.get("void")]
    run(version(3, order(0), order(1), order(3)), **config)
    assert [one["order_id"] for one in stored("orders_table") if one.get("void")] == ["A-2"]


def test_an_input_longer_than_what_may_be_open_is_read_to_its_end(run: Runner) -> None:
    """The first record is held all the while, and must hold up no other."""
    many = [schema("orders"), *records("orders", *(order(n) for n in range(3)))] + [
        {"type": "RECORD", "stream": "orders", "record": {}}
    ] * 600_000
    done = limited(run, many)
    assert done.counts(ORDERS) == {"read": 600_003, "delivered": 2, "filtered": 600_001}
