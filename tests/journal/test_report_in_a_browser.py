"""The report's page in a real browser: it shows what the sandbox has, quietly and safely."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import DESKTOP, PHONE
from tests.whole_runs import TABLES, Runner, order, records, schema, state

if TYPE_CHECKING:
    from tests.browser import Browser

PAGE = "report.html"
SCRIPT = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"
STREAMS = {"orders": "orders", "leads": "events", "contacts": "customers"}
CONTACTS = {"contacts": {"endpoint": "customers"}}


def lead(number: int, **changes: Any) -> dict[str, Any]:
    """Return an event in the API's own shape."""
    known = {"profileIdentifiers": {"email": f"lead{number}@example.com"}}
    return {"id": number, "timestamp": "2026-03-04T05:06:07Z", **known, **changes}


def store(run: Runner) -> None:
    """Run three streams, with rejects in two of them."""
    orders = [order(number, currency=None if number % 40 == 0 else "EUR") for number in range(300)]
    leads = [lead(number, **({} if number % 25 else {"timestamp": "soon"})) for number in range(80)]
    customers = [{"customer_id": f"C-{number}"} for number in range(50)]
    lines = [
        schema("orders", keys=["order_id"]),
        *records("orders", *orders),
        schema("leads", keys=["id"]),
        *records("leads", *leads),
        schema("contacts", keys=["customer_id"]),
        *records("contacts", *customers),
        state(at=1),
    ]
    run(lines, report_path=PAGE, batch_size_rows=100, streams=CONTACTS)


def shown(run: Runner, browser: Browser) -> None:
    """Open the page as a file."""
    browser.open((run.folder / PAGE).as_uri())


def number(text: str) -> int:
    return int(text.replace(",", ""))


def asked(run: Runner, query: str) -> int:
    """Ask the sandbox's file."""
    with closing(sqlite3.connect(run.folder / "served.db")) as connection, connection:
        return int(connection.execute(query).fetchone()[0])


def test_it_says_what_sqlite_says(run: Runner, browser: Browser) -> None:
    """Records by stream, in all, requests and refusals: all from the file that kept them."""
    store(run)
    shown(run, browser)
    rows = {
        row.find_element("css selector", "th").text: row.text.split()
        for row in browser.all("[aria-labelledby=routes] tbody tr")
    }
    tables = {stream: TABLES[endpoint] for stream, endpoint in STREAMS.items()}
    kept = {one: asked(run, f"SELECT count(*) FROM {tables[one]}") for one in tables}  # noqa: S608
    assert {stream: number(cells[3]) for stream, cells in rows.items()} == kept
    assert number(browser.text("#total-delivered")) == sum(kept.values())
    assert number(browser.text("#total-rejected")) == 430 - sum(kept.values()) == 12
    requests = asked(run, "SELECT count(*) FROM requests WHERE path LIKE '%/data-in/%'")
    caption = browser.text("figure figcaption")
    assert f"{sum(kept.values())} records in {requests} requests" in caption
    browser.find("figure summary").click()
    figures = [row.text.split() for row in browser.all("figure:first-of-type tbody tr")]
    assert sum(number(cells[1]) for cells in figures) == sum(kept.values())
    assert sum(number(cells[2]) for cells in figures) == requests


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_in_the_console(
    run: Runner, browser: Browser, size: tuple[int, int], scheme: str
) -> None:
    """Nor does the page scroll sideways; wide tables do so in their own frame."""
    store(run)
    browser.prefer(scheme)
    browser.resize(*size)
    shown(run, browser)
    assert browser.text("h1") == "The run is complete, 12 records rejected"
    assert browser.errors() == []
    assert not browser.scrolls_sideways()


def test_it_asks_for_nothing(run: Runner, browser: Browser) -> None:
    """It is opened years later, on a machine without a network."""
    store(run)
    text = (run.folder / PAGE).read_text()
    assert {one for _, one in re.findall(r"\b(src|href)=\"([^\"#]*)", text)} <= {"", "data:,"}
    assert not re.search(r"url\(|@import|<(?:iframe|object|embed|base|form|img)\b", text)
    assert "default-src 'none'" in text
    shown(run, browser)
    found = browser.run("return performance.getEntriesByType('resource').map(one => one.name)")
    assert [one for one in found if not one.startswith("data:")] == []


def test_without_scripts_it_is_the_same(run: Runner, browser: Browser) -> None:
    """It has none but the block of data."""
    store(run)
    browser.allow_scripts(allowed=False)
    shown(run, browser)
    assert browser.text("#total-delivered") == "418"
    assert [one.get_attribute("type") for one in browser.all("script")] == ["application/json"]


def test_strangers_text_is_text(run: Runner, browser: Browser) -> None:
    """In names of streams, ids, settings, what is wrong and STATE."""
    hostile = order(1, **dict.fromkeys(("order_id", "currency", "status", "name"), SCRIPT))
    contact = {"customer_id": f"</script>{SCRIPT}", "created_at": SCRIPT, SCRIPT: SCRIPT}
    lines = [
        schema(SCRIPT, keys=["order_id"]),
        *records(SCRIPT, hostile),
        schema("customers", keys=["customer_id"]),
        *records("customers", contact),
        state(**{SCRIPT: f"</script>{SCRIPT}"}),
    ]
    done = run(lines, report_path=PAGE, streams={SCRIPT: {"endpoint": "orders"}}, platform=SCRIPT)
    assert len(done.report["rejects"]) == 2
    shown(run, browser)
    assert browser.run("return document.title").endswith("2 records rejected")
    assert browser.all("img") == []
    assert len(browser.all("script")) == 1
    assert browser.errors() == []
    assert browser.text("#rejects ~ details").count("document.title") >= 2
    assert "onerror" in browser.text("[aria-labelledby=state]")


def test_it_can_be_read_without_eyes(run: Runner, browser: Browser) -> None:
    """Frames and pictures have names, tables captions or labels, heads a scope, frames a stop."""
    store(run)
    shown(run, browser)
    assert browser.run("return document.documentElement.lang") == "en"
    assert len(browser.all("h1")) == len(browser.all("main")) == 1
    for svg in browser.all("svg.chart"):
        assert svg.get_attribute("role") == "img"
        assert svg.accessible_name.startswith("Records and requests over time")
    for frame in browser.all(".frame"):
        assert frame.get_attribute("tabindex") == "0"
        assert browser.run("return arguments[0].matches('[aria-label],[aria-labelledby]')", frame)
    assert browser.all("th:not([scope])") == []
    ids = browser.run("return [...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    named = browser.run(
        "return [...document.querySelectorAll('[aria-labelledby]')]"
        ".flatMap(one => one.getAttribute('aria-labelledby').split(' '))"
    )
    assert set(named) <= set(ids)
