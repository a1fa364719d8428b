"""Whom the kit asks, and where its findings go."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.live import telling
from tests.live.asked import Asked, new_records
from tests.live.client import Client
from tests.live.findings import Finding
from tests.live.options import SHOP
from tests.live.page import PAGE, cells, measured, refreshed
from tests.live.sandbox import sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.live.choice import Shop

API = "https://api.triplewhale.com/api/v2"
PAUSE = 1.0
FINDINGS = pytest.StashKey[list[Finding]]()
LAST_WORDS = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def asked(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Ask the sandbox, or the real API where that was said twice; void what was sent."""
    shop = pytestconfig.stash[SHOP]
    kit = real(shop, pytestconfig) if shop else sandbox(tmp_path_factory.mktemp("live"))
    with kit as found:
        yield found
        pytestconfig.stash[LAST_WORDS] = telling.cleared(
            found, found.void(), is_sandbox=shop is None
        )


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(
    report: pytest.TestReport, config: pytest.Config
) -> tuple[str, str, str] | None:
    """Print no dot after a line that says more."""
    has_line = report.when == "call" and report.passed and "live" in report.keywords
    return ("passed", "", "PASSED") if has_line and is_looked_on(config) else None


@pytest.fixture
def tell(
    pytestconfig: pytest.Config, capsys: pytest.CaptureFixture[str]
) -> Callable[[Finding], None]:
    """Keep a finding, and print its line at once where somebody looks on."""
    findings = pytestconfig.stash.setdefault(FINDINGS, [])

    def keep(finding: Finding) -> None:
        findings.append(finding)
        if is_looked_on(pytestconfig):
            with capsys.disabled():
                sys.stdout.write(f"\n{finding.line}")

    return keep


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table and what is left to do, and write the page."""
    findings = config.stash.get(FINDINGS, [])
    if not findings:
        return
    if is_looked_on(config):
        name = "the real API" if config.stash[SHOP] else "the sandbox"
        terminalreporter.section(f"what is assumed, asked of {name}")
        for line in [*telling.table(findings), *config.stash.get(LAST_WORDS, [])]:
            terminalreporter.write_line(line)
    if path := config.getoption("--assumptions"):
        path.write_text(page(findings, is_real=bool(config.stash[SHOP])))


def is_looked_on(config: pytest.Config) -> bool:
    """Return whether this run is for the kit's own sake, and not one of all tests."""
    return bool(config.stash[SHOP]) or config.getoption("-m").strip() == "live"


def page(findings: list[Finding], *, is_real: bool) -> str:
    """Return docs/assumptions.md with these findings in the column of who was asked."""
    text = PAGE.read_text()
    if is_real:
        return refreshed(text, real=cells(measured(findings), datetime.now(UTC).date()))
    return refreshed(text, sandbox=cells(findings))


@contextmanager
def real(shop: Shop, config: pytest.Config) -> Iterator[Asked]:
    """Yield what asks the real API, gently."""
    client = Client(API, shop.key, pause=PAUSE)
    records = new_records(shop.name, shop.account)
    with_events, wait = config.getoption("--live-events"), config.getoption("--live-wait")
    with closing(client):
        yield Asked(client, records, with_events=with_events, wait=wait)
