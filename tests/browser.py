"""A headless Chromium that tests look at pages with; without one they skip and say so."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium.webdriver.remote.webelement import WebElement

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"
PACKAGES = "chromium chromium-driver"
PATIENCE = 20
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux has it
ENOUGH_SHARED_MEMORY = 256 * 2**20
DESKTOP = (1280, 900)
PHONE = (390, 844)
# The last one proves as well that a page asks for nothing from elsewhere.
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@dataclass(frozen=True, slots=True)
class Browser:
    """One tab, and what tests ask of it."""

    driver: webdriver.Chrome

    def open(self, url: str) -> None:
        """Load a page and wait for it, its style included: the driver alone may be too early."""
        self.driver.get(url)
        self.wait(lambda: self.run("return document.readyState") == "complete", "the page")

    def find(self, selector: str) -> WebElement:
        """Return the first element of a CSS selector."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        """Return every element of a CSS selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str = "body") -> str:
        """Return what a reader sees of an element."""
        return self.find(selector).text

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        """Wait until a condition holds; TimeoutException says what did not come."""
        WebDriverWait(self.driver, PATIENCE).until(lambda _: condition(), what)

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a function's body in JavaScript returns."""
        return self.driver.execute_script(script, *arguments)

    def errors(self) -> list[str]:
        """Return the errors that the console has shown since the last look."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def resize(self, width: int, height: int) -> None:
        """Show the page in so many pixels, fewer than a window may have."""
        self._emulate("DeviceMetricsOverride", width=width, height=height, **_UNSCALED)

    def prefer(self, scheme: str) -> None:
        """Prefer `light` or `dark` pages."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._emulate("EmulatedMedia", features=[feature])

    def allow_scripts(self, *, allowed: bool) -> None:
        """Turn the JavaScript of pages on or off."""
        self._emulate("ScriptExecutionDisabled", value=not allowed)

    def scrolls_sideways(self) -> bool:
        """Return whether the page as a whole is wider than what is shown of it."""
        root = "document.documentElement"
        return bool(self.run(f"return {root}.scrollWidth > {root}.clientWidth"))

    def shoot(self, path: Path) -> None:
        """Save a picture of what is shown."""
        self.driver.save_screenshot(str(path))

    def reset(self) -> None:
        """Forget what an earlier test has left."""
        self.allow_scripts(allowed=True)
        self.open("about:blank")
        self.driver.delete_all_cookies()
        self.resize(*DESKTOP)
        self.prefer("light")
        self.errors()

    def _emulate(self, what: str, **parameters: Any) -> None:
        self.driver.execute_cdp_cmd(f"Emulation.set{what}", parameters)


_UNSCALED = {"deviceScaleFactor": 1, "mobile": False}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests that need one."""
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    service = shutil.which(DRIVER)
    if binary is None or service is None:
        missing = "Chromium" if binary is None else DRIVER
        pytest.skip(f"no browser: {missing} is not installed (apt-get install {PACKAGES})")
    driver = webdriver.Chrome(_options(binary), webdriver.ChromeService(service))
    try:
        yield Browser(driver)
    finally:
        driver.quit()


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """Return the browser, as if just started."""
    chromium.reset()
    return chromium


def _is_small(shared_memory: Path) -> bool:
    """Tell whether tabs would crash for want of it, as in a container with 64 MB."""
    return (
        not shared_memory.is_dir() or shutil.disk_usage(shared_memory).total < ENOUGH_SHARED_MEMORY
    )


def _options(binary: str) -> webdriver.ChromeOptions:
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in FLAGS:
        options.add_argument(flag)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    if _is_small(SHARED_MEMORY):
        options.add_argument("--disable-dev-shm-usage")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return options
