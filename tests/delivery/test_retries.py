"""When a request is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from target_triplewhale.delivery.retries import JITTER, Backoff, retry_after_seconds

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HTTP_MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001


def test_waits_double_up_to_the_maximum_and_then_end() -> None:
    """The API advises 2, 4, 8, 16 and not more."""
    backoff = Backoff(max_retries=5, initial=2, maximum=16)
    assert [backoff.pause(tries, 0.0) for tries in range(1, 7)] == [2, 4, 8, 16, 16, None]


@given(
    initial=st.floats(0, 1e6),
    maximum=st.floats(0, 1e6),
    retries=st.integers(0, 10_000),
    tries=st.integers(1, 10_000),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_every_wait_is_within_its_bounds(
    initial: float, maximum: float, retries: int, tries: int, chance: float
) -> None:
    """Never above the maximum, never below three quarters of what was set, never after the last."""
    pause = Backoff(retries, initial, maximum).pause(tries, chance)
    if tries > retries:
        assert pause is None
    else:
        assert pause is not None
        assert (1 - JITTER) * min(initial, maximum) <= pause <= maximum


def test_chance_spreads_the_waits() -> None:
    """Waiters that return together would be refused together."""
    backoff = Backoff(3, 2, 16)
    assert [backoff.pause(3, chance) for chance in (0.0, 0.5)] == [8, 7]


def test_no_retries_means_one_try() -> None:
    """`max_retries: 0` halts at the first failure."""
    assert Backoff(0, 2, 16).pause(1, 0.0) is None


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("3", None, 3.0),
        (" 0 ", None, 0.0),
        ("2.5", None, 2.5),
        ("999999999", None, 999_999_999.0),
        ("9999999999", None, None),
        ("Thu, 01 Jan 2026 00:01:00 GMT", None, 60.0),
        ("Thursday, 01-Jan-26 00:01:00 GMT", None, 60.0),
        ("Thu, 01 Jan 2026 01:01:00 +0100", None, 60.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "Thu, 01 Jan 2026 00:00:50 GMT", 10.0),
        ("Wed, 31 Dec 2025 00:00:00 GMT", None, 0.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "no date", 60.0),
        ("Thu, 01 Jan 2026 00:01:00 GMT", "", 60.0),
        ("Thu, 01 Jan 2026 00:01:00 -0000", None, None),
        ("Thu, 99 Jan 2026 00:01:00 GMT", None, None),
        ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", None, None),
        ("soon", None, None),
        ("3 seconds", None, None),
        ("-5", None, None),
        ("inf", None, None),
        ("nan", None, None),
        ("1e9", None, None),
        ("", None, None),
        (None, None, None),
        (None, "Thu, 01 Jan 2026 00:00:50 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(
    value: str | None, date: str | None, seconds: float | None
) -> None:
    """A date counts from the server's clock, since this machine's may be wrong."""
    assert retry_after_seconds(value, date, NOW) == seconds


@given(st.integers(0, 999_999_999))
def test_any_number_of_seconds_is_kept(seconds: int) -> None:
    """The server's wish wins, however long."""
    assert retry_after_seconds(str(seconds), None, NOW) == seconds


@given(HTTP_MOMENTS, HTTP_MOMENTS)
def test_any_date_is_measured_against_the_answers_own(until: datetime, date: datetime) -> None:
    """To the second, and never below nothing."""
    until, date = (one.replace(microsecond=0, tzinfo=UTC) for one in (until, date))
    value, told = (format_datetime(one, usegmt=True) for one in (until, date))
    expected = max(until - date, timedelta()).total_seconds()
    assert retry_after_seconds(value, told, NOW) == expected


_PARTS = ["Thu", ",", "01", "Jan", "2026", "00:00:00", "GMT", "+9999", "-", " ", ".", "9" * 20, "é"]


@settings(max_examples=50)
@given(
    st.one_of(st.text(), st.lists(st.sampled_from(_PARTS)).map(" ".join)),
    st.one_of(st.none(), st.text(), st.lists(st.sampled_from(_PARTS)).map(" ".join)),
)
def test_no_text_in_a_header_ends_the_run(value: str, date: str | None) -> None:
    """A header comes from anywhere on the way; what cannot be read is as if it were not there."""
    seconds = retry_after_seconds(value, date, NOW)
    assert seconds is None or 0 <= seconds < float("inf")
