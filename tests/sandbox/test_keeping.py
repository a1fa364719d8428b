"""What is kept, under which identity, and what a resend does to it."""

from __future__ import annotations

import json
import sqlite3
import stat
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.sandbox import create_app
from tests.sandbox.bodies import AT, SHOP, ad, event, order, refund, smallest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sandbox.conftest import Client


@pytest.mark.parametrize("path", smallest())
def test_the_smallest_body_of_a_path_is_kept_in_its_table(path: str, api: Client) -> None:
    """Every path leads to a table, and the body arrives there as it was sent."""
    body, table, message = smallest()[path]
    answer = api.post(path, body)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "message": message})
    assert [json.loads(row[0]) for row in api.rows(f"SELECT body FROM {table}")] == [body]  # noqa: S608


@pytest.mark.parametrize("path", [path for path in smallest() if path != "event"])
def test_a_resend_overwrites_the_row_of_the_same_identity(path: str, api: Client) -> None:
    """A second run must do no harm: the same identity is one row, whatever else has changed."""
    body, table, _ = smallest()[path]
    api.post(path, body)
    api.post(path, body)
    assert api.rows(f"SELECT count(*), max(versions) FROM {table}") == [(1, 2)]  # noqa: S608


@pytest.mark.parametrize(
    "change",
    [
        {"shop": "other.example"},
        {"order_id": "A-2"},
        {"created_at": "2026-01-02T03:04:05Z"},
        {"platform": "magento"},
        {"platform_account_id": "test"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_part_of_an_orders_identity_tells_two_orders_apart(
    change: dict[str, Any], api: Client
) -> None:
    """A changed part counts the revenue twice; even another spelling of the same instant."""
    api.post("orders", order())
    api.post("orders", order(**change))
    assert api.rows("SELECT count(*) FROM orders_table") == [(2,)]


def test_a_resend_drops_the_fields_it_no_longer_has(api: Client) -> None:
    """The API replaces a record and does not merge it."""
    api.post("orders", order(name="#1", taxes=1))
    api.post("orders", order(taxes=2))
    [(body,)] = api.rows("SELECT body FROM orders_table")
    assert json.loads(body) == order(taxes=2)


def test_a_default_that_is_sent_is_the_default_that_is_left_out(api: Client) -> None:
    """The documented defaults are filled in before the identity is compared."""
    api.post("orders", order())
    api.post("orders", order(platform="custom-msp", platform_account_id="custom-msp"))
    api.post("ads", ad())
    api.post("ads", ad(channel_account_id="CUSTOM_CHANNEL"))
    counts = "SELECT (SELECT count(*) FROM orders_table), (SELECT count(*) FROM ads_table)"
    assert api.rows(counts) == [(1, 1)]


def test_ads_of_two_campaigns_on_one_day_are_two_rows(api: Client) -> None:
    """An ad's identity lies in its nested ids."""
    api.post("ads", ad())
    api.post("ads", ad(campaign={"id": "2", "name": "Spring", "status": "ACTIVE"}))
    assert api.rows("SELECT campaign_id, ad_id FROM ads_table") == [("1", ""), ("2", "")]


def test_an_event_sent_again_changes_nothing(api: Client) -> None:
    """Events cannot be changed: the first body stays, and the answer is 200 all the same."""
    api.post("event", event(eventId="e1", source="first"))
    answer = api.post("event", event(eventId="e1", source="second"))
    assert answer.status_code == 200
    [(body,)] = api.rows("SELECT body FROM pixel_custom_events_table")
    assert json.loads(body)["source"] == "first"


def test_events_without_an_id_are_all_kept(api: Client) -> None:
    """Without an id nothing tells a repeat from a second event."""
    api.post("event", event())
    api.post("event", event())
    assert api.rows("SELECT count(*) FROM pixel_custom_events_table") == [(2,)]


def test_a_refund_at_another_time_is_another_refund(api: Client) -> None:
    """The time of a refund is part of its identity, so a respelled one is refunded twice."""
    api.post("orders", order(refunds=[refund()]))
    api.post("orders", order(refunds=[refund(total_refund=6)]))
    assert api.rows("SELECT count(*), max(versions) FROM refunds_table") == [(1, 2)]
    api.post("orders", order(refunds=[refund(refunded_at="2026-01-03T00:00:00Z")]))
    assert api.rows("SELECT count(*) FROM refunds_table") == [(2,)]


def test_a_voided_order_takes_its_refunds_with_it(api: Client) -> None:
    """A void is a mark on the row, and holds for refunds that are not voided themselves."""
    api.post("orders", order(refunds=[refund("R-1"), refund("R-2")]))
    api.post("orders", order("A-2", refunds=[refund("R-3", void=True), refund("R-4")]))
    api.post("orders", order(refunds=[refund("R-1")], void=True))
    assert api.rows("SELECT order_id, void FROM orders_table ORDER BY 1") == [
        ("A-1", 1),
        ("A-2", 0),
    ]
    voided = api.rows("SELECT refund_id FROM refunds_table WHERE void ORDER BY 1")
    assert voided == [("R-1",), ("R-2",), ("R-3",)]


def test_the_shop_of_a_bulk_request_overwrites_each_orders_own(api: Client) -> None:
    """A bulk request is of one shop."""
    api.post("bulk-orders", {"shop": SHOP, "orders": [order(shop="other.example")]})
    [(shop, body)] = api.rows("SELECT shop, body FROM orders_table")
    assert (shop, json.loads(body)["shop"]) == (SHOP, SHOP)


def test_a_full_bulk_request_is_kept_in_well_under_a_second(api: Client) -> None:
    """Runs of many thousands of orders must not wait for the imitation."""
    orders = [
        order(f"A-{number}", refunds=[refund()], line_items=[], tags=["a", "b"])
        for number in range(1000)
    ]
    started = time.perf_counter()
    answer = api.post("bulk-orders", {"shop": SHOP, "orders": orders})
    assert time.perf_counter() - started < 1
    assert answer.json() == {"success": True, "message": "1000 orders received"}
    assert api.rows("SELECT count(*) FROM refunds_table") == [(1000,)]


def test_a_second_sandbox_goes_on_with_the_same_file(
    start: Callable[..., Client], db: Path
) -> None:
    """The target opens the file anew in every run."""
    start().post("orders", order())
    second = start()
    second.post("orders", order())
    assert second.rows("SELECT versions, created_at FROM orders_table") == [(2, AT)]
    assert [path.name for path in db.parent.iterdir() if path.stat().st_size] == [db.name]


def test_only_the_owner_may_read_the_file(api: Client) -> None:
    """It holds the names and addresses of customers."""
    assert stat.S_IMODE(api.db.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at"])
def test_a_file_that_is_something_else_is_left_alone(content: bytes, tmp_path: Path) -> None:
    """A mistyped path must not cost anyone a file."""
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"notes\.txt"):
        create_app(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("version", [0, 1, 2])
def test_a_database_of_another_program_is_left_as_it_was(version: int, tmp_path: Path) -> None:
    """Its mode and journal too, and even where it numbers its schemas as the sandbox does."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA user_version = {version}")
        connection.execute("CREATE TABLE sales (amount)")
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(OSError, match=r"shop\.db cannot .* another program"):
        create_app(path)
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_the_log_of_requests_holds_no_key(api: Client) -> None:
    """A key in a file is a key lost."""
    api.post("orders", order(), key="very-secret")
    [logged] = api.rows("SELECT method, path, status, key, records FROM requests")
    assert logged == ("POST", "/data-in/orders", 200, "any", 1)
    assert b"very-secret" not in api.db.read_bytes()
