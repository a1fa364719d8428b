"""What was sent when, in as many buckets as a run of any length may have."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.delivery.traffic import KINDS, MOST_BUCKETS, Traffic
from tests.delivery.parcels import traffic
from tests.delivery.virtual_time import Clock


def counted(*moments: float) -> dict[str, Any]:
    """Send a request at each moment, and tell of it."""
    clock = Clock()
    found = traffic(clock)
    for moment in moments:
        clock.now = moment
        found.count("orders", "requests")
    return found.document()


def test_a_run_that_sends_nothing_has_nothing_to_tell() -> None:
    """A dry run, or one without input."""
    assert traffic().document() == {
        "started": "2026-03-04T00:00:00+00:00",
        "bucket_seconds": 1,
        "endpoints": {},
        "limits": {"requests": 999, "events": 999},
    }


def test_each_second_has_a_bucket_of_its_own() -> None:
    """So a short run is drawn sharply."""
    told = counted(0, 0.9, 1, 3.5)
    assert (told["bucket_seconds"], told["endpoints"]["orders"]["requests"]) == (1, [2, 1, 0, 1])


def test_all_lists_are_of_one_length() -> None:
    """What is read beside each other begins and ends together."""
    clock = Clock()
    found = traffic(clock)
    found.count("orders", "requests")
    clock.now = 2
    found.count("orders", "records", 1000)
    found.count("events", "refused")
    assert found.document()["endpoints"] == {
        "orders": {"requests": [1, 0, 0], "records": [0, 0, 1000], "refused": [0, 0, 0]},
        "events": {"requests": [0, 0, 0], "records": [0, 0, 0], "refused": [0, 0, 1]},
    }


def test_buckets_double_in_width_before_there_are_too_many() -> None:
    """The last second that fits, and the first that does not."""
    assert counted(0, 1, 2, MOST_BUCKETS - 1)["bucket_seconds"] == 1
    told = counted(0, 1, 2, MOST_BUCKETS)
    sent = told["endpoints"]["orders"]["requests"]
    assert (told["bucket_seconds"], sent[:2], sent[-1]) == (2, [2, 1], 1)
    assert len(sent) == MOST_BUCKETS // 2 + 1


@pytest.mark.parametrize("days", [1, 30])
def test_a_run_of_any_length_is_told_in_as_many_buckets(days: int) -> None:
    """A silence of days is one of many doublings at once; nothing is lost in them."""
    told = counted(0, 1, 599, days * 86_400)
    sent = told["endpoints"]["orders"]["requests"]
    assert MOST_BUCKETS // 2 < len(sent) <= MOST_BUCKETS
    assert sum(sent) == 4
    assert (len(sent) - 1) * told["bucket_seconds"] <= days * 86_400


def test_totals_are_by_endpoint() -> None:
    """Each kind has its own."""
    found: Traffic = traffic()
    for kind in KINDS:
        found.count("events", kind, 2)
    found.count("orders", "records", 5)
    assert found.totals("records") == {"events": 2, "orders": 5}
    assert found.totals("refused") == {"events": 2, "orders": 0}
