"""Facts of one source: zone, currency and order of dates, of the route or else of the settings."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from target_triplewhale.payloads.coercion import CoercionContext
from tests.mapping.language import ORDER, orders, refused, sent, told

SUMMER, WINTER = "2026-07-01 12:00:00", "2026-01-01 12:00:00"
NEW_YORK = CoercionContext(timezone=ZoneInfo("America/New_York"))


def created(time: Any, coercion: CoercionContext | None = None, **keys: Any) -> str:
    """Return when an order was created."""
    facts = {"coercion": coercion} if coercion else {}
    return str(sent(orders(**keys), {**ORDER, "created": time}, **facts)["created_at"])


def test_a_time_without_a_zone_is_in_the_routes_zone_or_else_in_the_settings() -> None:
    """Two sources of one pipeline write their times in two zones."""
    assert created(SUMMER, timezone="Europe/Berlin") == "2026-07-01T10:00:00.000Z"
    assert created(WINTER, timezone="Europe/Berlin") == "2026-01-01T11:00:00.000Z"
    assert created(SUMMER, NEW_YORK) == "2026-07-01T16:00:00.000Z"
    assert created(SUMMER, NEW_YORK, timezone="Europe/Berlin") == "2026-07-01T10:00:00.000Z"


def test_a_time_that_names_its_zone_is_in_no_other() -> None:
    """The fact is for what says nothing."""
    for time in ("2026-07-01T12:00:00Z", "2026-07-01 14:00:00 +0200", 1_782_907_200):
        assert created(time, timezone="Asia/Tokyo") == "2026-07-01T12:00:00.000Z"


def test_without_a_zone_such_a_time_is_a_reject_that_names_the_setting() -> None:
    """It is part of an order's identity: a guess that is corrected later counts twice."""
    found = refused(orders(), {**ORDER, "created": SUMMER})
    assert found.code == "TW-ORDERS-CREATED_AT-NO_ZONE"
    assert "`timezone`" in told(found)


@pytest.mark.parametrize(
    ("time", "problem"),
    [("2026-10-25 02:30:00", "AMBIGUOUS"), ("2026-03-29 02:30:00", "UNREADABLE")],
)
def test_an_hour_that_comes_twice_or_never_is_a_reject(time: str, problem: str) -> None:
    """The night on which the clocks are changed."""
    found = refused(orders(timezone="Europe/Berlin"), {**ORDER, "created": time})
    assert found.code == f"TW-ORDERS-CREATED_AT-{problem}"


@pytest.mark.parametrize(
    ("date", "order", "expected"),
    [
        ("03/04/2026", "day_first", "2026-04-03"),
        ("03/04/2026", "month_first", "2026-03-04"),
        ("3.4.2026", "day_first", "2026-04-03"),
        ("03-04-2026 10:00", "month_first", "2026-03-04"),
        ("25/12/2026", "day_first", "2026-12-25"),
        ("12/25/2026", "month_first", "2026-12-25"),
        ("25/12/2026", None, "2026-12-25"),
        ("04/04/2026", None, "2026-04-04"),
        ("2026-04-03", "month_first", "2026-04-03"),
        ("3 April 2026", "month_first", "2026-04-03"),
    ],
)
def test_the_declared_order_decides_a_date(date: str, order: str | None, expected: str) -> None:
    """And only one that could be read in two ways needs it."""
    assert created(date, timezone="UTC", date_format=order)[:10] == expected


def test_a_date_that_could_be_two_days_asks_for_the_order() -> None:
    """The reject names the key of the route."""
    found = refused(orders(timezone="UTC"), {**ORDER, "created": "03/04/2026"})
    assert found.code == "TW-ORDERS-CREATED_AT-AMBIGUOUS"
    assert "`date_format`" in told(found)


@pytest.mark.parametrize(
    ("date", "order"), [("12/25/2026", "day_first"), ("25.12.2026", "month_first")]
)
def test_a_date_that_contradicts_the_declared_order_is_a_reject(date: str, order: str) -> None:
    """One such makes all others doubtful."""
    found = refused(orders(timezone="UTC", date_format=order), {**ORDER, "created": date})
    assert found.code == "TW-ORDERS-CREATED_AT-UNREADABLE"
    assert "`date_format`" in told(found)


def test_a_year_of_two_digits_is_no_year() -> None:
    """25/12/26 could be three days."""
    route = orders(timezone="UTC", date_format="day_first")
    assert refused(route, {**ORDER, "created": "25/12/26"}).code.endswith("UNREADABLE")


def test_the_currency_is_the_records_or_the_routes_or_the_settings() -> None:
    """In this order."""
    record = {**ORDER, "currency": "chf"}
    assert sent(orders(), ORDER)["currency"] == "EUR"
    assert sent(orders(currency="usd"), ORDER)["currency"] == "USD"
    assert sent(orders(currency="USD"), record)["currency"] == "CHF"
    assert sent(orders(currency="USD", defaults={"currency": "GBP"}), ORDER)["currency"] == "GBP"


def test_without_a_currency_an_order_is_a_reject_that_names_the_setting() -> None:
    """No currency is the one that most shops have."""
    found = refused(orders(), ORDER, currency=None)
    assert found.code == "TW-ORDERS-CURRENCY-MISSING"
    assert "the setting `currency`" in told(found)


def test_facts_of_a_route_hold_for_all_its_times() -> None:
    """Also for those in lists, and those in seconds."""
    route = orders(
        {"refunds": "[{refund_id: 'R', refunded_at: on, total_refund: `1`}]"},
        timezone="Europe/Berlin",
        date_format="day_first",
    )
    (refund,) = sent(route, {**ORDER, "on": "03/04/2026 10:15"})["refunds"]
    assert refund["refunded_at"] == "2026-04-03T08:15:00.000Z"
    event = {
        "endpoint": "events",
        "timezone": "Europe/Berlin",
        "date_format": "day_first",
        "defaults": {"type": "lead"},
        "event_key": "id",
        "fields": {"profileIdentifiers.email": "mail", "timestamp": "created"},
    }
    body = sent(event, {**ORDER, "created": "03/04/2026 10:15"})
    assert body["timestamp"] == 1_775_204_100


def test_a_day_of_an_ad_stays_the_day_that_is_written() -> None:
    """No zone moves it; only a UNIX time needs one to have a day."""
    entry = {
        "endpoint": "ads",
        "timezone": "America/Los_Angeles",
        "defaults": {"channel": "c", "campaign": {"name": "n", "status": "ACTIVE"}},
        "fields": {"event_date": "day", "campaign.id": "id"},
    }
    for day in ("2026-04-03", "2026-04-03T01:00:00Z", "Apr 3, 2026"):
        assert sent(entry, {"id": 1, "day": day})["event_date"] == "2026-04-03"
    assert sent(entry, {"id": 1, "day": 1_775_178_000})["event_date"] == "2026-04-02"


def test_minor_facts_of_one_route_do_not_reach_another() -> None:
    """A mapper has its own."""
    sent(orders(timezone="Europe/Berlin", currency="USD"), {**ORDER, "created": SUMMER})
    assert refused(orders(), {**ORDER, "created": SUMMER}).code.endswith("NO_ZONE")
    assert sent(orders(), ORDER)["currency"] == "EUR"
