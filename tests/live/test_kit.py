"""The kit tells an API that differs from one that does not, and gives nothing away."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.live import telling
from tests.live.answers import Answer
from tests.live.asked import Asked, new_records
from tests.live.assumptions import ASSUMPTIONS
from tests.live.client import Client
from tests.live.findings import Verdict
from tests.live.measures import found
from tests.live.records import EMAIL, PHONE
from tests.live.sandbox import ACCOUNT, DATABASE, KEY, SCOPES, SHOP, sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live.findings import Finding

SQL = "/orcabase/api/sql"
BY_SQL = {
    "EVENT-REPEATED",
    "CREATED-AT-TEXT",
    "OLDER-UPDATE",
    "VOID-UNDONE",
    "BULK-PARTIAL",
    "ORDER-OVERWRITTEN",
    "ORDER-VOID",
    "ORDER-SHOWN",
    "EVENT-SECONDS",
}
OF_EVENTS = {
    "EVENT-REPEATED",
    "EVENT-CUSTOM",
    "EVENT-EXTRAS",
    "EVENT-IDENTIFIERS",
    "EVENT-BYTES",
    "EVENT-SECONDS",
}
OF_REFUSALS = {
    "KEY-401",
    "PATH-404",
    "SHOP-403",
    "SURVEY-404",
    "RECORD-400",
    "ORDER-ZONE",
    "ORDER-CONTACT",
    "ORDER-AMOUNT",
    "EVENT-EXTRAS",
    "EVENT-IDENTIFIERS",
    "EVENT-BYTES",
}
ASKED_FOR = {name for name, row in ASSUMPTIONS.items() if not row.not_asked}


def findings(asked: Asked) -> dict[str, Finding]:
    """Ask for every assumption that is asked for."""
    return {name: found(ASSUMPTIONS[name], asked) for name in ASSUMPTIONS if name in ASKED_FOR}


def odd(asked: Asked) -> dict[str, Verdict]:
    """Return the verdicts of all that does not hold."""
    told = {name: finding.verdict for name, finding in findings(asked).items()}
    return {name: verdict for name, verdict in told.items() if verdict is not Verdict.HOLDS}


def kept(folder: Path, query: str) -> list[Any]:
    """Return the first column of what the sandbox has kept."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return [row[0] for row in connection.execute(query)]


def test_a_key_check_that_tells_nothing_differs_in_just_that(tmp_path: Path) -> None:
    """One of two sources says that it answers `{}`."""
    headers = {"RateLimit-Policy": "100;w=60", "RateLimit": "remaining=99"}
    fault = {"path": "/api-keys/me", "nth": 1, "status": 200, "body": {}, "headers": headers}
    with sandbox(tmp_path, faults=[fault]) as asked:
        assert odd(asked) == {"KEY-SCOPES": Verdict.DIFFERS}


def test_a_bulk_request_that_keeps_nothing_differs_in_just_that(tmp_path: Path) -> None:
    """The answer is as published, so only SQL shows it."""
    records = new_records(SHOP, ACCOUNT)
    names = [records.order_id(name) for name in ("zone", "contact", "amount")]
    errors = [{"order_id": name, "error": "is invalid"} for name in names]
    body = {"success": False, "message": "Validation errors", "errors": errors}
    fault = {"path": "/bulk-orders", "nth": 1, "status": 400, "body": body}
    with sandbox(tmp_path, faults=[fault], records=records) as asked:
        told = odd(asked)
    assert told.pop("ORDER-SHOWN") is Verdict.CANNOT_TELL
    assert told == {"BULK-PARTIAL": Verdict.DIFFERS}


def test_a_bulk_request_that_is_refused_as_a_whole_differs(tmp_path: Path) -> None:
    """Nothing can be told of its orders one by one then."""
    body = {"success": False, "message": "Invalid"}
    fault = {"path": "/bulk-orders", "nth": 1, "status": 400, "body": body}
    with sandbox(tmp_path, faults=[fault]) as asked:
        told = odd(asked)
    differing = {name for name, verdict in told.items() if verdict is Verdict.DIFFERS}
    assert differing == {"BULK-PARTIAL", "BULK-ERRORS"}
    assert {name for name in told if name not in differing} == {
        "ORDER-SMALLEST",
        "ORDER-ZONE",
        "ORDER-CONTACT",
        "ORDER-AMOUNT",
        "ORDER-NEW-CUSTOMER",
        "ORDER-SHOWN",
    }


def test_an_api_with_other_rules_for_versions_differs_in_just_those(tmp_path: Path) -> None:
    """Instants compared, older versions passed over, voids for ever, events counted twice."""
    records = new_records(SHOP, ACCOUNT)
    revenues = {"smallest": 0.01, "spelling": 0.01, "older": 0.02, "overwritten": 0.02}
    # ClickHouse writes its large numbers as text.
    rows = [
        {"order_id": records.order_id(name), "orders": "1", "least": str(most), "most": str(most)}
        for name, most in revenues.items()
    ]
    faults = [
        {"path": SQL, "nth": nth, "status": 200, "body": {"success": True, "data": data}}
        for nth, data in ((1, rows), (2, [{"events": "2"}]))
    ]
    with sandbox(tmp_path, faults=faults, records=records) as asked:
        told = odd(asked)
    names = ("EVENT-REPEATED", "CREATED-AT-TEXT", "OLDER-UPDATE", "VOID-UNDONE")
    assert told == dict.fromkeys(names, Verdict.DIFFERS)


def test_an_api_that_knows_no_versions_differs(tmp_path: Path) -> None:
    """Each order that is sent again is another one, a void one stays, events are not there."""
    records = new_records(SHOP, ACCOUNT)
    names = ("smallest", "spelling", "older", "overwritten", "voided", "restored")
    rows = [
        {"order_id": records.order_id(name), "orders": 2, "least": 0.01, "most": 0.02}
        for name in names
    ]
    faults = [
        {"path": SQL, "nth": nth, "status": 200, "body": {"success": True, "data": data}}
        for nth, data in ((1, rows), (2, [{"events": 0}]))
    ]
    with sandbox(tmp_path, faults=faults, records=records) as asked:
        assert odd(asked) == {
            "EVENT-REPEATED": Verdict.CANNOT_TELL,
            "OLDER-UPDATE": Verdict.DIFFERS,
            "VOID-UNDONE": Verdict.CANNOT_TELL,
            "ORDER-OVERWRITTEN": Verdict.DIFFERS,
            "ORDER-VOID": Verdict.DIFFERS,
            "EVENT-SECONDS": Verdict.DIFFERS,
        }


@pytest.mark.parametrize(("nth", "verdict"), [(2, Verdict.CANNOT_TELL), (3, Verdict.DIFFERS)])
def test_an_order_that_is_refused_when_it_comes_again_differs(
    nth: int, verdict: Verdict, tmp_path: Path
) -> None:
    """Refused at first, it says nothing about its later versions."""
    records = new_records(SHOP, ACCOUNT)
    errors = [{"order_id": records.order_id("older"), "error": "updated_at is too old"}]
    body = {"success": False, "message": "Validation errors", "errors": errors}
    fault = {"path": "/bulk-orders", "nth": nth, "status": 400, "body": body, "keep": True}
    with sandbox(tmp_path, faults=[fault], records=records) as asked:
        assert odd(asked) == {"OLDER-UPDATE": verdict, "BULK-TAKEN": Verdict.DIFFERS}


def test_an_api_that_wants_more_of_an_order_differs(tmp_path: Path) -> None:
    """It refuses two that should be taken, and says so in the published way."""
    records = new_records(SHOP, ACCOUNT)
    names = ("smallest", "new-customer")
    errors = [{"order_id": records.order_id(name), "error": "name is required"} for name in names]
    body = {"success": False, "message": "Validation errors", "errors": errors}
    fault = {"path": "/bulk-orders", "nth": 1, "status": 400, "body": body}
    with sandbox(tmp_path, faults=[fault], records=records) as asked:
        told = odd(asked)
    differing = {name for name, verdict in told.items() if verdict is Verdict.DIFFERS}
    of_refusals = {"ORDER-ZONE", "ORDER-CONTACT", "ORDER-AMOUNT"}
    of_bulk = {"BULK-ERRORS", "BULK-PARTIAL"}
    assert differing == {"ORDER-SMALLEST", "ORDER-NEW-CUSTOMER"} | of_refusals | of_bulk


def test_another_success_than_the_published_one_differs(tmp_path: Path) -> None:
    """The target takes a 202 too; somebody should know."""
    fault = {"path": "/bulk-orders", "nth": 3, "status": 202, "body": {}, "keep": True}
    with sandbox(tmp_path, faults=[fault]) as asked:
        assert odd(asked) == {"BULK-TAKEN": Verdict.DIFFERS}


@pytest.mark.parametrize(("nth", "name"), [(1, "EVENT-CUSTOM"), (2, "EVENT-REPEATED")])
def test_an_event_that_is_refused_differs(nth: int, name: str, tmp_path: Path) -> None:
    """The first time for what it is, the second time for being the second."""
    fault = {"path": "/event", "nth": nth, "status": 400, "body": {"message": "no"}}
    with sandbox(tmp_path, faults=[fault]) as asked:
        told = odd(asked)
    assert [one for one, verdict in told.items() if verdict is Verdict.DIFFERS] == [name]


@pytest.mark.parametrize(
    ("date", "seen"),
    [
        ({}, "no time in `Date`"),
        ({"Date": "yesterday"}, "no time in `Date`"),
        ({"Date": "Wed, 04 Mar 2026 05:06:07 -0000"}, "no time in `Date`"),
        ({"Date": "Wed, 04 Mar 2026 05:06:07 GMT"}, "the clocks are 53 s apart"),
    ],
)
def test_a_clock_that_is_off_differs(date: dict[str, str], seen: str, tmp_path: Path) -> None:
    """Whichever of the two is wrong."""
    with sandbox(tmp_path) as asked:
        at = datetime(2026, 3, 4, 5, 7, tzinfo=UTC)
        asked.key_check = Answer(200, {}, date, at)
        finding = found(ASSUMPTIONS["DATE-HEADER"], asked)
    assert (finding.verdict, finding.seen) == (Verdict.DIFFERS, seen)


def test_an_api_that_takes_everything_differs_in_every_refusal(tmp_path: Path) -> None:
    """A 200 for all is what a wrong address may give."""
    with sandbox(tmp_path, faults=[{"status": 200, "body": {"success": True}}]) as asked:
        told = odd(asked)
    differing = {name for name, verdict in told.items() if verdict is Verdict.DIFFERS}
    others = {"KEY-SCOPES", "RATE-HEADERS", "BULK-PARTIAL", "BULK-ERRORS", "ERROR-BODY"}
    assert differing == OF_REFUSALS | others


@pytest.mark.parametrize("body", [{}, {"success": True, "data": [{}]}, {"data": "none"}])
def test_sql_of_another_form_tells_nothing(body: dict[str, Any], tmp_path: Path) -> None:
    """It was never seen, so it may have any."""
    faults = [{"path": SQL, "status": 200, "body": body}]
    with sandbox(tmp_path, faults=faults) as asked:
        assert odd(asked) == dict.fromkeys(BY_SQL, Verdict.CANNOT_TELL)


def test_without_data_out_nothing_is_told_that_sql_would_say(tmp_path: Path) -> None:
    """And SQL is asked once, not once an assumption."""
    with sandbox(tmp_path, scopes=SCOPES[:2]) as asked:
        assert odd(asked) == dict.fromkeys(BY_SQL, Verdict.CANNOT_TELL)
    query = "SELECT status FROM requests WHERE path LIKE '%/sql'"
    assert kept(tmp_path, query) == [403]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_api_that_is_out_of_order_tells_nothing(status: int, tmp_path: Path) -> None:
    """Its answers are about itself."""
    with sandbox(tmp_path, faults=[{"status": status}]) as asked:
        told = odd(asked)
    if status == 500:
        # An unknown shop may well be answered so.
        assert told.pop("SHOP-403") is Verdict.DIFFERS
    told.pop("DATE-HEADER", None)
    assert set(told.values()) == {Verdict.CANNOT_TELL}
    assert ASKED_FOR - told.keys() <= {"DATE-HEADER", "SHOP-403"}


def test_no_answer_tells_nothing() -> None:
    """Nobody listens on a port that is not given out."""
    client = Client("http://127.0.0.1:1/api/v2", KEY)
    with closing(client):
        told = odd(Asked(client, new_records(SHOP, ACCOUNT), with_events=True))
    assert told == dict.fromkeys(ASKED_FOR, Verdict.CANNOT_TELL)


def test_events_are_sent_only_when_asked_for(tmp_path: Path) -> None:
    """Not even those that the API should refuse: it might take them, and they stay for ever."""
    with sandbox(tmp_path) as of_all:
        asked = Asked(of_all.client, of_all.records, with_events=False)
        assert odd(asked) == dict.fromkeys(OF_EVENTS, Verdict.NOT_ASKED)
    assert kept(tmp_path, "SELECT path FROM requests WHERE path = '/data-in/event'") == []


def test_a_run_makes_about_a_dozen_requests(tmp_path: Path) -> None:
    """One serves several assumptions."""
    with sandbox(tmp_path) as of_all:
        asked = Asked(of_all.client, of_all.records, with_events=False)
        findings(asked)
        asked.void()
        assert of_all.client.requests == 12


def test_no_order_stands_afterwards_and_all_are_of_one_account(tmp_path: Path) -> None:
    """They would count in a live shop until somebody deletes them."""
    with sandbox(tmp_path) as asked:
        findings(asked)
        assert 0 in kept(tmp_path, "SELECT void FROM orders_table")
        lines = telling.cleared(asked, asked.void())
    assert set(kept(tmp_path, "SELECT void FROM orders_table")) == {1}
    assert set(kept(tmp_path, "SELECT platform_account_id FROM orders_table")) == {ACCOUNT}
    assert any("7 orders were not refused, and are void now" in line for line in lines)
    assert any(f"Delete the account {ACCOUNT}" in line for line in lines)


def test_orders_that_could_not_be_voided_are_told(tmp_path: Path) -> None:
    """Somebody must know that they count."""
    with sandbox(tmp_path, faults=[{"path": "/bulk-orders", "nth": 5, "status": 503}]) as asked:
        findings(asked)
        lines = telling.cleared(asked, asked.void())
    assert any("could NOT be voided" in line for line in lines)


def test_orders_without_an_answer_are_voided_as_well(tmp_path: Path) -> None:
    """The API may have taken them before it broke."""
    faults = [{"path": "/bulk-orders", "nth": 1, "status": 500, "keep": True}]
    faults += [{"path": "/bulk-orders", "nth": 2, "cut": "after"}]
    with sandbox(tmp_path, faults=faults) as asked:
        assert asked.mixed.status == 500
        assert asked.versions[0].status is None
        lines = telling.cleared(asked, asked.void())
    assert any("but for 3 that were refused" in line for line in lines)
    assert set(kept(tmp_path, "SELECT void FROM orders_table")) == {1}


def test_orders_of_a_request_that_was_stopped_by_hand_are_voided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C comes before the answer, and the API has taken them."""
    with sandbox(tmp_path) as asked:
        post = asked.client.post

        def stopped(path: str, body: Any) -> Answer:
            post(path, body)
            raise KeyboardInterrupt

        monkeypatch.setattr(asked.client, "post", stopped)
        with pytest.raises(KeyboardInterrupt):
            _ = asked.mixed
        monkeypatch.undo()
        assert set(kept(tmp_path, "SELECT void FROM orders_table")) == {0}
        asked.void()
    assert set(kept(tmp_path, "SELECT void FROM orders_table")) == {1}


def test_an_order_that_a_foreign_shop_took_is_voided(tmp_path: Path) -> None:
    """An API that goes by the key alone has put it into the shop."""
    fault = {"path": "/data-in/orders", "nth": 1, "status": 200, "body": {"success": True}}
    with sandbox(tmp_path, faults=[fault]) as asked:
        assert found(ASSUMPTIONS["SHOP-403"], asked).verdict is Verdict.DIFFERS
        asked.void()
    assert kept(tmp_path, "SELECT order_id FROM orders_table WHERE void") == [
        asked.records.order_id("foreign")
    ]


def test_nothing_was_sent_so_nothing_is_voided(tmp_path: Path) -> None:
    """Asking for one assumption alone need not send any order."""
    with sandbox(tmp_path) as asked:
        found(ASSUMPTIONS["KEY-401"], asked)
        assert telling.cleared(asked, asked.void()) == ["1 requests."]


def test_it_waits_until_orders_show(tmp_path: Path) -> None:
    """By the shop's own clock, which the test moves."""
    now, slept = [time.time()], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with sandbox(tmp_path, clock=lambda: now[0], lag=300) as of_all:
        asked = Asked(of_all.client, of_all.records, with_events=True, wait=600, sleep=sleep)
        told = findings(asked)
    assert told["ORDER-SHOWN"].seen == "shown after 6 minutes"
    assert {one.verdict for one in told.values()} == {Verdict.HOLDS}
    assert slept == [120] * 4


def test_orders_that_never_show_differ(tmp_path: Path) -> None:
    """After the time in which they should, not before."""
    now = time.time()
    with sandbox(tmp_path, clock=lambda: now, lag=300) as of_all:
        for wait, verdict in ((300, Verdict.CANNOT_TELL), (600, Verdict.DIFFERS)):
            asked = Asked(
                of_all.client, of_all.records, with_events=True, wait=wait, sleep=lambda _: None
            )
            assert found(ASSUMPTIONS["ORDER-SHOWN"], asked).verdict is verdict
            assert found(ASSUMPTIONS["VOID-UNDONE"], asked).verdict is Verdict.CANNOT_TELL


def test_no_key_and_no_person_is_shown(tmp_path: Path) -> None:
    """Whatever the API repeats in its answers."""
    records = new_records(SHOP, ACCOUNT)
    words = f"{KEY} of {EMAIL}, {PHONE} in {records.order_id('smallest')}"
    body = {"error": words, "message": words, "errors": [{"error": words}]}
    faults = [{"status": 400, "body": body}]
    with sandbox(tmp_path, faults=faults, records=records) as asked:
        told = findings(asked)
        lines = [*(one.line for one in told.values()), *telling.table(list(told.values()))]
        lines += telling.cleared(asked, asked.void())
    shown = "\n".join(lines)
    assert "***@***" in shown
    assert [secret for secret in (KEY, EMAIL, PHONE, records.run) if secret in shown] == []


def test_what_differs_is_told_first(tmp_path: Path) -> None:
    """It is what somebody has to read."""
    fault = {"path": "/data-in/pps", "status": 200, "body": {"success": True}}
    with sandbox(tmp_path, faults=[fault]) as asked:
        told = list(findings(asked).values())
    lines = telling.table(told)
    assert lines[0].split()[:2] == ["differs", "SURVEY-404"]
    assert lines[-1].startswith("differs: 1, cannot tell: 0, holds: ")
