"""Times from text: one spelling for ever, and no guess of zone, day or month."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from target_triplewhale.payloads.coercion import CoercionContext, Day, Seconds, Time
from tests.payloads.reading import read, refusal

NEW_YORK = CoercionContext(timezone=ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    "written",
    [
        "2022-06-15T19:26:30.000Z",
        "2022-06-15T19:26:30Z",
        "2022-06-15t19:26:30z",
        "2022-06-15T19:26:30+00:00",
        "2022-06-15T21:26:30+02:00",
        "2022-06-15T21:26:30+0200",
        "2022-06-15T21:26:30+02",
        "2022-06-15 14:26:30 -0500",
        "2022-06-15 19:26:30 UTC",
        "2022-06-15 19:26:30.0 GMT",
        "2022-06-15T19:26:30.000999999Z",
        "2022/06/15 19:26:30Z",
        "  2022-06-15T19:26:30Z\0 ",
        "Wed, 15 Jun 2022 19:26:30 GMT",
        "June 15th, 2022 at 7:26:30 PM UTC",
        "6/15/2022 07:26:30 p.m. Z",
        "15.06.2022 19:26:30Z",
        1655321190,
        1655321190000,
        1655321190.0,
        "1655321190",
        "1655321190000",
        Decimal(1655321190),
        datetime(2022, 6, 15, 19, 26, 30, tzinfo=UTC),
    ],
)
def test_one_moment_has_one_spelling(written: Any) -> None:
    """`created_at` is part of an order's identity: a second spelling counts the sale twice."""
    assert read(Time, written) == "2022-06-15T19:26:30.000Z"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2022-06-15 19:26:30", "2022-06-15T23:26:30.000Z"),
        ("2022-01-15T19:26", "2022-01-16T00:26:00.000Z"),
        ("2022-06-15", "2022-06-15T04:00:00.000Z"),
        ("20220615", "2022-06-15T04:00:00.000Z"),
        ("Jul 22 2026 02:09 PM", "2026-07-22T18:09:00.000Z"),
        ("July 22, 2026 2:09 PM", "2026-07-22T18:09:00.000Z"),
        ("22 Jul 2026 14:09", "2026-07-22T18:09:00.000Z"),
        ("Sept. 1, 2026 12:00 AM", "2026-09-01T04:00:00.000Z"),
        ("13/04/2026 8:26", "2026-04-13T12:26:00.000Z"),
        ("04-13-2026 12:26 pm", "2026-04-13T16:26:00.000Z"),
        ("4.4.2026", "2026-04-04T04:00:00.000Z"),
        ("1996-07-04 00:00:00", "1996-07-04T04:00:00.000Z"),
        (datetime(2022, 6, 15, 1, 2), "2022-06-15T05:02:00.000Z"),  # noqa: DTZ001 - the point
        (date(2022, 6, 15), "2022-06-15T04:00:00.000Z"),
    ],
)
def test_a_time_without_a_zone_is_local_to_the_timezone_setting(written: Any, moment: str) -> None:
    """Exports leave the zone out, and only the user knows it."""
    assert read(Time, written, NEW_YORK) == moment
    assert refusal(Time, written) == "no_zone"


@pytest.mark.parametrize("written", ["03/04/2026", "3-4-2026 10:00Z", "12.11.2026"])
def test_a_day_that_may_be_a_month_is_ambiguous(written: str) -> None:
    """The zone does not say in which order a country writes its dates."""
    assert refusal(Time, written, NEW_YORK) == "ambiguous"
    assert refusal(Day, written, NEW_YORK) == "ambiguous"


def test_the_hour_that_comes_twice_is_ambiguous() -> None:
    """The clocks of New York went back at two on 7 November 2021."""
    assert refusal(Time, "2021-11-07 01:30:00", NEW_YORK) == "ambiguous"
    assert read(Time, "2021-11-07 00:59:59", NEW_YORK) == "2021-11-07T04:59:59.000Z"
    assert read(Time, "2021-11-07 02:00:00", NEW_YORK) == "2021-11-07T07:00:00.000Z"
    assert read(Time, "2021-11-07 01:30:00 -0500", NEW_YORK) == "2021-11-07T06:30:00.000Z"


def test_the_hour_that_never_comes_is_unreadable() -> None:
    """The clocks of New York went forward at two on 14 March 2021."""
    assert refusal(Time, "2021-03-14 02:30:00", NEW_YORK) == "unreadable"
    assert read(Time, "2021-03-14 03:00:00", NEW_YORK) == "2021-03-14T07:00:00.000Z"


@pytest.mark.parametrize(
    "written",
    [
        *("yesterday", "2022-13-01", "2022-02-30T00:00:00Z", "2022-06-15T25:00:00Z", "14:09"),
        *("Foo 22 2026", "Marc 3 2026", "13:00 PM", "2026-01-01 13:00 PM", "1/1/26", "1850-01-01"),
        *("2022-06-15T10:00:00+99:00", "9999-12-31T23:59:59-23:00", "2022-06-15T10:00:00 CET"),
        *(0, 45000, 20220615, -5, 10**15, 1e300, float("nan"), Decimal("NaN")),
        *(True, [2022], {"year": 2022}, datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_is_no_time_is_refused(written: Any) -> None:
    """Day counts and dates run together would be read as hours of January 1970."""
    assert refusal(Time, written, NEW_YORK) == "unreadable"


@pytest.mark.parametrize("written", [None, "", " \0"])
def test_a_time_that_says_nothing_is_missing(written: Any) -> None:
    """`Paid at` is mostly empty, which is no mistake in writing."""
    assert refusal(Time, written) == "missing"


def test_a_day_is_the_one_that_was_written() -> None:
    """An ad's date is local to its account: no zone may move it."""
    written = ["2024-11-28", "2024-11-28T23:30:00-08:00", "Nov 28, 2024", date(2024, 11, 28)]
    assert {read(Day, one) for one in written} == {"2024-11-28"}


def test_a_unix_time_has_a_day_only_in_a_zone() -> None:
    """At two in the morning in London it is still the day before in New York."""
    assert refusal(Day, 1732845600) == "no_zone"
    assert read(Day, 1732845600, NEW_YORK) == "2024-11-28"
    assert read(Day, "1732845600", NEW_YORK) == "2024-11-28"


def test_an_event_has_its_time_in_whole_seconds() -> None:
    """The API takes UNIX seconds there, and nowhere else."""
    written = [1732579200, 1732579200999, "1732579200", "2024-11-26T00:00:00.9Z", 1732579200.5]
    found = [read(Seconds, one) for one in written]
    assert found == [1732579200] * 5
    assert {type(one) for one in found} == {int}
    assert refusal(Seconds, "2024-11-26 00:00:00") == "no_zone"
