"""Streams that are read whole: what a closed version lacks is voided, and only that."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS
from tests.ledger.test_voids import BULK, REFUSED, by_id, gone, standing, voided
from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]

ROUTE: dict[str, Any] = {"endpoint": "orders", "snapshot": True}
WHOLE: dict[str, Any] = {
    "ledger_url": LEDGER,
    "soft_delete": True,
    "streams": {"orders": ROUTE},
}


def closed(version: int, stream: str = "orders") -> dict[str, Any]:
    """Return what a tap says when it has read a table whole."""
    return {"type": "ACTIVATE_VERSION", "stream": stream, "version": version}


def rows(version: int, *orders: dict[str, Any], stream: str = "orders") -> list[dict[str, Any]]:
    """Return orders of one version of a table."""
    return [one | {"version": version} for one in records(stream, *orders)]


def table(version: int, *orders: dict[str, Any], stream: str = "orders") -> list[dict[str, Any]]:
    """Return a whole version of a table."""
    found = rows(version, *orders, stream=stream)
    return [schema(stream, keys=["order_id"]), *found, closed(version, stream), state(v=version)]


def missing(run: Runner) -> list[str]:
    """Return the orders that the ledger lists as missing."""
    with closing(sqlite3.connect(run.folder / "ledger.db")) as connection, connection:
        found = connection.execute("SELECT name FROM triplewhale_missing ORDER BY name")
        return [name for (name,) in found]


def test_what_a_closed_version_lacks_is_voided(
    run: Runner, stored: Stored, ledger_url: str
) -> None:
    """With its last body, at the API and in the ledger."""
    whole = WHOLE | {"ledger_url": ledger_url}
    run(table(1, *map(order, range(4))), **whole)
    run(table(2, order(0, order_revenue=12), *map(order, range(1, 4))), **whole)
    before = by_id(stored)
    done = run(table(3, order(1), order(3, order_revenue=13)), **whole)
    assert done.counts(ORDERS) == {"read": 2, "delivered": 1, "unchanged": 1}, done.log
    assert done.report["voided"] == {ORDERS: {"delivered": 2}}
    after = by_id(stored)
    assert voided(stored) == ["A-0", "A-2"]
    assert after["A-0"] == before["A-0"] | {"void": True}
    again = run(table(4, order(1), order(3, order_revenue=13)), **whole)
    assert (again.counts(ORDERS), again.report["voided"]) == ({"read": 2, "unchanged": 2}, {})
    back = run(table(5, *map(order, (0, 1))), **whole)
    assert back.counts(ORDERS) == {"read": 2, "delivered": 1, "unchanged": 1}
    assert voided(stored) == ["A-2", "A-3"]


@pytest.mark.parametrize(
    "changed", [{"soft_delete": False}, {"streams": {"orders": {"endpoint": "orders"}}}]
)
def test_nothing_is_voided_that_nobody_declared(
    run: Runner, stored: Stored, changed: dict[str, Any]
) -> None:
    """Many taps send versions of tables of which they read but a part."""
    whole = WHOLE | changed
    run(table(1, order(1), order(2)), **whole)
    done = run(table(2, order(1)), **whole)
    assert done.code == 0
    assert "nothing is voided" not in done.log
    assert not voided(stored)


def test_what_is_rejected_or_left_out_is_still_there(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """By the mapping, by the API, or by a status: the source has it."""
    run.config["api_url"] = serving(
        faults=[{"path": BULK, "order_id": "A-2", "from": 2, "status": 400, "body": REFUSED}]
    ).url
    counts = {"field": "status", "send": "paid", "void": "cancelled", "filter": "test"}
    whole = WHOLE | {"streams": {"orders": ROUTE | {"counts": counts}}}
    run(table(1, *(order(n, status="paid") for n in range(6))), **whole)
    changed = [
        order(1, status="paid", order_revenue="much"),
        order(2, status="paid", order_revenue=12),
        order(3, status="test"),
        order(4, status="whatever"),
        order(5, status="paid"),
    ]
    done = run(table(2, *changed), **whole)
    assert done.counts(ORDERS) == {"read": 5, "unchanged": 1, "filtered": 1, "rejected": 3}
    assert voided(stored) == ["A-0"], done.log


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            [closed(2), *rows(2, order(1))],
            "no record of the version that the tap has closed was read",
        ),
        ([closed(2)], "no record of the version that the tap has closed was read"),
        (
            [*rows(3, order(1)), closed(2)],
            "no record of the version that the tap has closed was read",
        ),
        (
            [*records("orders", order(1)), closed(2)],
            "no record of the version that the tap has closed was read",
        ),
        (
            [*rows(2, order(1), {"currency": "EUR"}), closed(2)],
            "1 records of the version were left out or rejected without an id",
        ),
        (
            [*rows(2, order(1)), *rows(2, order(3) | {"order_id": None}), closed(2)],
            "1 records of the version were left out or rejected without an id",
        ),
    ],
)
def test_a_version_that_does_not_tell_all(
    run: Runner, stored: Stored, lines: list[Any], told: str
) -> None:
    """Nothing is voided, and the log says why."""
    run(table(1, order(1), order(2)), **WHOLE)
    done = run([schema("orders", keys=["order_id"]), *lines], **WHOLE)
    assert done.code == 0, done.log
    assert f"stream orders: nothing is voided: {told}" in done.log
    assert not voided(stored)


@pytest.mark.parametrize("version", [None, "2", 2**70])
def test_a_version_without_a_number(run: Runner, stored: Stored, version: object) -> None:
    """It is none."""
    run(table(1, order(1), order(2)), **WHOLE)
    closing = closed(2) | {"version": version}
    found = [one | {"version": version} for one in records("orders", order(1))]
    done = run([schema("orders", keys=["order_id"]), *found, closing], **WHOLE)
    assert done.code == 0, done.log
    assert not voided(stored)


def test_a_version_that_an_earlier_run_has_begun(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """The tap goes on where the run before was cut off, and does not tell of what came first."""
    run.config["api_url"] = serving(faults=[{"path": BULK, "nth": 2, "status": 401}]).url
    run(table(1, *map(order, range(4))), **WHOLE)
    begun = [schema("orders", keys=["order_id"]), *rows(2, order(0), order(1, order_revenue=12))]
    assert run(begun, **WHOLE).code == 1
    done = run(table(2, order(2)), **WHOLE)
    assert "an earlier run has read a part of the version" in done.log
    assert not voided(stored)
    assert not missing(run)
    run(table(3, *map(order, range(3))), **WHOLE)
    assert voided(stored) == ["A-3"]


def test_two_streams_do_not_void_each_others_orders(run: Runner, stored: Stored) -> None:
    """Each version tells of its own table only."""
    both = WHOLE | {"streams": {"shop": ROUTE, "pos": ROUTE}}
    run([*table(1, order(1), order(2), stream="shop"), *table(1, order(3), stream="pos")], **both)
    done = run(table(2, order(1), stream="shop"), **both)
    assert done.report["voided"] == {"shop:orders": {"delivered": 1}}, done.log
    assert voided(stored) == ["A-2"]


def test_a_share_is_one_of_all_that_was_known(run: Runner, stored: Stored) -> None:
    """What the run has voided before counts on both sides."""
    both = WHOLE | {"streams": {"shop": ROUTE, "pos": ROUTE}, "max_voids": "100%"}
    shop, pos = range(12), range(12, 24)
    run(
        [*table(1, *map(order, shop), stream="shop"), *table(1, *map(order, pos), stream="pos")],
        **both,
    )
    left = [*table(2, order(0), stream="shop"), *table(2, order(12), stream="pos")]
    done = run(left, **both)
    assert done.code == 0, done.log
    assert len(voided(stored)) == 22


@pytest.mark.parametrize(
    "other", [{"shop": "other.myshopify.com"}, {"platform_account_id": "other"}]
)
def test_what_another_shop_or_account_has_is_not_lacking(
    run: Runner, stored: Stored, other: dict[str, Any]
) -> None:
    """Two loaders of one kind share a ledger, and their streams have the same name."""
    run(table(1, order(1), order(2)), **WHOLE)
    done = run(table(2, order(3)), **WHOLE | other)
    assert done.code == 0, done.log
    assert not voided(stored)
    assert not missing(run)


def test_too_many_halt_the_run_before_the_first(run: Runner, stored: Stored) -> None:
    """Half an export must not void a year, and no STATE says that it was taken in."""
    run(table(1, *map(order, range(40))), **WHOLE)
    lines = table(2, order(39), order(50))
    lines.insert(1, state(before="the version"))
    done = run(lines, **WHOLE)
    assert done.code == 1
    assert "39 orders are gone from the source, and this run may void 10 at the most" in done.log
    assert done.states == [{"before": "the version"}]
    assert done.counts(ORDERS) == {"read": 2, "delivered": 1, "unchanged": 1}
    assert not voided(stored)
    assert not missing(run)
    allowed = run(table(3, order(39), order(50)), max_voids="100%", **WHOLE)
    assert allowed.code == 0, allowed.log
    assert len(voided(stored)) == 39


def test_all_voids_of_a_run_count_together(run: Runner, stored: Stored) -> None:
    """What a tap says is deleted, and what it does not tell of any more; each order once."""
    run(table(1, *map(order, range(20))), **WHOLE)
    over = run(table(2, *map(order, range(11, 20)), *map(gone, range(6))), **WHOLE)
    assert over.code == 1
    assert "11 orders are gone" in over.log
    assert not voided(stored)
    done = run(table(3, *map(order, range(10, 20)), *map(gone, range(6))), **WHOLE)
    assert done.code == 0, done.log
    assert done.counts(ORDERS) == {"read": 16, "delivered": 6, "unchanged": 10}
    assert done.report["voided"] == {ORDERS: {"delivered": 4}}


def test_voids_that_the_api_refuses(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """They are told, the orders stand, and the next version tries again."""
    run.config["api_url"] = serving(
        faults=[{"path": BULK, "order_id": "A-1", "nth": [2, 3], "status": 400, "body": REFUSED}]
    ).url
    run(table(1, *map(order, range(3))), **WHOLE)
    done = run(table(2, order(0)), **WHOLE)
    assert done.code == 0, done.log
    assert done.report["voided"] == {ORDERS: {"delivered": 1, "rejected": 1}}
    assert "order A-1 could not be voided" in done.log
    assert standing(run) == ["A-0", "A-1"]
    assert missing(run) == ["A-1"]
    run(table(3, order(0)), **WHOLE)
    assert voided(stored) == ["A-1", "A-2"]


def test_without_bodies_nothing_can_be_voided(run: Runner, stored: Stored) -> None:
    """A fingerprint does not tell what was accepted."""
    whole = WHOLE | {"ledger_bodies": "fingerprint"}
    run(table(1, *map(order, range(9))), **whole)
    done = run(table(2, order(0)), **whole)
    assert done.report["voided"] == {ORDERS: {"rejected": 8}}
    assert done.log.count("could not be voided (TW-ORDERS-VOID-NO_BODY)") == 5
    assert not voided(stored)


def test_a_run_that_ends_between_voids(
    run: Runner, stored: Stored, serving: Callable[..., Served]
) -> None:
    """The next version finishes them."""
    run.config["api_url"] = serving(faults=[{"path": BULK, "nth": 6, "status": 401}]).url
    one_by_one = WHOLE | {"batch_size_rows": 1, "max_concurrency": 1}
    run(table(1, *map(order, range(4))), **one_by_one)
    cut = run(table(2, order(0)), **one_by_one)
    assert cut.code == 1
    assert not cut.states
    assert len(voided(stored)) == 1
    done = run(table(3, order(0)), **one_by_one)
    assert done.report["voided"] == {ORDERS: {"delivered": 2}}, done.log
    assert voided(stored) == ["A-1", "A-2", "A-3"]


def test_each_identity_of_an_order_is_voided_once(run: Runner, stored: Stored) -> None:
    """The API has it as two orders."""
    allowing = WHOLE | {"identity_changes": "allow"}
    run(table(1, order(0), order(1)), **allowing)
    run(table(2, order(0), order(1, created_at="2026-01-01T00:00:00Z")), **allowing)
    done = run(table(3, order(0)), **allowing)
    assert done.report["voided"] == {ORDERS: {"delivered": 2}}, done.log
    assert sorted(bool(one.get("void")) for one in stored("orders_table")) == [False, True, True]


def test_a_rejected_record_does_not_bring_a_voided_order_back(run: Runner, stored: Stored) -> None:
    """It was refused for another identity, which nothing contradicts once the order is void."""
    run(table(1, order(0), order(1)), **WHOLE)
    shifted = order(1, created_at="2026-03-04T06:06:07Z")
    assert run(table(2, order(0), shifted), **WHOLE).counts(ORDERS)["rejected"] == 1
    done = run(table(3, order(0)), **WHOLE)
    assert [one["rejected"] for one in done.report["retried"]] == [1]
    assert voided(stored) == ["A-1"]
    again = run(table(4, order(0)), **WHOLE)
    assert [one["superseded"] for one in again.report["retried"]] == [1], again.log
    assert len(stored("orders_table")) == 2
    assert not run(table(5, order(0)), **WHOLE).report["retried"]


def test_orders_in_rows(run: Runner, stored: Stored) -> None:
    """The last order of a version is open until the version is closed; it is there all the same."""
    item = {"id": "L", "product_id": "P-1", "variant_id": "V-1", "price": "1", "quantity": "1"}
    row = {f"lineitem_{name}": value for name, value in item.items()}
    route = ROUTE | {"group_rows": {"by": "order_id", "into": "line_items"}}
    grouped = WHOLE | {"streams": {"orders": route}}
    first = run(table(1, *(order(n, **row) for n in (1, 1, 2, 3))), **grouped)
    assert first.counts(ORDERS) == {"read": 4, "delivered": 4}, first.log
    done = run(table(2, *(order(n, **row) for n in (1, 1, 3))), **grouped)
    assert done.report["voided"] == {ORDERS: {"delivered": 1}}, done.log
    assert voided(stored) == ["A-2"]


def test_an_order_of_too_many_rows_is_still_there(run: Runner, stored: Stored) -> None:
    """It is rejected, and which one it is cannot be told."""
    item = {"id": "L", "product_id": "P-1", "variant_id": "V-1", "price": "1", "quantity": "1"}
    row = {f"lineitem_{name}": value for name, value in item.items()}
    route = ROUTE | {"group_rows": {"by": "order_id", "into": "line_items"}}
    grouped = WHOLE | {"streams": {"orders": route}}
    run(table(1, *(order(n, **row) for n in (1, 2, 3))), **grouped)
    many = [order(1, **row)] * 10_000
    done = run(table(2, order(2, **row), *many), **grouped)
    assert done.counts(ORDERS)["rejected"] == 10_000, done.log
    assert not voided(stored)


def test_what_is_missing_is_kept_for_later(run: Runner, stored: Stored) -> None:
    """For taps that send no versions; a run that fails has not read all, and knows nothing."""
    run([schema("orders"), *records("orders", *map(order, range(4)))], **WHOLE)
    assert not missing(run)
    part = [schema("orders"), *records("orders", order(0), order(1))]
    run(part, **WHOLE)
    assert missing(run) == ["A-2", "A-3"]
    run([schema("orders"), *records("orders", *map(order, range(3)))], **WHOLE)
    assert missing(run) == ["A-3"]
    failed = run([*part, b"no JSON"], is_whole=False, **WHOLE)
    assert failed.code == 1
    assert not missing(run)
    assert not voided(stored)


def test_what_moved_to_another_route_is_missing_there(run: Runner) -> None:
    """The list of the route that it came from is older."""
    both = WHOLE | {"streams": {"shop": ROUTE, "pos": ROUTE}}

    def read(stream: str, *orders: dict[str, Any]) -> int:
        return run([schema(stream), *records(stream, *orders)], **both).code

    read("shop", order(0), order(1))
    read("shop", order(0))
    assert missing(run) == ["A-1"]
    read("pos", order(1, order_revenue=12), order(2))
    assert read("pos", order(2)) == 0
    assert missing(run) == ["A-1"]
