"""A second run sends what is new or has changed, and nothing else."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest

from tests.ledger.nights import LEDGER, ORDERS, night, requests
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

    Stored = Callable[[str], list[dict[str, Any]]]

NO = {"success": False, "message": "phone is not allowed"}


def test_what_is_unchanged_is_not_sent_again(run: Runner, ledger_url: str) -> None:
    """A nightly export of all orders costs a request for those that have changed."""
    first = run(night(*map(order, range(5))), ledger_url=ledger_url)
    assert first.counts(ORDERS) == {"read": 5, "delivered": 5}, first.log
    seen = len(requests(run.folder))
    same = run(night(*map(order, range(5)), at="2026-05-01T00:00:00Z"), ledger_url=ledger_url)
    assert same.counts(ORDERS) == {"read": 5, "unchanged": 5}
    assert len(requests(run.folder)) == seen
    changed = [order(0), order(1, order_revenue=11), *map(order, range(2, 6))]
    third = run(night(*changed), ledger_url=ledger_url)
    assert third.counts(ORDERS) == {"read": 6, "delivered": 2, "unchanged": 4}
    assert requests(run.folder)[seen:] == [("/data-in/bulk-orders", 2)]


def test_the_time_that_was_filled_in_is_no_change(run: Runner, stored: Stored) -> None:
    """A tap's `time_extracted` stands for `updated_at` where a record has none."""
    run(night(order(1), at="2026-05-01T00:00:00Z"), ledger_url=LEDGER)
    again = run(night(order(1), at="2026-05-02T00:00:00Z"), ledger_url=LEDGER)
    assert again.counts(ORDERS) == {"read": 1, "unchanged": 1}
    (kept,) = stored("orders_table")
    assert kept["updated_at"].startswith("2026-05-01")
    own = night(order(1, updated_at="2026-05-02T00:00:00Z"), at="2026-05-03T00:00:00Z")
    assert run(own, ledger_url=LEDGER).counts(ORDERS) == {"read": 1, "delivered": 1}


def test_without_a_ledger_everything_is_sent(run: Runner) -> None:
    """Nothing is kept that was not asked for."""
    for _ in range(2):
        assert run(night(order(1))).counts(ORDERS) == {"read": 1, "delivered": 1}
    assert not list(run.folder.glob("*.db-run"))


def test_what_was_changed_back_is_sent(run: Runner, stored: Stored) -> None:
    """The last accepted body counts, not any that was accepted once."""
    for revenue in (10, 11, 10):
        last = run(night(order(1, order_revenue=revenue)), ledger_url=LEDGER)
        assert last.counts(ORDERS) == {"read": 1, "delivered": 1}
    assert [one["order_revenue"] for one in stored("orders_table")] == [10]


def test_versions_in_one_run_are_compared_in_their_order(run: Runner, stored: Stored) -> None:
    """A version that equals the one before the run is sent if another one is under way."""
    run(night(order(1, order_revenue=10)), ledger_url=LEDGER)
    versions = [order(1, order_revenue=revenue) for revenue in (11, 10)]
    again = run(night(*versions), ledger_url=LEDGER)
    assert again.counts(ORDERS) in (
        {"read": 2, "delivered": 1, "superseded": 1},
        {"read": 2, "delivered": 2},
    )
    assert [one["order_revenue"] for one in stored("orders_table")] == [10]


def test_a_rejected_record_is_tried_again(run: Runner, serving: Callable[..., Served]) -> None:
    """A ledger that took a rejected record for a known one would lose it for ever."""
    run.config["api_url"] = serving(
        faults=[{"path": "/data-in/customers", "nth": 1, "status": 422, "body": NO}]
    ).url
    customers = [schema("customers"), *records("customers", {"customer_id": "C-1"})]
    first = run(customers, ledger_url=LEDGER)
    assert first.counts("customers:customers") == {"read": 1, "rejected": 1}
    again = run(customers, ledger_url=LEDGER)
    assert again.counts("customers:customers") == {"read": 1, "delivered": 1}


def test_a_sent_event_is_never_sent_again(run: Runner, stored: Stored) -> None:
    """Whatever has changed in it: its id is the same, and an event happens once."""
    lead = {"id": "1", "email": "ann@example.com", "timestamp": "2026-03-04T05:06:07Z"}
    for source in ("shop", "fair"):
        given = records("leads", {**lead, "source": source})
        last = run([schema("leads", keys=["id"]), *given], ledger_url=LEDGER)
    assert last.counts("leads:events") == {"read": 1, "unchanged": 1}
    assert [one["source"] for one in stored("pixel_custom_events_table")] == ["shop"]


@pytest.mark.parametrize(
    "other", [{"shop": "other.myshopify.com"}, {"platform_account_id": "test"}]
)
def test_another_shop_or_account_is_another_record(run: Runner, other: dict[str, Any]) -> None:
    """What one of them has accepted, the other does not have."""
    customers = [schema("customers"), *records("customers", {"customer_id": "C-1"})]
    run(customers, ledger_url=LEDGER)
    again = run(customers, ledger_url=LEDGER, **other)
    assert again.counts("customers:customers") == {"read": 1, "delivered": 1}


def test_another_destination_knows_nothing(run: Runner) -> None:
    """What a sandbox has accepted, the live shop does not have."""
    run(night(order(1)), ledger_url=LEDGER)
    again = run(night(order(1)), ledger_url=LEDGER, api_url="sandbox:///other.db")
    assert again.counts(ORDERS) == {"read": 1, "delivered": 1}


@pytest.mark.parametrize(
    "change", [{"order_revenue": 11}, {"_sdc_deleted_at": "2026-05-01T00:00:00Z"}]
)
def test_what_the_api_may_have_kept_is_not_known(
    run: Runner, serving: Callable[..., Served], stored: Stored, change: dict[str, Any]
) -> None:
    """An answer that is lost leaves the API with what the source may have taken back since."""
    cut = [{"path": "/data-in/bulk-orders", "nth": 2, "cut": "after"}]
    run.config |= {"api_url": serving(faults=cut).url, "soft_delete": True, "max_retries": 0}
    run(night(order(1)), ledger_url=LEDGER)
    assert run(night(order(1, **change)), ledger_url=LEDGER).code == 1
    (kept,) = stored("orders_table")
    assert kept["order_revenue"] == 11 or kept.get("void")
    back = run(night(order(1)), ledger_url=LEDGER)
    assert back.counts(ORDERS) == {"read": 1, "delivered": 1}
    (kept,) = stored("orders_table")
    assert kept["order_revenue"] == 10.5
    assert "void" not in kept


def test_a_halted_run_keeps_what_was_accepted(run: Runner, serving: Callable[..., Served]) -> None:
    """The next run sends the others, and only those."""
    run.config["api_url"] = serving(
        faults=[{"path": "/data-in/bulk-orders", "nth": 2, "status": 401}]
    ).url
    orders = [order(number) for number in range(4)]
    halted = run(night(*orders), ledger_url=LEDGER, batch_size_rows=2, max_concurrency=1)
    assert halted.code == 1
    again = run(night(*orders), ledger_url=LEDGER)
    assert again.counts(ORDERS) == {"read": 4, "delivered": 2, "unchanged": 2}


def test_the_ledger_is_its_owners_alone(run: Runner) -> None:
    """It holds what was sent: names, addresses, amounts."""
    run(night(order(1)), ledger_url=LEDGER)
    files = list(run.folder.glob("ledger.db*"))
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.parametrize(("bodies", "kept"), [("full", True), ("fingerprint", False)])
def test_bodies_are_kept_as_wished(run: Runner, bodies: str, kept: bool) -> None:  # noqa: FBT001
    """A fingerprint tells whether a record has changed, and nothing of whom it is about."""
    for expected in ("delivered", "unchanged"):
        last = run(night(order(1)), ledger_url=LEDGER, ledger_bodies=bodies)
        assert last.counts(ORDERS) == {"read": 1, expected: 1}
    content = b"".join(path.read_bytes() for path in run.folder.glob("ledger.db*"))
    assert (b"buyer1@example.com" in content) is kept
