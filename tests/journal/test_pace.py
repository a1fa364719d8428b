"""The report's curves tell what the limits measure, and never more than was sent."""

from __future__ import annotations

import re
from statistics import mean

import pytest

from target_triplewhale.journal.report.chart import PANEL_HEIGHT, REQUESTS_BOTTOM, chart
from target_triplewhale.journal.report.pace import ALL, Pace, paces

SLACK = 1.02
"""What the edges of wide buckets may add."""


def pace(requests: list[int], width: int = 1, limit: int = 1000) -> Pace:
    """Return the pace of events, one record a request."""
    return Pace("events", limit, width, requests, requests, [0] * len(requests))


def bursts(width: int, hours: int = 4) -> list[int]:
    """Return the buckets of a run that sends all it may at once, every 61 seconds."""
    counts = [0] * (hours * 3600 // width)
    for second in range(0, len(counts) * width, 61):
        counts[second // width] += 1000
    return counts


def test_a_rate_is_what_went_out_within_a_minute() -> None:
    """Not what a busy second would come to in a minute."""
    rates = pace([600] + [0] * 58 + [300, 100]).rates([600] + [0] * 58 + [300, 100])
    assert rates[:1] + rates[-3:] == [600, 600, 900, 400]


@pytest.mark.parametrize("width", [1, 2, 4, 8, 16, 32, 64, 128])
def test_a_run_at_its_limit_is_shown_at_it_and_not_above(width: int) -> None:
    """However long it is: wide buckets must not add up what two minutes had."""
    counts = bursts(width)
    found = pace(counts, width)
    assert 0.95 * 1000 < found.peak <= SLACK * 1000
    rates = found.rates(counts)
    assert mean(rates[len(rates) // 2 :]) > 0.9 * 1000


def test_all_endpoints_share_one_limit_and_events_have_their_own() -> None:
    """The first curve is of all of them together."""
    found = paces(
        {
            "started": "2026-03-04T05:06:07Z",
            "bucket_seconds": 1,
            "endpoints": {
                "orders": {"requests": [1, 2], "records": [9, 9], "refused": [0, 1]},
                "events": {"requests": [3, 0], "records": [3, 0], "refused": [0, 0]},
            },
            "limits": {"requests": 25_000, "events": 1000},
        }
    )
    assert [(one.name, one.limit) for one in found] == [
        (ALL, 25_000),
        ("orders", 25_000),
        ("events", 1000),
    ]
    assert (found[0].requests, found[0].records, found[0].refused) == ([4, 2], [12, 9], [0, 1])


def test_a_near_limit_is_drawn_where_it_is() -> None:
    """At the height that the axis gives it."""
    panel = chart(pace([900])).panels[1]
    assert panel.limit
    top = float(panel.ticks[-1].label.replace(",", ""))
    assert panel.limit.at == REQUESTS_BOTTOM - PANEL_HEIGHT * 1000 / top
    assert panel.limit.label == "limit 1,000"


def test_a_limit_far_above_does_not_flatten_the_curve() -> None:
    """It is drawn at the edge, and says so."""
    panel = chart(pace([10], limit=25_000)).panels[1]
    assert panel.limit
    assert panel.limit.label == "limit 25,000 (far above)"
    heights = [float(y) for y in re.findall(r",([\d.]+)", panel.curve)]
    assert min(heights) <= REQUESTS_BOTTOM - PANEL_HEIGHT / 2


@pytest.mark.parametrize("counts", [[], [0], [1], [7, 0, 7], [1000] * 600])
def test_a_curve_stays_inside_its_panel(counts: list[int]) -> None:
    """Of any run, also of one that sent nothing."""
    for panel in chart(pace(counts)).panels:
        heights = [float(y) for y in re.findall(r",([\d.]+)", panel.area)]
        assert all(panel.bottom - PANEL_HEIGHT <= y <= panel.bottom for y in heights)
    assert sum(row.requests for row in chart(pace(counts)).rows) == sum(counts)
    assert len(chart(pace(counts)).rows) <= 30


@pytest.mark.parametrize(("width", "minutes"), [(1024, 17), (4096, 68)])
def test_a_run_of_days_has_few_ticks_and_says_over_what_its_rates_are(
    width: int, minutes: int
) -> None:
    """A million events a day is what the limit of events allows."""
    found = pace([1000 * width // 60] * 600, width)
    assert found.window == f"a minute, over the last {minutes} minutes"
    assert 980 <= found.peak <= 1000
    times = chart(found).times
    assert (times[0].label, len(times) <= 6) == ("0:00", True)
