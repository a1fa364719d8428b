"""The page in a real browser: what a person sees, reaches and hears of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.keys import Keys

from tests.browser import PHONE
from tests.sandbox.bodies import SHOP, event, order, refund
from tests.sandbox.test_page import EVIL, EVIL_PAGES, PAGES, fill, root, send_evil

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser import Browser
    from tests.sandbox.conftest import Client


def figure(browser: Browser, name: str) -> str:
    return browser.text(f'[data-figure="{name}"]')


def rows(browser: Browser, name: str) -> list[str]:
    return [row.text for row in browser.all(f'[data-rows="{name}"] tr')]


def alert(browser: Browser) -> str | None:
    """Return what a script that should not have run shows."""
    try:
        return browser.driver.switch_to.alert.text
    except NoAlertPresentException:
        return None


def press(browser: Browser, key: str) -> Any:
    """Press a key wherever the focus is, and return what has it then."""
    browser.driver.switch_to.active_element.send_keys(key)
    return browser.driver.switch_to.active_element


@pytest.fixture
def filled(api: Client) -> Client:
    """Return a sandbox that holds a bit of everything."""
    fill(api)
    return api


def test_every_page_loads_without_an_error_in_the_console(filled: Client, browser: Browser) -> None:
    """A blocked style or script shows there and nowhere else."""
    for path in (*PAGES, "/records/orders_table/1", "/requests?status=200"):
        browser.open(root(filled) + path)
        assert browser.errors() == [], path
        assert browser.text("h1"), path
        assert browser.run("return getComputedStyle(document.body).margin") == "0px", path


def test_the_overview_says_in_the_browser_what_sqlite_says(
    filled: Client, browser: Browser
) -> None:
    """Before and after the live script has written over it."""
    browser.open(root(filled))
    browser.wait(lambda: browser.text("#live").startswith("Live"), "the stream")
    [(orders, times, voided)] = filled.rows(
        "SELECT count(*), sum(versions), sum(void) FROM orders_table"
    )
    assert rows(browser, "arrived")[0].startswith(f"Orders {orders} {times} {voided} 2")
    assert figure(browser, "requests") == str(filled.rows("SELECT count(*) FROM requests")[0][0])
    assert figure(browser, "revenue") == "21.00 USD, 7.00 EUR"
    assert browser.errors() == []


def test_the_numbers_follow_what_arrives_without_a_reload(api: Client, browser: Browser) -> None:
    """Figures, tables, bars, and the sentence for a screen reader."""
    browser.open(root(api))
    browser.wait(lambda: browser.text("#live").startswith("Live: 0 records"), "the stream")
    browser.run("window.notReloaded = true")
    assert rows(browser, "newest") == ["No record yet."]
    api.post("orders", order("L-1"))
    api.post("orders", {"nothing": 1})
    browser.wait(lambda: figure(browser, "records") == "1", "the first record")
    browser.wait(lambda: len(rows(browser, "answers")) == 2, "both answers")
    assert rows(browser, "newest")[0].startswith("L-1 Orders ")
    assert browser.all('[data-chart="revenue-0"] rect')
    api.post("event", event(eventId="e-9"))
    api.post("orders", order("L-1", order_revenue=12))
    browser.wait(lambda: figure(browser, "revenue") == "12.00 USD", "the changed record")
    newest = rows(browser, "newest")
    assert [line.split()[0] for line in newest] == ["L-1", "lead"]
    browser.wait(lambda: browser.text("#live").startswith("Live: 2 records"), "the sentence")
    assert browser.run("return window.notReloaded")
    assert browser.errors() == []


def test_a_new_row_leaves_the_focus_where_it_was(api: Client, browser: Browser) -> None:
    """Who goes through the newest records by keyboard must not be thrown out of them."""
    api.post("orders", order("F-1"))
    browser.open(root(api))
    browser.wait(lambda: browser.text("#live").startswith("Live: 1 "), "the stream")
    browser.run("document.querySelector('[data-rows=newest] a').focus()")
    api.post("customers", {"shop": SHOP, "customer_id": "F-2"})
    browser.wait(lambda: len(rows(browser, "newest")) == 2, "the second record")
    assert browser.driver.switch_to.active_element.text == "F-1"


def test_the_page_says_when_the_sandbox_is_gone(
    start: Callable[..., Client], browser: Browser
) -> None:
    """Numbers that no longer follow must not look as if they did."""
    api = start()
    browser.open(root(api))
    browser.wait(lambda: browser.text("#live").startswith("Live"), "the stream")
    api.served.stop()
    browser.wait(lambda: "does not answer" in browser.text("#live"), "the sentence")


def test_a_record_is_reached_by_clicking_and_shows_its_versions(
    api: Client, browser: Browser
) -> None:
    """From the overview to the record, and there to a former version."""
    api.post("orders", order("V-1", status="open", refunds=[refund()]))
    api.post("orders", order("V-1", status="paid", refunds=[refund()]))
    browser.open(root(api))
    browser.find('[data-rows="arrived"] a').click()
    browser.find('[data-rows="list"] a').click()
    assert browser.text("h1") == "V-1"
    newest, former = browser.all("details")
    assert '"status": "paid"' in newest.text
    assert 'status "open" "paid"' in newest.text
    assert '"status": "open"' not in former.text
    former.find_element("tag name", "summary").click()
    assert '"status": "open"' in former.text
    assert browser.errors() == []


def test_sql_is_typed_and_run_by_keyboard(filled: Client, browser: Browser) -> None:
    """And what is wrong with it is said as an alert, the query still there."""
    browser.open(root(filled) + "/sql")
    box = browser.find("#query")
    box.send_keys("SELECT count(*) AS orders FROM orders_table")
    assert press(browser, Keys.TAB).text == "Run"
    press(browser, Keys.ENTER)
    [(count,)] = filled.rows("SELECT count(*) FROM orders_table")
    browser.wait(lambda: rows(browser, "result") == [str(count)], "the result")
    box = browser.find("#query")
    assert box.text == "SELECT count(*) AS orders FROM orders_table"
    box.clear()
    box.send_keys("DELETE FROM orders_table")
    browser.find("main button").click()
    browser.wait(lambda: browser.all("[role=alert]"), "the refusal")
    assert "Only SELECT is allowed" in browser.text("[role=alert]")
    assert filled.rows("SELECT count(*) FROM orders_table") == [(count,)]
    browser.driver.find_element("link text", "Events by type").click()
    browser.wait(lambda: rows(browser, "result"), "the example")
    assert browser.errors() == []


def test_markup_in_every_field_is_text_on_every_page(api: Client, browser: Browser) -> None:
    """Nothing runs, nothing is loaded, and the reader sees what the record holds."""
    send_evil(api)
    for path in EVIL_PAGES:
        browser.open(root(api) + path)
        if path == "/":
            browser.wait(lambda: browser.text("#live").startswith("Live"), "the stream")
        assert alert(browser) is None, path
        assert browser.all("img, iframe, script:not([src='/static/live.js'])") == [], path
        unexpected = [error for error in browser.errors() if "404" not in error]
        assert unexpected == [], path
    browser.open(root(api) + "/records/orders_table/1")
    assert browser.text("h1") == EVIL


def test_markup_that_arrives_while_the_page_is_open_is_text(api: Client, browser: Browser) -> None:
    """The live script writes it too."""
    browser.open(root(api))
    browser.wait(lambda: browser.text("#live").startswith("Live"), "the stream")
    send_evil(api)
    [(requests,)] = api.rows("SELECT count(*) FROM requests")
    browser.wait(lambda: figure(browser, "requests") == str(requests), "all of it")
    assert any(EVIL in row for row in rows(browser, "newest"))
    assert alert(browser) is None
    assert browser.all("img, script:not([src='/static/live.js'])") == []
    assert browser.errors() == []


def test_everything_is_reached_by_keyboard_and_shows_the_focus(
    filled: Client, browser: Browser
) -> None:
    """First a way past the navigation, then its links, then tables that may need scrolling."""
    browser.open(root(filled))
    assert browser.driver.switch_to.active_element.tag_name == "body"
    skip = press(browser, Keys.TAB)
    assert skip.text == "Skip to content"
    assert skip.is_displayed()
    names = [press(browser, Keys.TAB).text for _ in range(5)]
    assert names == ["Overview", "Records", "Requests", "Refusals", "SQL"]
    table = press(browser, Keys.TAB)
    assert (table.get_attribute("role"), table.accessible_name) == ("region", "By kind of record")
    assert table.value_of_css_property("outline-style") == "solid"
    assert press(browser, Keys.TAB).text == "Orders"


def test_what_is_shown_has_a_name_for_screen_readers(filled: Client, browser: Browser) -> None:
    """Regions, drawings, boxes and the page itself."""
    for path in PAGES:
        browser.open(root(filled) + path)
        assert browser.run("return document.documentElement.lang") == "en"
        assert len(browser.all("h1")) == len(browser.all("main")) == 1, path
        named = browser.all("[role=region], svg[role=img], nav, input, textarea, button, aside")
        assert [one.tag_name for one in named if not one.accessible_name] == [], path
        assert len(browser.all('nav [aria-current="page"]')) >= 1, path
    browser.open(root(filled))
    live = browser.find("#live")
    assert live.aria_role == "status"


@pytest.mark.parametrize("width", [PHONE[0], 320])
def test_no_page_scrolls_sideways_on_a_phone(width: int, filled: Client, browser: Browser) -> None:
    """Wide tables do so inside of their frames."""
    send_evil(filled)
    browser.resize(width, PHONE[1])
    for path in (*PAGES, "/records/orders_table/1", *EVIL_PAGES):
        browser.open(root(filled) + path)
        assert not browser.scrolls_sideways(), path
    browser.open(root(filled) + "/records/orders_table")
    frame = browser.find(".frame")
    assert browser.run("return arguments[0].scrollWidth > arguments[0].clientWidth", frame)


def contrast(browser: Browser, selector: str) -> float:
    """Return the contrast of an element's text against the page, as WCAG counts it."""

    def light(color: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        linear = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ink = light(browser.find(selector).value_of_css_property("color"))
    paper = light(browser.find("body").value_of_css_property("background-color"))
    return (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_readable_in_light_and_in_dark(
    scheme: str, filled: Client, browser: Browser
) -> None:
    """4.5 is what WCAG asks of small text."""
    browser.prefer(scheme)
    browser.open(root(filled) + "/requests")
    paper = browser.find("body").value_of_css_property("background-color")
    assert (int(re.findall(r"\d+", paper)[0]) < 128) == (scheme == "dark")
    for selector in ("h1", "td", "tbody a", ".good", ".bad", ".time", "footer", "thead th"):
        assert contrast(browser, selector) >= 4.5, selector


def test_everything_but_what_is_live_works_without_scripts(
    filled: Client, browser: Browser
) -> None:
    """The server writes the page; the numbers are those of the moment it was loaded."""
    browser.allow_scripts(allowed=False)
    browser.open(root(filled))
    assert browser.text("#live") == "Reload for newer numbers"
    assert figure(browser, "revenue") == "21.00 USD, 7.00 EUR"
    assert browser.all('[data-chart="records"] rect')
    browser.find('[data-rows="newest"] a').click()
    browser.wait(lambda: browser.all("pre"), "the record")
    browser.open(root(filled) + "/sql")
    browser.find("#query").send_keys("SELECT 41 + 1")
    browser.find("main button").click()
    browser.wait(lambda: rows(browser, "result") == ["42"], "the result")


def test_a_token_is_asked_for_once(start: Callable[..., Client], browser: Browser) -> None:
    """Then the cookie opens every page, the stream among them, and the address is clean."""
    api = start(page_token="the-token")
    browser.open(root(api))
    assert "token that the sandbox printed" in browser.text()
    browser.errors()
    browser.open(root(api) + "/?token=the-token")
    assert browser.driver.current_url == root(api) + "/"
    browser.wait(lambda: browser.text("#live").startswith("Live"), "the stream")
    assert browser.run("return document.cookie") == ""
    assert browser.errors() == []
