"""A test account takes what can be deleted again as a whole, and refuses the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night
from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

AD = {
    "channel": "vibe",
    "event_date": "2026-03-04",
    "currency": "EUR",
    "campaign": {"id": "1", "name": "Spring", "status": "ACTIVE"},
}


def test_every_account_gets_the_mark(run: Runner, stored: Stored) -> None:
    """Of settings, of a route, of a record, and the documented default."""
    lines = [
        schema("orders"),
        schema("customers"),
        schema("subscriptions"),
        schema("ads"),
        *records("orders", order(1), order(2, platform_account_id=4711)),
        *records("customers", {"customer_id": "C-1"}),
        *records("ads", AD),
    ]
    route = {"endpoint": "customers", "defaults": {"platform_account_id": "crm"}}
    done = run(lines, test_account=True, platform_account_id="shop-1", streams={"customers": route})
    assert done.code == 0, done.log
    accounts = [one["platform_account_id"] for one in stored("orders_table")]
    assert accounts == ["shop-1-test", "4711-test"]
    assert stored("customers_table")[0]["platform_account_id"] == "crm-test"
    assert stored("ads_table")[0]["channel_account_id"] == "CUSTOM_CHANNEL-test"
    told = [line for line in done.log.splitlines() if "test accounts: " in line]
    assert "test accounts: shop-1-test, CUSTOM_CHANNEL-test. " in told[0]
    assert "shop-1-test, 4711-test, crm-test, CUSTOM_CHANNEL-test" in told[-1]
    for line in told:
        assert "Integrations > Data In > Manage" in line
        assert "count in the live totals until" in line


def test_a_second_run_overwrites_the_first(run: Runner, stored: Stored) -> None:
    """As the identity is the same."""
    for _ in range(2):
        run([schema("orders"), *records("orders", order(1))], test_account=True)
    assert len(stored("orders_table")) == 1


def test_no_state_goes_out(run: Runner) -> None:
    """Or an incremental tap would keep from the real accounts what the test has read."""
    lines = [schema("orders"), *records("orders", order(1)), state(bookmark=1)]
    done = run(lines, is_whole=False, test_account=True)
    assert done.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert not done.states
    assert done.report["state"] == {"emitted": 0, "last": None}
    assert "test_account: no STATE was emitted" in done.log


@pytest.mark.parametrize(
    ("stream", "endpoint"),
    [
        ("leads", "events"),
        ("x", "orders_enrichment"),
        ("x", "products_enrichment"),
    ],
)
def test_what_cannot_be_deleted_is_refused(
    run: Runner, stored: Stored, stream: str, endpoint: str
) -> None:
    """At the SCHEMA, before anything is sent."""
    lines = [schema(stream), *records("orders", order(1))]
    done = run(lines, is_whole=False, test_account=True, streams={stream: {"endpoint": endpoint}})
    assert done.code == 1
    assert f"stream {stream}: setting `test_account` refuses {endpoint}" in done.log
    assert not stored("orders_table")


def test_a_ledger_tells_a_test_from_the_real_thing(run: Runner) -> None:
    """The same ids under another account are other orders, and no changed ones."""
    lines = night(order(1), order(2))
    sent = {"read": 2, "delivered": 2}
    trial: dict[str, Any] = {"ledger_url": LEDGER, "test_account": True, "is_whole": False}
    assert run(lines, **trial).counts(ORDERS) == sent
    assert run(lines, **trial).counts(ORDERS) == {"read": 2, "unchanged": 2}
    assert run(lines, ledger_url=LEDGER).counts(ORDERS) == sent
