"""A forecast is arithmetic, held here to numbers worked out by hand."""

from __future__ import annotations

import pytest

from target_triplewhale.rehearsal.forecast import Load, duration, forecast

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
