"""A forecast is arithmetic, held here to numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.rehearsal.forecast import Load, duration, forecast
from tests.docs.pages import page
from tests.whole_runs import Runner, order, records, schema

LIMITS = {"requests": 25_000, "events": 1000}


def test_the_slowest_limit_decides() -> None:
    """18,568 events at 1,000 a minute are 18.568 minutes; all requests together are 1.5."""
    both = {"customers": Load(18_568, 18_568), "events": Load(18_568, 18_568)}
    found = forecast(both, LIMITS)
    assert found is not None
    assert found.seconds == pytest.approx(1114.08)
    assert str(found) == (
        "18,568 customers and 18,568 events: 37,136 requests; about 18 min 35 s at the limits; "
        "events decide (1,000 a minute)"
    )


def test_the_endpoint_with_most_requests_decides_among_all() -> None:
    """100,000 orders are 100 requests, 50,000 products are 50,000: 50,101 at 25,000 a minute."""
    loads = {"orders": Load(100_000, 100), "products": Load(50_000, 50_000), "pps": Load(1, 1)}
    found = forecast(loads, LIMITS)
    assert found is not None
    assert found.seconds == pytest.approx(120.2424)
    assert str(found) == (
        "100,000 orders, 50,000 products and 1 survey answer: 50,101 requests; about 2 min 1 s at "
        "the limits; products decide (25,000 requests a minute)"
    )
    assert found.document()["endpoints"]["orders"] == {"records": 100_000, "requests": 100}


def test_docs_before_a_run_shows_a_forecast() -> None:
    """17,208 events at 1,000 a minute."""
    (shown,) = page("docs/before-a-run.md").having("told by")
    found = forecast({"events": Load(17_208, 17_208)}, LIMITS)
    assert shown.text == f"forecast: all is read; still to send: {found}\n"


def test_nothing_to_send_needs_no_forecast() -> None:
    """It has no endpoint that could decide."""
    assert forecast({}, LIMITS) is None
    assert forecast({"orders": Load(0, 0)}, LIMITS) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (59, "59 s"), (60, "1 min 0 s"), (3599.5, "1 h 0 min"), (7530, "2 h 5 min")],
)
def test_a_time_is_said_as_a_person_would(seconds: float, said: str) -> None:
    """Rounded up: less than was said is never a disappointment."""
    assert duration(seconds) == said


def test_a_real_run_tells_what_is_left_once_all_is_read(run: Runner) -> None:
    """Thirty events at sixty a minute; nobody answers, so that it ends at once."""
    who = {"profileIdentifiers": {"externalId": "P"}, "timestamp": 1772600767}
    leads = [{"eventId": f"E-{n}", "type": "lead", **who} for n in range(30)]
    config: dict[str, Any] = {"api_url": "http://127.0.0.1:9", "max_retries": 0}
    lines = [schema("leads"), *records("leads", *leads)]
    done = run(lines, is_whole=False, events_per_minute=60, **config)
    assert (
        "forecast: all is read; still to send: 30 events: 30 requests; about 30 s at the limits; "
        "events decide (60 a minute)"
    ) in done.log


def test_what_is_soon_sent_needs_no_forecast(run: Runner) -> None:
    """A line that is out of date when it is read is noise."""
    done = run([schema("orders"), *records("orders", order(1))])
    assert "forecast" not in done.log
