"""`verify` says what of a run is there, by the days of the shop's zone."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from target_triplewhale.sandbox import Keys
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.verify.conftest import Shop
    from tests.whole_runs import Finished

ZONES = (
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
)
CHANGES = ("2025-03-09T00:00", "2025-04-06T00:00", "2025-11-02T00:00", "2025-12-31T12:00")
"""Days on which clocks change somewhere, and the end of a year."""
LONG_AGO = {"ended": "2026-01-01T00:00:00+00:00"}


def orders_around(days: tuple[str, ...], seed: int = 7) -> list[dict[str, Any]]:
    """Return orders every few minutes around some days, in two accounts and two currencies."""
    chance = random.Random(seed)  # noqa: S311
    found = []
    for day in days:
        start = datetime.fromisoformat(f"{day}+00:00") - timedelta(hours=20)
        for step in range(60):
            at = start + timedelta(minutes=48 * step + chance.randrange(48))
            found.append(
                order(
                    f"{day[:10]}-{step}",
                    created_at=at.isoformat().replace("+00:00", "Z"),
                    currency=chance.choice(["EUR", "USD"]),
                    platform_account_id=chance.choice(["north", "south"]),
                    order_revenue=chance.randrange(100_000) / 100,
                )
            )
    return found


def send(there: Shop, *sent: dict[str, Any], **config: Any) -> Finished:
    """Send orders as one stream."""
    lines = [schema("orders", "order_id", keys=["order_id"]), *records("orders", *sent)]
    finished = there.run(lines, **config)
    assert finished.code == 0, finished.log
    return finished


def expected(sent: list[dict[str, Any]], zone: str) -> dict[tuple[str, ...], tuple[int, Decimal]]:
    """Count the input by days of a zone, without any of the target's code."""
    found: dict[tuple[str, ...], list[Decimal]] = defaultdict(list)
    for one in sent:
        at = datetime.fromisoformat(one["created_at"]).astimezone(ZoneInfo(zone))
        account = one.get("platform_account_id", "custom-msp")
        key = ("orders", "custom-msp", account, one["currency"], f"{at:%Y-%m-%d}")
        found[key].append(Decimal(str(one["order_revenue"])))
    return {key: (len(some), sum(some, Decimal())) for key, some in found.items()}


@pytest.mark.parametrize("zone", ZONES)
def test_days_are_those_of_the_shops_zone(zone: str, shop: Callable[..., Shop]) -> None:
    """Counts and revenue are the input's, counted by other means; half hours and DST included."""
    there, sent = shop(shop_timezone=zone), orders_around(CHANGES)
    send(there, *sent)
    days = there.days()
    told = {
        key: (day["sent"]["count"], Decimal(str(round(day["sent"]["revenue"], 2))))
        for key, day in days.items()
    }
    assert told == expected(sent, zone)
    assert {day["verdict"] for day in days.values()} == {"equal"}
    assert {day["timezone"] for day in days.values()} == {zone}
    answer = there.verify()
    assert (answer.code, "All that was sent is there." in answer.out) == (0, True)
    assert f"days begin in {zone}" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 72


def test_a_record_sent_twice_counts_once_and_as_it_was_last(shop: Callable[..., Shop]) -> None:
    """Also an order that is voided in the same run."""
    there = shop()
    others = [order(n) for n in range(10, 110)]
    send(
        there,
        order(1, order_revenue=5.0),
        order(2),
        order(3, void=True),
        *others,
        order(1, order_revenue=7.25),
        order(2, void=True),
        batch_size_rows=50,
    )
    (day,) = there.days().values()
    assert day["sent"] == {"count": 101, "revenue": 1057.25}
    assert day["verdict"] == "equal"


def test_what_lacks_is_named_by_its_day(shop: Callable[..., Shop]) -> None:
    """Orders that are gone, and an order of another amount; days that are right are summed up."""
    there = shop(shop_timezone="America/New_York")
    sent = [
        order(n, created_at=f"2026-03-{day:02}T03:30:00Z")
        for n, day in enumerate((4, 4, 5, 6, 7), start=1)
    ]
    send(there, *sent)
    there.change("DELETE FROM orders_table WHERE order_id = 'A-2'")
    there.change(
        "UPDATE orders_table SET body = json_set(body, '$.order_revenue', 10)"
        " WHERE order_id = 'A-3'"
    )
    there.rewrite(**LONG_AGO)
    answer = there.verify()
    lines = [line.split() for line in answer.out.splitlines()]
    assert answer.code == 1
    assert ["2026-03-03", "2", "1", "21.00", "10.50", "LACKS"] in lines
    assert ["2026-03-04", "1", "1", "10.50", "10.00", "LACKS"] in lines
    assert ["2", "equal", "2", "2", "21.00", "21.00"] in lines
    assert "2 days LACK something" in answer.out
    in_full = there.verify("--all").out
    assert ["2026-03-05", "1", "1", "10.50", "10.50"] in map(str.split, in_full.splitlines())


def test_what_was_there_before_is_no_fault(shop: Callable[..., Shop]) -> None:
    """More has arrived than this run has sent, and it says why."""
    there = shop()
    send(there, order(1), order(2))
    send(there, order(3))
    answer = there.verify()
    assert answer.code == 0
    assert "arrived includes what was there before" in " ".join(answer.out.split())
    amounts = ["1", "3", "10.50", "31.50"]
    assert ["1", "more", *amounts] in map(str.split, answer.out.splitlines())
    in_full = there.verify("--all").out
    assert ["2026-03-04", *amounts, "more"] in map(str.split, in_full.splitlines())


def test_another_account_is_not_counted(shop: Callable[..., Shop]) -> None:
    """Nor another platform, on the same day."""
    there = shop()
    send(there, order(1, platform_account_id="other"), order(2, platform="amazon"))
    send(there, order(3))
    assert [day["arrived"]["count"] for day in there.days().values()] == [1]


@pytest.mark.parametrize("platform", ["magento", "Stripe", None])
def test_a_custom_platform_is_found_by_the_name_that_the_shop_has_for_it(
    shop: Callable[..., Shop], platform: str | None
) -> None:
    """The documentation says that each is told as `custom-msp`, whatever was sent."""
    there = shop()
    send(there, order(1), order(2), platform=platform)
    answer = there.verify()
    assert answer.code == 0
    assert "orders, custom-msp / custom-msp, EUR" in answer.out


def test_inside_the_documented_lag_it_is_too_early(shop: Callable[..., Shop]) -> None:
    """A recent order shows after 5 minutes, an older one after 20; then it lacks."""
    there = shop(lag=300, shop_timezone="Asia/Kolkata")
    now = datetime.now(UTC)
    recent = now - timedelta(hours=1)
    finished = send(there, order(1, created_at=recent.isoformat()), order(2))
    answer = there.verify("--timezone", "Asia/Kolkata")
    assert answer.code == 1
    assert answer.out.count("too early") == 3
    days = list(there.days("--timezone", "Asia/Kolkata").values())
    ended = datetime.fromisoformat(finished.report["ended"])
    waits = [datetime.fromisoformat(day["due"]) - ended for day in days]
    assert waits == [timedelta(minutes=20), timedelta(minutes=5)]
    assert f"Ask again after {ended + timedelta(minutes=20):%Y-%m-%d %H:%M:%S} UTC" in " ".join(
        answer.out.split()
    )
    there.rewrite(ended=(now - timedelta(minutes=10)).isoformat())
    verdicts = [day["verdict"] for day in there.days("--timezone", "UTC").values()]
    assert verdicts == ["too early", "lacks"]


@pytest.mark.parametrize("is_older", [False, True])
def test_events_are_told_by_day_and_name(shop: Callable[..., Shop], *, is_older: bool) -> None:
    """A custom one by its own name; in the table of either name."""
    there = shop(shop_timezone="Asia/Kolkata", has_older_events=is_older)
    start = int(datetime(2026, 3, 4, 18, 15, tzinfo=UTC).timestamp())  # 23:45 there
    events = [
        {
            "type": kind,
            "event_name": "quiz" if kind == "custom" else None,
            "timestamp": start + 600 * n,
            "profileIdentifiers": {"externalId": f"C-{n}"},
        }
        for n, kind in enumerate(["lead", "lead", "custom", "lead"])
    ]
    lines = [schema("events", "type"), *records("events", *events, events[0])]
    assert there.run(lines).code == 0
    days = there.days("--timezone", "Asia/Kolkata")
    assert {key: day["sent"]["count"] for key, day in days.items()} == {
        ("events", "lead", "2026-03-04"): 2,
        ("events", "lead", "2026-03-05"): 1,
        ("events", "quiz", "2026-03-05"): 1,
    }
    assert {day["verdict"] for day in days.values()} == {"equal"}
    there.change("DELETE FROM pixel_custom_events_table WHERE type = 'custom'")
    there.rewrite(**LONG_AGO)
    answer = there.verify("--timezone", "Asia/Kolkata")
    assert answer.code == 1
    assert "1 day LACKS something" in " ".join(answer.out.split())


def test_a_name_with_an_address_in_it_is_compared_and_not_told(
    shop: Callable[..., Shop],
) -> None:
    """An account may be called by its owner's, and a mapping may take a person's for a name."""
    there = shop()
    event = {"type": "custom", "timestamp": "2026-03-04T05:06:07Z"}
    persons = [
        {**event, "event_name": email, "profileIdentifiers": {"email": email}}
        for email in ("ann@example.com", "bob@example.com")
    ]
    accounts = [
        order(number, platform_account_id=account)
        for number, account in enumerate(("ann@example.com", "bob@example.com", "1029384756"))
    ]
    lines = [schema("events"), *records("events", *persons), schema("orders")]
    done = there.run([*lines, *records("orders", *accounts)])
    assert "example.com" not in str(done.report["sent"])
    days = there.days("--timezone", "UTC")
    assert {key[:-1]: day["arrived"]["count"] for key, day in days.items()} == {
        ("events", "***@***"): 2,
        ("orders", "custom-msp", "***@***", "EUR"): 2,
        ("orders", "custom-msp", "1029384756", "EUR"): 1,
    }
    assert {day["verdict"] for day in days.values()} == {"equal"}


def test_without_any_order_the_days_are_those_of_utc_and_it_says_so(
    shop: Callable[..., Shop],
) -> None:
    """Nothing tells the zone then but the user."""
    there = shop(shop_timezone="Asia/Kolkata")
    send(there, order(1, created_at="2026-03-04T20:00:00Z"))
    there.change("DELETE FROM orders_table")
    assert "its time zone is not known" in " ".join(there.verify().out.split())
    assert [key[-1] for key in there.days()] == ["2026-03-04"]
    assert [key[-1] for key in there.days("--timezone", "Asia/Kolkata")] == ["2026-03-05"]


def test_several_shops_are_asked_each(shop: Callable[..., Shop]) -> None:
    """What one of them has does not count for the other."""
    there = shop()
    shops = ["one.example", "two.example"]
    send(there, order(1, shop=shops[0]), order(2, shop=shops[1]), shop=shops[0], shops=shops)
    there.change("DELETE FROM orders_table WHERE shop = 'two.example'")
    there.rewrite(**LONG_AGO)
    said = there.verify().out
    assert "one.example: days begin in UTC" in said
    assert "two.example shows no order at all" in said
    assert said.count("LACKS") == 2


def test_a_long_time_is_asked_for_in_pieces(shop: Callable[..., Shop]) -> None:
    """And days between, on which nothing was sent, not at all."""
    there = shop()
    first = datetime(2024, 1, 1, tzinfo=UTC)
    days = [first + timedelta(days=n) for n in (*range(70), 400)]
    send(there, *(order(n, created_at=at.isoformat()) for n, at in enumerate(days)))
    found = there.days()
    assert (len(found), {day["verdict"] for day in found.values()}) == (71, {"equal"})
    with_zone = 1 + 3 + 1
    assert asked(there) == with_zone


def asked(shop: Shop) -> int:
    """Return how many queries the sandbox was asked."""
    with closing(sqlite3.connect(shop.db)) as connection, connection:
        found = connection.execute("SELECT count(*) FROM requests WHERE path LIKE '%/sql'")
        return int(found.fetchone()[0])


def test_a_key_without_the_scope_is_told(shop: Callable[..., Shop], tmp_path: Path) -> None:
    """No traceback, and what to do."""
    keys = tmp_path / "keys.json"
    keys.write_text('{"test-key-a1b2c3d4e5": {"scopes": ["orders:write"]}}')
    there = shop(keys=Keys.load(keys))
    send(there, order(1))
    answer = there.verify()
    assert answer.code == 1
    assert "lacks the scope Data Out" in answer.log


def test_what_passes_is_asked_again(shop: Callable[..., Shop]) -> None:
    """A 429 with its wait, a cut connection, an answer that is no JSON."""
    faults = [
        {"path": "/sql", "nth": 1, "status": 429, "headers": {"Retry-After": "1"}},
        {"path": "/sql", "nth": 3, "status": 503, "text": "<html>"},
    ]
    there = shop(faults=faults)
    send(there, order(1))
    assert there.verify().code == 0
    assert asked(there) == 4


@pytest.mark.parametrize("zone", ["America", "nowhere", None])
def test_a_zone_that_is_none_is_told(shop: Callable[..., Shop], zone: str | None) -> None:
    """Also one that is the name of a folder where zones lie."""
    said = {"data": [{"shop_timezone": zone, "orders": 1}]}
    there = shop(faults=[{"path": "/sql", "nth": 1, "status": 200, "body": said}])
    send(there, order(1))
    answer = there.verify()
    assert (answer.code, "TW-DATA-OUT-UNREADABLE" in answer.log) == (1, True)


def leads(quarter: str) -> dict[str, Any]:
    """Return what a report says of a lead that was sent in some quarter of an hour."""
    lead = {"shop": "s", "type": "lead", "event_name": None, "quarters": {quarter: 1}}
    return {"orders": [], "events": [lead]}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sent": None}, "does not say what was sent"),
        ({"sent": None, "dry_run": True}, "is the report of a dry run"),
        ({"destination": "LIVE shop other.example"}, "the run went to LIVE shop other.example"),
        ({"ended": "yesterday"}, "is no report"),
        ({"sent": leads("2026-03-04T00:00:00")}, "is no report"),
        ({"sent": leads("0001-01-01T00:00:00Z")}, "is no report"),
    ],
)
def test_a_report_that_cannot_serve_is_wrong_usage(
    changes: dict[str, Any], said: str, shop: Callable[..., Shop]
) -> None:
    """Exit code 2, and nothing is asked."""
    there = shop()
    send(there, order(1))
    there.rewrite(**changes)
    answer = there.verify()
    assert (answer.code, said in " ".join(answer.log.split())) == (2, True), answer.log
    assert asked(there) == 0


def test_a_run_without_orders_and_events_has_nothing_to_ask_for(
    shop: Callable[..., Shop],
) -> None:
    """That is no fault."""
    there = shop()
    lines = [schema("customers", "customer_id"), *records("customers", {"customer_id": "C-1"})]
    assert there.run(lines).code == 0
    answer = there.verify()
    assert (answer.code, "neither orders nor events" in answer.out) == (0, True)


def test_a_dry_run_has_sent_nothing(shop: Callable[..., Shop]) -> None:
    """Its report says so."""
    there = shop()
    finished = send(there, order(1), dry_run=True)
    assert finished.report["sent"] is None
    assert there.verify().code == 2
