"""The options of the live contract kit; tests/conftest.py brings them into pytest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.live.choice import Shop, chosen

SHOP = pytest.StashKey[Shop | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("live", "the live contract kit (docs/assumptions.md)")
    group.addoption("--live-api", action="store_true", help="ask the real API, not the sandbox")
    group.addoption(
        "--live-events", action="store_true", help="send it events too, which cannot be deleted"
    )
    group.addoption(
        "--live-wait",
        type=float,
        default=600,
        metavar="SECONDS",
        help="how long to wait until the orders show (600)",
    )
    group.addoption("--assumptions", type=Path, metavar="FILE", help="write the table to a page")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse the real API before anything else, where it was not asked for twice."""
    try:
        config.stash[SHOP] = chosen(os.environ, is_live=config.getoption("--live-api"))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
