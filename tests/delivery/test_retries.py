"""When a request is tried again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from target_triplewhale.delivery.retries import Backoff, retry_after_seconds

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_waits_double_up_to_the_maximum_and_then_end() -> None:
    """The API advises 2, 4, 8, 16 and not more."""
    backoff = Backoff(max_retries=5, initial=2, maximum=16)
    assert [backoff.pause(tries, 0.0) for tries in range(1, 7)] == [2, 4, 8, 16, 16, None]


@pytest.mark.parametrize("chance", [0.1, 0.5, 0.999])
def test_chance_shortens_a_wait_by_a_quarter_at_most(chance: float) -> None:
    """Waiters that return together would be refused together."""
    pause = Backoff(3, 2, 16).pause(3, chance)
    assert pause is not None
    assert 6 <= pause < 8


def test_no_retries_means_one_try() -> None:
    """`max_retries: 0` halts at the first failure."""
    assert Backoff(0, 2, 16).pause(1, 0.0) is None


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("3", None, 3.0),
        (" 0 ", None, 0.0),
        ("2.5", None, 2.5),
        ("Thu, 01 Jan 2026 00:01:00 GMT", None, 60.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "Thu, 01 Jan 2026 00:00:50 GMT", 10.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", None, 0.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "no date", 60.0),
        ("soon", None, None),
        ("-5", None, None),
        ("inf", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(
    value: str | None, date: str | None, seconds: float | None
) -> None:
    """A date counts from the server's clock, since this machine's may be wrong."""
    assert retry_after_seconds(value, date, NOW) == seconds
