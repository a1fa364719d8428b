"""The browser that tests look at pages with shows what a person would see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser import PHONE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser import Browser


def test_an_error_in_the_console_is_told(browser: Browser, tmp_path: Path) -> None:
    """Else a page that is broken would pass every test that counts errors."""
    page = tmp_path / "page.html"
    page.write_text("<p>Hello<script>nothing.there()</script>")
    browser.open(page.as_uri())
    assert browser.text() == "Hello"
    assert "nothing is not defined" in "".join(browser.errors())
    assert browser.errors() == []


def test_a_page_wider_than_a_phone_is_told(browser: Browser, tmp_path: Path) -> None:
    """A window of Chromium is never that narrow."""
    page = tmp_path / "page.html"
    page.write_text('<p style="width: 500px">Hello')
    browser.open(page.as_uri())
    assert not browser.scrolls_sideways()
    browser.resize(*PHONE)
    assert browser.scrolls_sideways()


def test_a_page_can_be_seen_in_the_dark_and_without_scripts(
    browser: Browser, tmp_path: Path
) -> None:
    """Both are asked of the browser, not of the page."""
    page = tmp_path / "page.html"
    page.write_text("<p>Hello<script>document.body.textContent = 'script'</script>")
    browser.prefer("dark")
    browser.allow_scripts(allowed=False)
    browser.open(page.as_uri())
    assert browser.text() == "Hello"
    assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches")
