"""Data Out by SQL: what a query sees, and what it is refused."""

# ruff: noqa: S608 - the queries are parts of this file

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from target_triplewhale.commands.sandbox import sandbox
from target_triplewhale.sandbox import Faults, Keys, data_out
from tests.sandbox.bodies import SHOP, event, order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sandbox.conftest import Client

PERIOD = "event_date BETWEEN @startDate AND @endDate"
COUNT = f"SELECT count(*) AS n FROM orders_table WHERE {PERIOD}"
IDS = f"SELECT order_id FROM orders_table WHERE {PERIOD} ORDER BY 1"
NAMES = "SELECT event_name, count(*) AS n FROM {} WHERE " + PERIOD + " GROUP BY 1 ORDER BY 1"


def test_an_answer_has_the_published_shape(api: Client) -> None:
    """Success, a message, and the rows as objects; a void order counts no more."""
    orders = [order("A-1"), order("A-2", order_revenue=4), order("A-3", void=True)]
    api.post("bulk-orders", {"shop": SHOP, "orders": orders})
    query = f"""SELECT platform, platform_account_id, currency, count() AS orders,
        sum(order_revenue) AS revenue FROM orders_table WHERE {PERIOD} GROUP BY 1, 2, 3"""
    answer = api.ask(query)
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "message": "The query was executed successfully.",
        "data": [
            {
                "platform": "custom-msp",
                "platform_account_id": "custom-msp",
                "currency": "USD",
                "orders": 2,
                "revenue": 14.5,
            }
        ],
    }


def test_a_custom_platform_is_shown_as_the_published_file_says(api: Client) -> None:
    """Whatever was sent; the platforms that Triple Whale reads itself have their names."""
    for number, platform in enumerate(("WebShop", "magento", "shopify", "amazon")):
        api.post("orders", order(f"A-{number}", platform=platform))
    query = f"SELECT platform, count(*) AS n FROM orders_table WHERE {PERIOD} GROUP BY 1 ORDER BY 1"
    found = {row["platform"]: row["n"] for row in api.ask(query).json()["data"]}
    assert found == {"amazon": 1, "custom-msp": 2, "shopify": 1}


def test_the_published_file_says_how_custom_platforms_are_shown(shared: Path) -> None:
    """Where it says so no more, the view is wrong."""
    text = " ".join((shared / "api/triple-whale-openapi.yml").read_text().split())
    said = "for custom sales platforms, the platform will appear as `custom-msp` in SQL queries"
    assert said in text


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("America/New_York", "2026-03-07", "23"),
        ("Asia/Kolkata", "2026-03-08", "10"),
        ("UTC", "2026-03-08", "04"),
    ],
)
def test_a_day_begins_in_the_shops_zone(
    zone: str, day: str, hour: str, start: Callable[..., Client]
) -> None:
    """One instant is two days; `created_at` is shown in UTC however it was spelled."""
    api = start(shop_timezone=zone)
    api.post("orders", order(created_at="2026-03-08T05:30:00+01:00"))
    api.post("event", event(timestamp=1772944200))
    columns = "event_date, event_hour, shop_timezone, created_at"
    (row,) = api.ask(f"SELECT {columns} FROM orders_table WHERE {PERIOD}").json()["data"]
    assert row == {
        "event_date": day,
        "event_hour": hour,
        "shop_timezone": zone,
        "created_at": "2026-03-08T04:30:00.000Z",
    }
    events = f"SELECT event_date FROM pixel_custom_events_table WHERE {PERIOD}"
    assert api.ask(events).json()["data"] == [{"event_date": day}]


def test_the_period_is_bound_to_the_query(api: Client) -> None:
    """Both dates belong to the period."""
    for n, day in enumerate(("01", "02", "03", "04"), start=1):
        api.post("orders", order(f"A-{n}", created_at=f"2026-02-{day}T12:00:00Z"))
    period = {"startDate": "2026-02-02", "endDate": "2026-02-03"}
    found = api.ask(IDS, period=period).json()["data"]
    assert found == [{"order_id": "A-2"}, {"order_id": "A-3"}]


def test_another_shop_is_never_seen(start: Callable[..., Client], tmp_path: Path) -> None:
    """Rows of the shop asked for only, and only of a shop that the key's owner has."""
    path = tmp_path / "keys.json"
    keys = {"k": {"shops": [SHOP, "other.example"]}, "one": {"shops": ["other.example"]}}
    path.write_text(json.dumps(keys), encoding="utf-8")
    api = start(keys=Keys.load(path))
    api.post("orders", order("A-1"))
    api.post("orders", order("B-1", shop="other.example"))
    assert api.ask(IDS).json()["data"] == [{"order_id": "A-1"}]
    assert api.ask(IDS, shopId="other.example").json()["data"] == [{"order_id": "B-1"}]
    assert api.ask(IDS, key="one").status_code == 403


def test_events_are_named_by_type_or_by_their_own_name(start: Callable[..., Client]) -> None:
    """An older shop knows the table under its older name only."""
    api = start()
    api.post("event", event())
    api.post("event", event(type="custom", event_name="quiz"))
    named = [{"event_name": "lead", "n": 1}, {"event_name": "quiz", "n": 1}]
    assert api.ask(NAMES.format("pixel_custom_events_table")).json()["data"] == named
    older = api.ask(NAMES.format("custom_pixel_events_table"))
    assert (older.status_code, "no such table" in older.json()["message"]) == (400, True)
    api = start(has_older_events=True)
    assert api.ask(NAMES.format("custom_pixel_events_table")).json()["data"] == named
    assert api.ask(NAMES.format("pixel_custom_events_table")).status_code == 400


def test_the_key_needs_the_scope(start: Callable[..., Client], tmp_path: Path) -> None:
    """However it is spelled; without a key the published answer is a 403."""
    path = tmp_path / "keys.json"
    keys = {"in": {"scopes": ["Orders: Write"]}, "out": {"scopes": ["data_out"]}}
    path.write_text(json.dumps(keys), encoding="utf-8")
    api = start(keys=Keys.load(path))
    assert api.ask(COUNT, key="out").json()["data"] == [{"n": 0}]
    assert "Data Out" in api.ask(COUNT, key="in").json()["message"]
    answer = api.ask(COUNT, key="")
    assert (answer.status_code, answer.json()["message"]) == (403, "Access token is required")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"query": "", "period": {}}, "Missing fields: query, startDate, endDate"),
        ({"period": {"startDate": "07/01/2025", "endDate": "2025-07-31"}}, "startDate must be"),
        ({"query": "SELECT count(*) FROM orders_table WHERE event_date > ''"}, "@startDate"),
        ({"query": "SELECT @startDate, @endDate, event_date FROM orders_table"}, "condition"),
        ({"query": f"SELECT 'WHERE event_date', @startDate, @endDate -- {PERIOD}"}, "condition"),
        ({"query": f"SELECT spend FROM orders_table WHERE {PERIOD}"}, "no such column"),
        ({"query": f"SELEKT 1 WHERE {PERIOD}"}, "Only a SELECT"),
        ({"query": f"{COUNT}; {COUNT}"}, "one statement"),
        ({"query": f"{COUNT} AND 1 = @other"}, "The query failed"),
        ({"query": f"{COUNT} \0"}, "The query failed"),
        ({"query": 5}, "Missing fields: query"),
    ],
)
def test_a_wrong_query_is_a_400_that_says_why(body: dict[str, Any], said: str, api: Client) -> None:
    """In the documented shape; the server goes on."""
    answer = api.ask(**{"query": COUNT, **body})
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert said in answer.json()["message"]
    assert api.ask(COUNT).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT count(*) FROM main.orders_table WHERE '' < @startDate OR {PERIOD}",
        f"WITH orders_table AS (SELECT *, '' AS event_date FROM main.orders_table) {IDS}",
        f"SELECT path FROM requests, orders_table WHERE {PERIOD}",
        f"SELECT name FROM sqlite_temp_master, orders_table WHERE {PERIOD}",
        f"SELECT * FROM pragma_database_list, orders_table WHERE {PERIOD}",
        f"WITH x AS (SELECT 1) DELETE FROM orders_table WHERE {PERIOD}",
        f"SELECT load_extension('x') FROM orders_table WHERE {PERIOD}",
    ],
)
def test_nothing_but_the_views_is_read(query: str, api: Client) -> None:
    """Not the tables below, under whatever name; and nothing is written."""
    api.post("orders", order("A-1"))
    api.post("orders", order("B-1", shop="other.example"))
    answer = api.ask(query)
    assert answer.status_code == 400, answer.text
    assert "B-1" not in answer.text
    assert api.rows("SELECT count(*) FROM orders_table") == [(2,)]


def test_a_query_without_an_end_is_stopped(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By time, or by the number of its rows."""
    endless = f"""WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT {{}} FROM n WHERE NOT EXISTS (SELECT 1 FROM orders_table WHERE {PERIOD})"""
    monkeypatch.setattr(data_out, "MAX_SECONDS", 0.1)
    assert "took longer" in api.ask(endless.format("sum(i)")).json()["message"]
    monkeypatch.setattr(data_out, "MAX_SECONDS", 60)
    assert "more than 10000 rows" in api.ask(endless.format("i")).json()["message"]


def test_the_look_at_a_query_ends_soon(api: Client) -> None:
    """The server does nothing else meanwhile; the client here waits for 20 seconds."""
    query = "SELECT @startDate, @endDate " + "where /* " * 11_000
    assert "condition" in api.ask(query).json()["message"]


def test_an_answer_is_no_larger_than_the_memory(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Few rows can be large, and few values too."""
    api.post("orders", order())
    large = f"SELECT {{}} FROM orders_table WHERE {PERIOD}"
    assert "too big" in api.ask(large.format("zeroblob(1000001)")).json()["message"]
    assert "columns" in api.ask(large.format(", ".join(["1"] * 201))).json()["message"]
    monkeypatch.setattr(data_out, "MAX_ANSWER", 999)
    assert "more than 999 bytes" in api.ask(large.format("zeroblob(1000)")).json()["message"]
    assert api.ask(large.format("zeroblob(999)")).status_code == 200


def test_an_order_shows_after_its_lag(start: Callable[..., Client]) -> None:
    """A recent one first, an older one after four times as long."""
    now = [1767323045.0]  # the second of `created_at`
    api = start(clock=lambda: now[0], lag=300)
    api.post("orders", order("A-1"))
    api.post("orders", order("A-2", created_at="2025-12-01T00:00:00Z"))
    counts = []
    for seconds in (299, 1, 899, 1):
        now[0] += seconds
        counts.append(api.ask(COUNT).json()["data"][0]["n"])
    assert counts == [0, 1, 1, 2]


def test_values_that_json_lacks_are_answered_all_the_same(api: Client) -> None:
    """Infinity, bytes, and bytes that are no text."""
    api.post("orders", order())
    columns = "9e999 AS a, x'0aff' AS b, CAST(x'ff' AS TEXT) AS c"
    query = f"SELECT {columns} FROM orders_table WHERE {PERIOD}"
    assert api.ask(query).json()["data"] == [{"a": None, "b": "0aff", "c": "\ufffd"}]


def test_queries_have_a_pace_of_their_own_and_faults_strike_them(
    start: Callable[..., Client],
) -> None:
    """60 a minute; each is kept among the requests."""
    script = '[{"path": "/sql", "nth": 1, "status": 500}]'
    api = start(faults=Faults.parse(script), clock=lambda: 1767323045.0)
    codes = [api.ask(COUNT).status_code for _ in range(62)]
    assert codes == [500, *[200] * 60, 429]
    assert api.rows("SELECT count(*) FROM requests WHERE path = '/orcabase/api/sql'") == [(62,)]


def test_an_unknown_zone_is_refused(db: Path) -> None:
    """Before any file is made."""
    with pytest.raises(ValueError, match="Mars/Olympus"):
        data_out.DataOut(db, "Mars/Olympus")
    assert not db.exists()


def test_the_command_refuses_an_unknown_zone(tmp_path: Path) -> None:
    """As wrong usage, before it serves."""
    done = CliRunner().invoke(sandbox, ["--timezone", "Mars/Olympus", "--db", str(tmp_path / "db")])
    assert (done.exit_code, "TW-COMMAND-NO-ZONE" in done.output) == (2, True)
