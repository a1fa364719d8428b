"""An order that comes under another identity would count twice: it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

ADS = "ads:ads"
AD = {
    "channel": "radio",
    "event_date": "2026-03-04",
    "campaign": {"id": "1", "name": "Spring", "status": "ACTIVE"},
    "metrics": {"spend": 10, "clicks": 1, "impressions": 5},
    "currency": "EUR",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("created_at", "2026-03-04T04:06:07.000Z"),
        ("platform", "other-shop"),
        ("platform_account_id", "another"),
    ],
)
def test_an_order_under_another_identity_is_refused(
    run: Runner, stored: Stored, field: str, value: str
) -> None:
    """A corrected time zone would count a whole year twice."""
    run(night(order(1)), ledger_url=LEDGER)
    again = run(night(order(1, **{field: value})), ledger_url=LEDGER)
    assert again.codes(ORDERS) == {f"TW-ORDERS-{field.upper()}-IDENTITY_CHANGED": 1}
    (reason,) = again.rejects[0]["rejected"]["reasons"]
    assert value in reason["problem"]
    assert "identity_changes: allow" in reason["problem"]
    assert len(stored("orders_table")) == 1


def test_the_reason_says_both_values(run: Runner) -> None:
    """Whoever reads it must see what was, and what is."""
    run(night(order(1)), ledger_url=LEDGER)
    again = run(night(order(1, created_at="2026-03-04T04:06:07Z")), ledger_url=LEDGER)
    (reason,) = again.rejects[0]["rejected"]["reasons"]
    assert "2026-03-04T04:06:07.000Z" in reason["problem"]
    assert "2026-03-04T05:06:07.000Z" in reason["problem"]


def test_it_is_sent_where_that_is_allowed(run: Runner, stored: Stored) -> None:
    """The former has been voided by hand, or was never real."""
    run(night(order(1)), ledger_url=LEDGER)
    moved = night(order(1, created_at="2026-03-05T00:00:00Z"))
    assert run(moved, ledger_url=LEDGER, identity_changes="allow").counts(ORDERS) == {
        "read": 1,
        "delivered": 1,
    }
    assert len(stored("orders_table")) == 2
    assert run(moved, ledger_url=LEDGER).counts(ORDERS) == {"read": 1, "unchanged": 1}


def test_two_in_one_run_are_told_apart_as_well(run: Runner, stored: Stored) -> None:
    """The first is not in the ledger yet when the second is read."""
    both = night(order(1), order(1, created_at="2026-03-05T00:00:00Z"))
    assert run(both, ledger_url=LEDGER).counts(ORDERS) == {
        "read": 2,
        "delivered": 1,
        "rejected": 1,
    }
    assert len(stored("orders_table")) == 1


def test_two_sources_may_have_the_same_ids(run: Runner, stored: Stored) -> None:
    """Two stores under two accounts number their orders alike."""
    streams = {
        name: {"endpoint": "orders", "defaults": {"platform_account_id": name}}
        for name in ("berlin", "paris")
    }
    given = [line for name in streams for line in (schema(name), *records(name, order(1)))]
    for expected in ("delivered", "unchanged"):
        done = run(given, ledger_url=LEDGER, streams=streams)
        for name in streams:
            assert done.counts(f"{name}:orders") == {"read": 1, expected: 1}
    assert len(stored("orders_table")) == 2


REFUND = {"refund_id": "R-1", "refunded_at": "2026-03-06T00:00:00Z", "total_refund": 4}


def test_a_refund_under_another_time_is_refused(run: Runner, stored: Stored) -> None:
    """The money would go back twice."""
    run(night(order(1, refunds=[REFUND])), ledger_url=LEDGER)
    moved = night(order(1, refunds=[{**REFUND, "refunded_at": "2026-03-06T01:00:00Z"}]))
    again = run(moved, ledger_url=LEDGER)
    assert again.codes(ORDERS) == {"TW-ORDERS-REFUNDS_REFUNDED_AT-IDENTITY_CHANGED": 1}
    (reason,) = again.rejects[0]["rejected"]["reasons"]
    assert "2026-03-06T00:00:00.000Z" in reason["problem"]
    assert stored("orders_table")[0]["refunds"][0]["refunded_at"].startswith("2026-03-06T00")
    allowed = run(moved, ledger_url=LEDGER, identity_changes="allow")
    assert allowed.counts(ORDERS) == {"read": 1, "delivered": 1}


def test_a_refund_that_grows_is_no_other_one(run: Runner, stored: Stored) -> None:
    """Its amount is no part of what it is known by, and a second one is another refund."""
    run(night(order(1, refunds=[REFUND])), ledger_url=LEDGER)
    second = {**REFUND, "refund_id": "R-2", "refunded_at": "2026-03-07T00:00:00Z"}
    grown = order(1, refunds=[{**REFUND, "total_refund": 6}, second])
    assert run(night(grown), ledger_url=LEDGER).counts(ORDERS) == {"read": 1, "delivered": 1}
    assert [one["total_refund"] for one in stored("orders_table")[0]["refunds"]] == [6, 4]


def test_an_ad_under_another_account_is_refused(run: Runner) -> None:
    """The spend of a day would count twice."""
    ads = [schema("ads"), *records("ads", AD)]
    run(ads, ledger_url=LEDGER)
    again = run(ads, ledger_url=LEDGER, channel_account_id="second")
    assert again.codes(ADS) == {"TW-ADS-CHANNEL_ACCOUNT_ID-IDENTITY_CHANGED": 1}


def test_a_customer_under_another_account_is_another_customer(run: Runner) -> None:
    """Nothing of a customer is counted twice."""
    customers = [schema("customers"), *records("customers", {"customer_id": "C-1"})]
    run(customers, ledger_url=LEDGER)
    again = run(customers, ledger_url=LEDGER, platform_account_id="second")
    assert again.counts("customers:customers") == {"read": 1, "delivered": 1}
