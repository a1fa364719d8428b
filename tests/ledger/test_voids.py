"""Orders that are gone are voided: with what was accepted last, once, and never too many."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night, requests
from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]

GONE_AT = "2026-05-02T03:04:05Z"
VOIDING: dict[str, Any] = {"ledger_url": LEDGER, "soft_delete": True}
COUNTED: dict[str, Any] = {
    "streams": {
        "orders": {
            "endpoint": "orders",
            "counts": {"field": "status", "send": "paid", "void": "cancelled"},
        }
    }
}
BULK = "/data-in/bulk-orders"
REFUSED = {"success": False, "message": "void is not allowed", "errors": ["void is not allowed"]}


def gone(number: int | str, **further: Any) -> dict[str, Any]:
    """Return what a tap sends of an order that was deleted: its key, and when."""
    return {"order_id": f"A-{number}", "_sdc_deleted_at": GONE_AT, **further}


def whole(number: int | str, **changes: Any) -> dict[str, Any]:
    """Return a deleted order with all of its fields."""
    return order(number, **changes) | gone(number)


def by_id(stored: Stored) -> dict[str, dict[str, Any]]:
    """Return what the sandbox has of each order."""
    return {one["order_id"]: one for one in stored("orders_table")}


def voided(stored: Stored) -> list[str]:
    """Return the orders that are void at the API."""
    return sorted(name for name, one in by_id(stored).items() if one.get("void"))


def standing(run: Runner) -> list[str]:
    """Return the orders that are not void in the ledger."""
    with closing(sqlite3.connect(run.folder / "ledger.db")) as connection, connection:
        chosen = "SELECT name FROM triplewhale_records WHERE NOT is_void ORDER BY name"
        return [name for (name,) in connection.execute(chosen)]


def test_a_deleted_order_is_voided_with_its_last_body(
    run: Runner, stored: Stored, ledger_url: str
) -> None:
    """The API asks for the identical record, and a tap tells of a deletion no more than the key."""
    kept: dict[str, Any] = {"ledger_url": ledger_url, "soft_delete": True}
    run(night(order(1), order(2)), **kept)
    run(night(order(1, order_revenue=12, tags=["new"])), **kept)
    before = by_id(stored)
    done = run(night(gone(1)), **kept)
    assert done.counts(ORDERS) == {"read": 1, "delivered": 1}, done.log
    assert by_id(stored) == before | {"A-1": before["A-1"] | {"void": True}}
    seen = len(requests(run.folder))
    again = run(night(gone(1)), **kept)
    assert again.counts(ORDERS) == {"read": 1, "unchanged": 1}
    assert len(requests(run.folder)) == seen


def test_what_the_deleted_order_says_itself_is_not_sent(run: Runner, stored: Stored) -> None:
    """Its last body counts, whatever a tap makes of a row that is not there any more."""
    run(night(order(1)), **VOIDING)
    (before,) = stored("orders_table")
    changed = whole(1, order_revenue=0, created_at="2026-01-01T00:00:00Z")
    done = run(night(changed), identity_changes="allow", **VOIDING)
    assert done.counts(ORDERS) == {"read": 1, "delivered": 1}, done.log
    assert stored("orders_table") == [before | {"void": True}]


def test_an_order_that_comes_back_is_sent_without_void(run: Runner, stored: Stored) -> None:
    """Also where nothing else about it has changed."""
    run(night(order(1)), **VOIDING)
    run(night(gone(1)), **VOIDING)
    done = run(night(order(1)), **VOIDING)
    assert done.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert not voided(stored)
    assert run(night(gone(1)), **VOIDING).counts(ORDERS) == {"read": 1, "delivered": 1}
    assert voided(stored) == ["A-1"]


def test_a_change_and_the_deletion_in_one_run(run: Runner, stored: Stored) -> None:
    """The void waits for the change, and goes with its body."""
    run(night(order(1)), **VOIDING)
    done = run(night(order(1, order_revenue=12), gone(1)), **VOIDING)
    assert done.counts(ORDERS) == {"read": 2, "delivered": 2}
    (kept,) = stored("orders_table")
    assert (kept["order_revenue"], kept["void"]) == (12, True)


@pytest.mark.parametrize(
    ("last", "counts", "is_void"),
    [
        ([], {"read": 2, "unchanged": 1, "superseded": 1}, False),
        ([gone(1)], {"read": 3, "delivered": 1, "unchanged": 1, "superseded": 1}, True),
        ([gone(1), gone(1)], {"read": 4, "delivered": 1, "unchanged": 1, "superseded": 2}, True),
    ],
)
def test_the_last_word_of_a_run_counts(
    run: Runner,
    stored: Stored,
    last: list[dict[str, Any]],
    counts: dict[str, int],
    *,
    is_void: bool,
) -> None:
    """An order that was deleted and made anew in one run was never gone."""
    run(night(order(1)), **VOIDING)
    done = run(night(gone(1), order(1), *last), **VOIDING)
    assert done.counts(ORDERS) == counts, done.log
    assert bool(voided(stored)) is is_void


def test_made_and_deleted_in_one_run(run: Runner, stored: Stored) -> None:
    """A log of changes tells of orders that no run has seen before, and tells it twice."""
    changes = [one for n in range(8) for one in (order(n), gone(n), gone(n))]
    done = run(night(*changes), **VOIDING)
    assert done.counts(ORDERS) == {"read": 24, "delivered": 16, "superseded": 8}, done.log
    assert len(voided(stored)) == 8


def test_under_a_stream_map(run: Runner, stored: Stored) -> None:
    """It renames the key of a deleted order as of any other."""
    columns = {"order_id": "'A-' + number", "number": None}
    maps = {"orders": {**columns, "__key_properties__": ["order_id"]}}

    def sales(*found: dict[str, Any]) -> list[Any]:
        numbers = [{"number": one.pop("order_id").removeprefix("A-"), **one} for one in found]
        properties: dict[str, Any] = {name: {} for name in numbers[0]}
        described = schema("orders", keys=["number"])
        described["schema"]["properties"] = {**properties, "number": {"type": "string"}}
        return [described, *records("orders", *numbers)]

    run(sales(order(1), order(2)), stream_maps=maps, **VOIDING)
    assert len(stored("orders_table")) == 2
    done = run(sales(gone(1)), stream_maps=maps, **VOIDING)
    assert done.counts(ORDERS) == {"read": 1, "delivered": 1}, done.log
    assert voided(stored) == ["A-1"]


def test_without_the_setting_deletions_are_left_out(run: Runner, stored: Stored) -> None:
    """Nothing is voided that nobody asked for."""
    run(night(order(1)), ledger_url=LEDGER)
    done = run(night(gone(1), whole(1)), ledger_url=LEDGER)
    assert done.counts(ORDERS) == {"read": 2, "filtered": 2}
    assert not voided(stored)


@pytest.mark.parametrize("ledger", [LEDGER, None])
def test_an_order_that_nobody_knows(run: Runner, stored: Stored, ledger: str | None) -> None:
    """Whole, it is sent as it came and void; else there is nothing to send."""
    orders = night(whole(1), gone(2))
    done = run(orders, soft_delete=True, ledger_url=ledger)
    assert done.counts(ORDERS) == {"read": 2, "delivered": 1, "rejected": 1}, done.log
    (kept,) = stored("orders_table")
    assert (kept["order_id"], kept["order_revenue"], kept["void"]) == ("A-1", 10.5, True)


def test_without_a_body_an_order_is_sent_as_it_came(run: Runner, stored: Stored) -> None:
    """A fingerprint does not tell what was accepted, and the order has to be the same one."""
    known = VOIDING | {"ledger_bodies": "fingerprint", "identity_changes": "allow"}
    run(night(*map(order, range(4))), **known)
    other = whole(3, created_at="2026-01-01T00:00:00Z")
    done = run(night(whole(1, order_revenue=11), gone(2), other), **known)
    assert done.counts(ORDERS) == {"read": 3, "delivered": 1, "rejected": 2}, done.log
    assert done.codes(ORDERS) == {"TW-ORDERS-VOID-NO_BODY": 2}
    assert voided(stored) == ["A-1"]
    assert len(stored("orders_table")) == 4


def test_nothing_else_can_be_voided(run: Runner, stored: Stored) -> None:
    """A customer that is gone stays, and an order is not gone with one of its rows."""
    customer = {"customer_id": "C-1"}
    item = {"id": "L-1", "product_id": "P-1", "variant_id": "V-1", "price": "1", "quantity": "1"}
    row = order(1) | {f"lineitem_{name}": value for name, value in item.items()}
    grouping = {"by": "order_id", "into": "line_items"}
    grouped = {"rows": {"endpoint": "orders", "group_rows": grouping}}
    lines = [
        [
            schema("customers", keys=["customer_id"]),
            *records("customers", customer | deleted),
            schema("rows", *row),
            *records("rows", row | deleted),
        ]
        for deleted in ({}, {"_sdc_deleted_at": GONE_AT})
    ]
    streams = grouped | {"customers": {"endpoint": "customers"}}
    first = run(lines[0], streams=streams, **VOIDING)
    assert first.counts("rows:orders") == {"read": 1, "delivered": 1}, first.log
    done = run(lines[1], streams=streams, **VOIDING)
    assert done.counts("customers:customers") == {"read": 1, "filtered": 1}
    assert done.counts("rows:orders") == {"read": 1, "filtered": 1}, done.log
    assert not voided(stored)


def test_a_status_that_voids(run: Runner, stored: Stored) -> None:
    """A known order is voided as it was accepted, an unknown one as it came."""
    run(night(order(1, status="paid"), order(2, status="paid")), **VOIDING, **COUNTED)
    before = by_id(stored)
    orders = [order(n, status="cancelled", order_revenue=0) for n in (1, 3)]
    done = run(night(*orders), **VOIDING, **COUNTED)
    assert done.counts(ORDERS) == {"read": 2, "delivered": 2}, done.log
    assert voided(stored) == ["A-1", "A-3"]
    assert by_id(stored)["A-1"] == before["A-1"] | {"void": True}
    assert by_id(stored)["A-3"]["order_revenue"] == 0
    again = run(night(*orders), **VOIDING, **COUNTED)
    assert again.counts(ORDERS) == {"read": 2, "unchanged": 2}


def test_a_status_that_would_void_is_left_out_without_the_setting(
    run: Runner, stored: Stored
) -> None:
    """A cancelled order is none."""
    run(night(order(1, status="paid")), ledger_url=LEDGER, **COUNTED)
    done = run(night(order(1, status="cancelled")), ledger_url=LEDGER, **COUNTED)
    assert done.counts(ORDERS) == {"read": 1, "filtered": 1}
    assert not voided(stored)


def test_a_first_load_may_have_any_number_of_void_orders(run: Runner, stored: Stored) -> None:
    """Nothing is voided by them that was there, however often each is read."""
    orders = [order(n, status="cancelled", order_revenue=r) for r in (1, 2) for n in range(30)]
    done = run(night(*orders), **VOIDING, **COUNTED)
    assert done.code == 0, done.log
    assert done.counts(ORDERS) == {"read": 60, "delivered": 30, "unchanged": 30}
    assert len(voided(stored)) == 30


@pytest.mark.parametrize("way", ["deleted", "cancelled"])
def test_too_many_halt_the_run_before_the_first(run: Runner, stored: Stored, way: str) -> None:
    """Half an export must not void a year; what is not void was delivered."""
    run(night(*(order(n, status="paid") for n in range(40))), **VOIDING, **COUNTED)
    left = [
        gone(n) if way == "deleted" else order(n, status="cancelled", order_revenue=1)
        for n in range(11)
    ]
    lines = night(*left[:1], order(50, status="paid"), *left[1:])
    lines.insert(1, state(before="the first"))
    done = run(lines, **VOIDING, **COUNTED)
    assert done.code == 1
    assert "11 orders are gone from the source, and this run may void 10 at the most" in done.log
    assert not voided(stored)
    assert done.counts(ORDERS) == {"read": 12, "delivered": 1}
    assert done.states == [{"before": "the first"}]
    allowed = run(lines, max_voids=11, **VOIDING, **COUNTED)
    assert allowed.code == 0, allowed.log
    assert len(voided(stored)) == 11


@pytest.mark.parametrize(
    ("most", "known", "number", "is_allowed"),
    [
        (None, 20, 10, True),
        ("5%", 300, 15, True),
        ("5%", 300, 16, False),
        (3, 300, 3, True),
        (3, 300, 4, False),
        ("100%", 20, 20, True),
    ],
)
def test_how_many_are_too_many(
    run: Runner, most: Any, known: int, number: int, *, is_allowed: bool
) -> None:
    """A number, or a share of what is known, but 10 at the least."""
    run(night(*map(order, range(known))), **VOIDING)
    done = run(night(*map(gone, range(number))), max_voids=most, **VOIDING)
    assert done.code == (0 if is_allowed else 1), done.log
    assert len(standing(run)) == known - number * is_allowed


def test_what_another_shop_has_is_none_of_the_known(run: Runner, stored: Stored) -> None:
    """A large shop in the same ledger must not let a small one be voided whole."""
    run(night(*map(order, range(400))), **VOIDING)
    small = VOIDING | {"shop": "small.myshopify.com"}
    run(night(*map(order, range(20))), **small)
    done = run(night(*map(gone, range(11))), **small)
    assert done.code == 1
    assert not voided(stored)


def test_a_void_that_the_api_refuses(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """It is a rejected record like any other, and the next run tries again."""
    run.config["api_url"] = serving(
        faults=[{"path": BULK, "nth": 2, "status": 400, "body": REFUSED}]
    ).url
    run(night(order(1), order(2)), **VOIDING)
    done = run(night(gone(1)), **VOIDING)
    assert done.counts(ORDERS) == {"read": 1, "rejected": 1}, done.log
    assert standing(run) == ["A-1", "A-2"]
    again = run([schema("orders")], **VOIDING)
    assert [one["delivered"] for one in again.report["retried"]] == [1], again.log
    assert voided(stored) == ["A-1"]


def test_an_old_void_is_not_sent_after_a_newer_version(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """A rejected one tells of a time before the order was made anew."""
    run.config["api_url"] = serving(
        faults=[{"path": BULK, "nth": 2, "status": 400, "body": REFUSED}]
    ).url
    run(night(order(1)), **VOIDING)
    done = run(night(gone(1)), **VOIDING)
    (rejects,) = run.folder.glob("rejects/*.jsonl")
    run(night(order(1, order_revenue=12)), retry_rejects=False, **VOIDING)
    again = run.execute(["rejects", "retry", str(rejects), "--config", "config.json"], b"")
    assert done.counts(ORDERS) == {"read": 1, "rejected": 1}
    assert again.code == 0, again.log
    assert not voided(stored)


def test_a_run_that_ends_between_voids(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """STATE does not pass the voids that are left, and the next run finishes them."""
    run.config["api_url"] = serving(faults=[{"path": BULK, "nth": 5, "status": 401}]).url
    one_by_one = VOIDING | {"batch_size_rows": 1, "max_concurrency": 1}
    run(night(*map(order, range(3))), **one_by_one)
    lines = night(*map(gone, range(3)))
    lines[1:1] = [state(before="all")]
    cut = run(lines, **one_by_one)
    assert cut.code == 1
    assert cut.states == [{"before": "all"}]
    assert voided(stored) == ["A-0"]
    done = run(lines, **one_by_one)
    assert done.counts(ORDERS) == {"read": 3, "delivered": 2, "unchanged": 1}, done.log
    assert voided(stored) == ["A-0", "A-1", "A-2"]


def test_all_that_was_accepted_under_an_id_is_voided(run: Runner, stored: Stored) -> None:
    """The API has it as two orders, whose revenue counts twice."""
    allowing = VOIDING | {"identity_changes": "allow"}
    run(night(order(1), order(2)), **allowing)
    run(night(order(1, created_at="2026-01-01T00:00:00Z")), **allowing)
    before = stored("orders_table")
    assert len(before) == 3
    done = run(night(gone(1)), **allowing)
    assert done.counts(ORDERS) == {"read": 1, "delivered": 1}, done.log
    assert done.report["voided"] == {"orders:orders": {"delivered": 1}}
    expected = [one | ({"void": True} if one["order_id"] == "A-1" else {}) for one in before]
    assert stored("orders_table") == expected


def test_a_void_among_many_records_does_not_hold_them_up(run: Runner, stored: Stored) -> None:
    """Voids are held, but no longer than other records wait for company."""
    run(night(order("known")), **VOIDING)
    done = run(night(gone("known"), *map(order, range(60_000))), **VOIDING)
    assert done.counts(ORDERS) == {"read": 60_001, "delivered": 60_001}, done.log
    assert voided(stored) == ["A-known"]
    with closing(sqlite3.connect(run.folder / "served.db")) as connection, connection:
        chosen = "SELECT order_id FROM orders_table WHERE void OR order_id = 'A-59999'"
        arrived = connection.execute(f"{chosen} ORDER BY received_at")
        assert list(arrived) == [("A-known",), ("A-59999",)]
