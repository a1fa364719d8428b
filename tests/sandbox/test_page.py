"""The page over plain HTTP: what it shows, whom it lets in, and that it changes nothing."""

from __future__ import annotations

import html
import json
import re
import socket
import sqlite3
import subprocess
import sys
import tracemalloc
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from target_triplewhale.commands.sandbox import sandbox
from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.page import query
from target_triplewhale.sandbox.serve import serve
from target_triplewhale.sandbox.tables import RECORD_TABLES
from tests.sandbox.bodies import SHOP, ad, event, order, refund, smallest
from tests.sandbox.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import requests

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"
LISTS = [f"/records/{table}" for table in RECORD_TABLES]
PAGES = ["/", "/requests", "/refusals", "/sql", *LISTS]


def root(client: Client) -> str:
    return client.served.url.removesuffix("/api/v2")


def get(client: Client, path: str, **more: Any) -> requests.Response:
    """Get a page; what it says is in its text."""
    return client.session.get(root(client) + path, timeout=10, **more)


def said(client: Client, path: str) -> str:
    """Return the words of a page, without its markup."""
    answer = get(client, path)
    assert answer.status_code == 200, path
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def ask(client: Client, sql: str) -> str:
    """Return the words of the page that answers a query."""
    answer = client.session.get(root(client) + "/sql", params={"query": sql}, timeout=20)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a sandbox that holds a bit of everything, for tests that only look."""
    db = tmp_path_factory.mktemp("used") / "sandbox.db"
    with serve(create_app(db)) as served:
        client = Client(served, db)
        fill(client)
        yield client
        client.session.close()


def fill(api: Client) -> None:
    for path, (body, *_) in smallest().items():
        api.post(path, body)
    api.post("bulk-orders", {"shop": SHOP, "orders": [order("B-1", refunds=[refund()]), {}]})
    api.post("orders", order("B-2", currency="EUR", order_revenue=7))
    api.post("orders", order("B-3", void=True))
    api.post("event", event(eventId="e-2", type="mql"))


def test_every_page_opens(used: Client) -> None:
    """Empty or not."""
    assert [path for path in PAGES if get(used, path).status_code != 200] == []


def test_an_empty_sandbox_has_every_page(api: Client) -> None:
    """The first look comes before the first run."""
    assert [path for path in PAGES if get(api, path).status_code != 200] == []
    assert "No record yet." in said(api, "/")


def test_the_overview_says_the_same_numbers_as_sqlite(used: Client) -> None:
    """Counts and revenue come from the tables, not from a count of their own."""
    text = said(used, "/")
    [(usd, orders)] = used.rows(
        "SELECT sum(json_extract(body, '$.order_revenue')), count(*) FROM orders_table"
        " WHERE NOT void AND json_extract(body, '$.currency') = 'USD'"
    )
    assert (usd, orders) == (21, 2)
    assert "Order revenue, voided orders left out 21.00 USD, 7.00 EUR" in text
    counted = {
        table: used.rows(f"SELECT count(*), sum(versions), sum(void) FROM {table}")[0]  # noqa: S608
        for table in RECORD_TABLES
    }
    assert "Orders {} {} {} 2".format(*counted["orders_table"]) in text
    assert "Events {} {} {} 2".format(*counted["pixel_custom_events_table"]) in text
    total = sum(count for count, *_ in counted.values())
    [(asked,)] = used.rows("SELECT count(*) FROM requests")
    assert f"Records {total} Order revenue" in text
    assert f"Requests {asked} Refusals" in text


def test_the_chart_adds_up_to_the_tables(used: Client) -> None:
    """Each bar says in its title what it stands for."""
    titles = re.findall(r"<title>([^<]*): ([\d.,]+) (\w+)</title>", get(used, "/").text)
    bars: dict[str, float] = {}
    for _, value, kind in titles:
        bars[kind] = bars.get(kind, 0) + float(value.replace(",", ""))
    [(orders,)] = used.rows("SELECT count(*) FROM orders_table")
    assert (bars["orders"], bars["USD"], bars["EUR"]) == (orders, 21, 7)


def test_a_time_outside_of_the_calendar_does_not_break_the_chart(api: Client) -> None:
    """Senders write any year."""
    api.post("orders", order("A-1", created_at="0001-01-01T00:00:00+23:00"))
    api.post("orders", order("A-2", created_at="9999-12-31T23:59:59Z"))
    api.post("event", event(timestamp=-62_135_600_000))
    assert re.search(r"Records per year 3 from 20\d\d to 9999", said(api, "/"))


@pytest.mark.parametrize("amount", [5e-324, 1e307, 1.7e308])
def test_an_amount_beyond_reason_does_not_break_the_chart(amount: float, api: Client) -> None:
    """Two of the largest make an infinite sum."""
    orders = [order(f"A-{n}", order_revenue=amount) for n in range(2)]
    api.post("bulk-orders", {"shop": SHOP, "orders": orders})
    heights = re.findall(r'<rect[^>]* height="([^"]*)"', get(api, "/").text)
    assert len(heights) == 2
    assert all(0 <= float(height) <= 200 for height in heights)


def test_a_record_shows_its_versions_and_what_each_changed(api: Client) -> None:
    """The same body sent again is no version of its own."""
    api.post("orders", order(status="open", refunds=[refund()]))
    api.post("orders", order(status="open", refunds=[refund()]))
    api.post("orders", order(status="paid", refunds=[refund(total_refund=6)]))
    text = said(api, "/records/orders_table/1")
    assert "3 times, 2 versions" in text
    assert 'status "open" "paid"' in text
    assert text.index("Version 2") < text.index('"status": "paid"') < text.index("Version 1")
    assert '"status": "open"' in text
    assert api.rows("SELECT kept_in, version FROM former_versions ORDER BY id") == [
        ("orders_table", 2),
        ("refunds_table", 2),
    ]


def test_a_first_load_leaves_no_history(used: Client) -> None:
    """It would cost every load the time of a second one."""
    assert used.rows("SELECT count(*) FROM former_versions") == [(0,)]


def test_a_file_from_before_the_history_gets_one(start: Callable[..., Client], db: Path) -> None:
    """What a sandbox holds outlives an update of the package."""
    first = start()
    first.post("orders", order(taxes=1))
    first.served.stop()
    with closing(sqlite3.connect(db)) as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DROP TABLE former_versions")
        connection.execute("PRAGMA user_version = 1")
    second = start()
    second.post("orders", order(taxes=2))
    assert "2 times, 2 versions" in said(second, "/records/orders_table/1")


def test_records_are_found_by_a_text_and_leafed_through(api: Client) -> None:
    """A percent sign is what is looked for, not a pattern."""
    api.post("bulk-orders", {"shop": SHOP, "orders": [order(f"A-{n}") for n in range(150)]})
    api.post("orders", order("100%"))
    assert "1 to 100 of 151" in said(api, "/records/orders_table")
    assert "101 to 151 of 151" in said(api, "/records/orders_table?page=2")
    assert "1 to 1 of 1" in said(api, "/records/orders_table?q=A-149")
    assert "1 to 1 of 1" in said(api, "/records/orders_table?q=0%25")


def test_requests_show_their_answers(start: Callable[..., Client]) -> None:
    """With the wait that was asked for, and who has come back before it was over."""
    api = start(requests_per_minute=2, clock=lambda: 1_800_000_000.0)
    for number in range(4):
        api.post("orders", order(f"A-{number}"))
    text = said(api, "/requests")
    assert "All 4 200 2 429 2" in text
    assert re.search(r"#4 2027-01-15 08:00:00 POST /data-in/orders 429 0 0 any 60 0\.00", text)
    assert "#1 " not in said(api, "/requests?status=429")
    assert "#1 " in said(api, "/requests?n=1")


def test_the_ends_of_a_short_chart_do_not_overlap(start: Callable[..., Client]) -> None:
    """On a phone two whole times are wider than it; the day is said once."""
    times = iter((1_800_000_000.0, 1_800_000_002.0))
    api = start(clock=lambda: next(times))
    api.post("orders", order("A-1"))
    api.post("orders", order("A-2"))
    texts = re.findall(r"<text[^>]*>(.*?)</text>", get(api, "/requests").text)
    assert texts[-2:] == ["2027-01-15 08:00:00", "08:00:02"]


def test_refusals_are_ranked_and_lead_to_their_request(used: Client) -> None:
    """One reason is one line, however often it came up."""
    text = said(used, "/refusals")
    assert "currency is required /data-in/bulk-orders 1" in text
    [(request,)] = used.rows("SELECT DISTINCT request FROM refusals")
    assert f"/requests?n={request}" in get(used, "/refusals").text
    assert f"Of request #{request} only." in said(used, f"/refusals?request={request}")


def evil_bodies() -> dict[str, dict[str, Any]]:
    """Return valid bodies in which whatever may be text is markup."""
    customer = {"id": EVIL, "email": f"{EVIL}@shop.example".replace(" ", ""), "first_name": EVIL}
    names = dict.fromkeys(("platform", "platform_account_id"), EVIL)
    return {
        "orders": {
            **order(EVIL, shop=EVIL, customer=customer, name=EVIL, currency=EVIL, tags=[EVIL]),
            **names,
            "refunds": [refund(EVIL)],
        },
        "customers": {"shop": EVIL, "customer_id": EVIL, "first_name": EVIL, **names},
        "products": {
            "shop": EVIL,
            "product_id": EVIL,
            "product_title": EVIL,
            **names,
            "variants": [{"variant_id": EVIL, "variant_title": EVIL}],
        },
        "ads": ad(shop=EVIL, channel=EVIL, campaign={"id": EVIL, "name": EVIL, "status": "ACTIVE"}),
        "event": event(shop=EVIL, type="custom", event_name=EVIL, eventId=EVIL, **{EVIL: EVIL}),
        "orders-enrichment": {"shop": EVIL, "order_id": EVIL},
        "products-enrichment": {"shop": EVIL, "product_id": EVIL},
    }


def send_evil(api: Client) -> None:
    """Fill a sandbox with markup: accepted, changed, and refused by its fields' names."""
    for path, body in evil_bodies().items():
        assert api.post(path, body).status_code == 200, path
    api.post("orders", {**evil_bodies()["orders"], "name": EVIL * 2})
    api.post("orders", {EVIL: EVIL})
    api.post("pps", {"shop": SHOP, "order_id": EVIL, "question_id": "q", "response_id": "r"})


EVIL_PAGES = (
    *PAGES,
    *(f"{path}/1" for path in LISTS),
    "/records/orders_table?q=%3Cscript%3E",
    "/sql?query=SELECT+*,+'%3Cscript%3E'+AS+%22%3Cscript%3E%22+FROM+orders_table",
    "/sql?query=%3Cscript%3E",
    "/requests?status=%3Cscript%3E",
    "/%3Cscript%3E",
)


def test_what_strangers_have_written_stays_text_on_every_page(api: Client) -> None:
    """Records come from outside, and a browser must read none of it as markup."""
    send_evil(api)
    texts = {path: get(api, path).text for path in EVIL_PAGES}
    for path, text in texts.items():
        scripts = re.findall(r"<script[^>]*>", text)
        assert scripts in ([], ['<script src="/static/live.js" defer>']), path
        assert "<img" not in text, path
    assert "&lt;script&gt;" in texts["/"]
    assert "&lt;script&gt;" in texts["/records/orders_table/1"]
    assert "&lt;script&gt;" in texts["/refusals"]


@pytest.mark.parametrize("path", ["/", "/records/orders_table/1", "/static/live.js", "/nothing"])
def test_every_answer_forbids_a_browser_all_but_the_pages_own(path: str, used: Client) -> None:
    """Even what slipped through as markup could neither run nor ask elsewhere."""
    headers = get(used, path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_no_header_holds_what_a_record_holds(api: Client) -> None:
    """Proxies and logs keep headers."""
    api.post("orders", order("buyer@shop.example"), key="a-secret-key")
    for path in (*PAGES, "/records/orders_table/1"):
        headers = str(get(api, path).headers)
        assert "buyer@" not in headers
        assert "a-secret-key" not in headers


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.0.2.1", ""]
)
def test_a_foreign_name_that_leads_to_this_machine_sees_nothing(host: str, used: Client) -> None:
    """A web site can make its own name resolve to 127.0.0.1 and read what answers."""
    answer = get(used, "/records/orders_table/1", headers={"Host": host})
    assert (answer.status_code, "A-1" in answer.text) == (403, False)
    assert "this machine" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8787", "127.1.2.3"]
)
def test_the_names_of_this_machine_are_good(host: str, used: Client) -> None:
    """With whatever port, since a tunnel changes it."""
    assert get(used, "/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("site", "kind", "path", "status"),
    [
        ("cross-site", "document", "/requests", 200),
        ("cross-site", "document", "/sql?query=SELECT+1", 403),
        ("cross-site", "image", "/sql?query=SELECT+1", 403),
        ("same-site", "iframe", "/", 403),
        ("same-origin", "document", "/sql?query=SELECT+1", 200),
        ("none", "document", "/sql?query=SELECT+1", 200),
    ],
)
def test_another_site_can_lead_here_and_no_more(
    site: str, kind: str, path: str, status: int, used: Client
) -> None:
    """Its pictures would run queries without anybody's knowledge."""
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": kind}
    assert get(used, path, headers=headers).status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_page_takes_nothing_but_get(method: str, used: Client) -> None:
    """What changes nothing needs no protection against forged requests."""
    before = used.db.read_bytes()
    for path in ("/", "/sql?query=SELECT+1", "/records/orders_table/1"):
        answer = used.session.request(method, root(used) + path, timeout=10)
        assert answer.status_code in (404, 405)
    assert used.db.read_bytes() == before


def test_what_is_not_there_is_a_page_that_says_so(used: Client) -> None:
    """Numbers of any size, tables that are none."""
    for path in ("/nothing", "/records/requests", "/records/orders_table/99", "/api/v1/x"):
        answer = get(used, path)
        assert (answer.status_code, "Not found" in answer.text) == (404, True)
    assert get(used, f"/records/orders_table/{10**30}").status_code == 404
    assert get(used, f"/requests?page={10**30}&status=x").status_code == 200
    assert get(used, f"/refusals?page={10**11}").status_code == 200
    assert get(used, f"/records/orders_table?q={'x' * 60_000}").status_code == 200


def test_a_file_that_is_gone_is_a_sentence(api: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Someone deletes it while the sandbox runs; an open stream ends, and is asked for again."""
    with get(api, "/live", stream=True) as answer:
        lines = answer.iter_lines()
        read_event(lines)
        api.db.write_bytes(b"something else")
        assert not any(lines)
    api.db.unlink()
    for path in ("/", "/records/orders_table", "/sql"):
        answer = get(api, path)
        assert (answer.status_code, "sandbox.db cannot be read" in answer.text) == (503, True)
        assert "content-security-policy" in answer.headers
    assert caplog.records == []


def test_a_token_opens_the_page_once_and_a_cookie_from_then_on(
    start: Callable[..., Client],
) -> None:
    """The address with the token does not stay in the bar for others to see."""
    api = start(page_token="the-token")
    api.post("orders", order())
    for path in ("/", "/live", "/static/page.css", "/?token=", "/?token=wrong", "/?token=%C3%A9"):
        answer = get(api, path)
        assert (answer.status_code, "token that the sandbox printed" in answer.text) == (403, True)
    answer = get(api, "/?token=the-token", allow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "; HttpOnly; Path=/; SameSite=strict" in cookie
    assert "A-1" in said(api, "/")
    headers = {"Host": "somewhere.example", "Cookie": cookie.partition(";")[0]}
    assert get(api, "/", headers=headers).status_code == 200


def test_beyond_loopback_the_command_prints_an_address_with_a_token(tmp_path: Path) -> None:
    """Whoever reads the terminal gets in, whoever finds the port does not."""
    code = "from target_triplewhale.commands.sandbox import sandbox; sandbox()"
    command = [sys.executable, "-c", code, "--host", "0.0.0.0", "--port", "0"]  # noqa: S104
    command += ["--db", str(tmp_path / "x.db")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        warning, url = process.stderr.readline(), process.stderr.readline().strip()
        process.terminate()
        printed = process.stdout.read()
    assert "no loopback address" in warning
    address = url.removesuffix("/api/v2")
    assert re.fullmatch(rf"{re.escape(address)}/\?token=[\w-]{{40,}}\n", printed)


def test_on_loopback_the_command_prints_no_token(api: Client, tmp_path: Path) -> None:
    """Standard output stays empty."""
    arguments = ["--port", str(api.served.port), "--db", str(tmp_path / "x.db")]
    assert "token" not in CliRunner().invoke(sandbox, arguments).output


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders_table",
        "UPDATE orders_table SET void = 1",
        "INSERT INTO orders_table DEFAULT VALUES",
        "DROP TABLE orders_table",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ATTACH 'other.db' AS other",
        "ATTACH ':memory:' AS other",
        "PRAGMA user_version = 7",
        "PRAGMA user_version",
        "PRAGMA query_only = 0",
        "SELECT * FROM pragma_user_version",
        "VACUUM INTO 'copy.db'",
        "BEGIN EXCLUSIVE",
        "ALTER TABLE orders_table RENAME TO x",
        "REINDEX",
        "SELECT load_extension('x')",
        "WITH x AS (SELECT 1) DELETE FROM orders_table",
    ],
)
def test_sql_that_does_more_than_read_is_refused(sql: str, used: Client) -> None:
    """In a sentence, and with the file as it was."""
    before = used.db.read_bytes()
    text = ask(used, sql)
    assert "Only SELECT is allowed here" in text or "SQLite cannot run this" in text
    assert "Result" not in text
    assert used.db.read_bytes() == before
    assert {path.name for path in used.db.parent.iterdir()} <= {"sandbox.db", "sandbox.db-journal"}


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELEC 1", 'SQLite cannot run this: near "SELEC": syntax error.'),
        ("SELECT * FROM nowhere", "no such table: nowhere"),
        ("SELECT 1; SELECT 2", "One statement at a time, please."),
        ("-- nothing", "That is no query"),
        ("SELECT ?", "SQLite cannot run this"),
        ("SELECT '\0'", "SQLite cannot run this"),
        ("SELECT zeroblob(1000000000)", "SQLite cannot run this"),
        (f"SELECT '{'x' * 20_000}'", "The query is longer than 20,000 characters."),
    ],
)
def test_sql_that_cannot_run_is_a_sentence(sql: str, sentence: str, used: Client) -> None:
    """Never an error of the server."""
    assert sentence in ask(used, sql)


def test_a_query_without_end_is_stopped(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hold up whoever wants to write."""
    monkeypatch.setattr(query, "MAX_SECONDS", 0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    assert "The query took longer than 0.05 seconds" in ask(api, endless)
    assert api.post("orders", order("after")).status_code == 200


def test_the_answer_of_a_query_is_what_sqlite_says(used: Client) -> None:
    """Nothing, bytes, text that is no Unicode and a long one among it."""
    sql = "SELECT count(*) AS n, NULL, x'ff00', CAST(x'41ff' AS TEXT), 1.5 FROM orders_table"
    [(count, *_)] = used.rows("SELECT count(*) FROM orders_table")
    assert f"{count} NULL x'ff00' A\ufffd 1.5 1 row." in ask(used, sql)
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 501) SELECT i FROM n"
    )
    assert "Only the first 500 rows are shown." in ask(used, many)
    assert "x…" in ask(used, "SELECT replace(printf('%2000s', ''), ' ', 'x')")


def test_large_values_are_cut_one_by_one(used: Client) -> None:
    """The rows of a query together could be larger than the memory."""
    many = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100)
        SELECT zeroblob(999999) FROM n"""
    tracemalloc.start()
    try:
        result = query.run_query(used.db, many)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert result.sheet is not None
    assert len(result.sheet.rows) == 100
    assert most < 20_000_000


def test_every_example_runs_and_every_table_is_named(used: Client) -> None:
    """They are there to be clicked on."""
    for name, sql in query.EXAMPLES.items():
        text = ask(used, sql)
        assert name in text
        assert "Result" in text
    text = said(used, "/sql")
    names = used.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    assert [name for (name,) in names if name not in text] == []


def read_event(stream: Any) -> dict[str, Any]:
    """Return the next event of an open stream."""
    for line in stream:
        if line.startswith(b"data: "):
            found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return found
    raise AssertionError("the stream has ended")


def test_the_stream_tells_what_another_process_writes(
    start: Callable[..., Client], db: Path
) -> None:
    """A run with the embedded sandbox writes the file that a served page shows."""
    watched = start()
    with get(watched, "/live", stream=True) as answer:
        lines = answer.iter_lines()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert read_event(lines)["figures"]["records"] == "0"
        code = (
            "import asyncio, sys, httpx\nfrom target_triplewhale.sandbox import create_app\n"
            "transport = httpx.ASGITransport(app=create_app(sys.argv[1]))\n"
            "async def send():\n"
            "    async with httpx.AsyncClient(transport=transport) as client:\n"
            "        url = 'http://sandbox/api/v2/data-in/orders'\n"
            "        await client.post(url, content=sys.stdin.buffer.read())\n"
            "asyncio.run(send())"
        )
        body = json.dumps(order("from-elsewhere")).encode()
        subprocess.run([sys.executable, "-c", code, str(db)], input=body, check=True)
        told = read_event(lines)
    assert told["figures"]["records"] == "1"
    assert told["sheets"]["newest"]["rows"][0]["cells"][0]["text"] == "from-elsewhere"


def test_a_stream_ends_with_its_file(start: Callable[..., Client], db: Path) -> None:
    """`make demo` deletes the file and makes it anew: the browser asks again, and sees that one."""
    watched = start()
    with get(watched, "/live", stream=True) as answer:
        lines = answer.iter_lines()
        read_event(lines)
        db.unlink()
        start().post("orders", order())
        assert not any(lines)
    with get(watched, "/live", stream=True) as answer:
        assert read_event(answer.iter_lines())["figures"]["records"] == "1"


def test_a_stream_ends_with_who_reads_it(start: Callable[..., Client]) -> None:
    """Else closed tabs would fill the places that there are."""
    api = start()
    for _ in range(30):
        with get(api, "/live", stream=True) as answer:
            assert answer.status_code == 200
            read_event(answer.iter_lines())


def test_a_look_at_the_head_of_a_stream_takes_no_place(start: Callable[..., Client]) -> None:
    """There is no body that could end."""
    api = start()
    for _ in range(25):
        answer = api.session.head(root(api) + "/live", timeout=10)
        assert answer.headers["content-type"].startswith("text/event-stream")
    with get(api, "/live", stream=True) as answer:
        read_event(answer.iter_lines())


def test_streams_asked_for_at_once_are_no_more_than_there_are_places(
    start: Callable[..., Client],
) -> None:
    """The rest end at once, and their browsers ask again."""
    api = start()
    address = ("127.0.0.1", api.served.port)
    sockets = [socket.create_connection(address, timeout=10) for _ in range(30)]
    for one in sockets:
        one.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    texts = [one.makefile("rb") for one in sockets]
    firsts = [any(line.startswith(b"data: ") for line in islice(text, 40)) for text in texts]
    for one, text in zip(sockets, texts, strict=True):
        text.close()
        one.close()
    assert sum(firsts) == 20


def test_too_many_streams_are_refused(start: Callable[..., Client]) -> None:
    """Each looks into the file twice a second."""
    api = start()
    streams = [get(api, "/live", stream=True) for _ in range(20)]
    events = [stream.iter_lines() for stream in streams]
    assert all(map(read_event, events))
    assert get(api, "/live").status_code == 503
    for stream in streams:
        stream.close()


def test_an_open_stream_does_not_hold_up_the_end(
    start: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    """The server would else cancel it after its patience, and complain."""
    api = start()
    with get(api, "/live", stream=True) as answer:
        lines = answer.iter_lines()
        read_event(lines)
        api.served.stop()
        assert not any(lines)
    assert caplog.records == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", api.served.port), timeout=5).close()
