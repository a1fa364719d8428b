"""A field that a stream no longer brings is not erased in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS
from tests.whole_runs import Finished, Runner, order, records

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

COLUMNS = ("order_id", "created_at", "currency", "customer", "order_revenue", "name", "tags")
FULL = order(1, name="#1", tags=["vip"])


def schema_of(*columns: str) -> dict[str, Any]:
    """Return a SCHEMA that declares columns and the customer's own."""
    text = {"type": ["string", "null"]}
    kinds: dict[str, Any] = dict.fromkeys(columns, text)
    kinds["customer"] = {"type": "object", "properties": {"id": text, "email": text}}
    return {
        "type": "SCHEMA",
        "stream": "orders",
        "schema": {"properties": kinds},
        "key_properties": [],
    }


def read(run: Runner, columns: tuple[str, ...], *orders: dict[str, Any], **config: Any) -> Finished:
    """Run on a stream of some columns."""
    return run([schema_of(*columns), *records("orders", *orders)], ledger_url=LEDGER, **config)


def without(*names: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return columns, and an order, that lack some."""
    columns = tuple(name for name in COLUMNS if name not in names)
    return columns, {name: value for name, value in FULL.items() if name not in names}


def test_a_dropped_column_is_counted_and_named(run: Runner, stored: Stored) -> None:
    """By default the record is sent as it is, and the log says what that has erased."""
    read(run, COLUMNS, FULL, order(2, name="#2"))
    columns, dropped = without("name")
    again = read(run, columns, dropped, order(2))
    assert again.counts(ORDERS) == {"read": 2, "delivered": 2}
    assert "no longer brings" in again.log
    assert "name (2 records)" in again.log
    assert "missing_fields: keep" in again.log
    assert not any("name" in one for one in stored("orders_table"))


def test_a_run_that_fails_tells_of_it_as_well(run: Runner) -> None:
    """What it has erased is gone all the same."""
    read(run, COLUMNS, FULL)
    columns, dropped = without("name")
    failed = read(run, columns, dropped, order(2, currency=None), max_rejects="5%")
    assert failed.code == 1
    assert failed.counts(ORDERS) == {"read": 2, "delivered": 1, "rejected": 1}
    assert "name (1 records)" in failed.log


def test_it_is_carried_on_where_that_is_wished(run: Runner, stored: Stored) -> None:
    """What is only that, is no change; what else has changed, goes out with it."""
    read(run, COLUMNS, FULL)
    columns, dropped = without("name", "tags")
    same = read(run, columns, dropped, missing_fields="keep")
    assert same.counts(ORDERS) == {"read": 1, "unchanged": 1}
    changed = read(run, columns, {**dropped, "order_revenue": 12}, missing_fields="keep")
    assert changed.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert "were carried on: name (1 records), tags (1 records)" in changed.log
    (kept,) = stored("orders_table")
    assert (kept["name"], kept["tags"], kept["order_revenue"]) == ("#1", ["vip"], 12)
    again = read(run, columns, {**dropped, "order_revenue": 12}, missing_fields="keep")
    assert again.counts(ORDERS) == {"read": 1, "unchanged": 1}


def test_what_comes_empty_is_a_change_like_any_other(run: Runner, stored: Stored) -> None:
    """The source has emptied it, and has its column still."""
    read(run, COLUMNS, FULL)
    again = read(run, COLUMNS, {**FULL, "name": None}, missing_fields="keep")
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert "no longer brings" not in again.log
    assert not any("name" in one for one in stored("orders_table"))


def test_nothing_is_said_where_that_is_wished(run: Runner, stored: Stored) -> None:
    """The column was dropped on purpose."""
    read(run, COLUMNS, FULL)
    columns, dropped = without("name")
    again = read(run, columns, dropped, missing_fields="send")
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert "no longer brings" not in again.log
    assert not any("name" in one for one in stored("orders_table"))


def test_a_field_that_the_mapping_no_longer_names_is_missed(run: Runner, stored: Stored) -> None:
    """A mistake in a new mapping must not empty a year of orders."""
    fields = {name: name for name in COLUMNS if name != "customer"}
    fields |= {"customer.id": "customer.id", "customer.email": "customer.email"}
    before = {"orders": {"endpoint": "orders", "fields": fields}}
    read(run, COLUMNS, FULL, streams=before)
    less = {name: one for name, one in fields.items() if name != "tags"}
    after = {"orders": {"endpoint": "orders", "fields": less}}
    assert "tags (1 records)" in read(run, COLUMNS, FULL, streams=after).log
    read(run, COLUMNS, FULL, streams=before)
    kept = read(run, COLUMNS, FULL, streams=after, missing_fields="keep")
    assert kept.counts(ORDERS) == {"read": 1, "unchanged": 1}
    assert stored("orders_table")[0]["tags"] == ["vip"]


def test_an_order_that_is_no_longer_void_is_not_held_void(run: Runner, stored: Stored) -> None:
    """`void` is no field of the source."""
    read(run, COLUMNS, FULL)
    gone = {**FULL, "_sdc_deleted_at": "2026-05-01T00:00:00Z"}
    read(run, COLUMNS, gone, soft_delete=True)
    assert stored("orders_table")[0]["void"] is True
    back = read(run, COLUMNS, FULL, soft_delete=True, missing_fields="keep")
    assert back.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert "no longer brings" not in back.log
    assert "void" not in stored("orders_table")[0]


@pytest.mark.parametrize("missing_fields", ["keep", "warn"])
def test_without_bodies_nothing_can_be_said(run: Runner, missing_fields: str) -> None:
    """A fingerprint tells that something has changed, and not what."""
    read(run, COLUMNS, FULL, ledger_bodies="fingerprint")
    columns, dropped = without("name")
    again = read(run, columns, dropped, ledger_bodies="fingerprint", missing_fields=missing_fields)
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert "`ledger_bodies: fingerprint`" in again.log
