"""What whole runs share: a sandbox behind a real socket, and a runner of the target."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from target_triplewhale.sandbox import Faults, create_app
from target_triplewhale.sandbox.serve import Served, serve
from tests.browser import browser, chromium
from tests.live.options import pytest_addoption, pytest_configure  # noqa: F401  (hooks)
from tests.postgres import postgres
from tests.recorded import Replayed, mapping, source
from tests.wheel import wheel
from tests.whole_runs import Runner, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Fixtures are found by their names in this module.
__all__ = ["browser", "chromium", "postgres", "wheel"]

# A machine under load is slow, and that is no failure.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SHARED = Path(__file__).parents[2] / "shared"


LONG = ("docs", "nightly", "composition", "tutorial", "hub")
"""Folders of tests that start Meltano many times."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, or one process is left with it at the end."""
    tests = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(tests).parts[0] not in LONG)


@pytest.fixture
def shared() -> Path:
    """The published file and the real exports, where they lie beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout")
    return SHARED


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Serve the sandbox on a port, with faults, keys or limits as a test likes."""
    running: list[Served] = []

    def start(*, faults: list[dict[str, Any]] | None = None, **options: Any) -> Served:
        script = Faults.parse(json.dumps(faults or []))
        running.append(serve(create_app(tmp_path / "served.db", faults=script, **options)))
        return running[-1]

    yield start
    for served in running:
        served.stop()


@pytest.fixture
def run(tmp_path: Path, serving: Callable[..., Served]) -> Runner:
    """Run the target in a folder of its own against a sandbox behind a real socket."""
    return Runner(tmp_path, serving().url)


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Return what the served sandbox keeps in a table."""
    return lambda table: rows(tmp_path / "served.db", table)


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Replayed]:
    """Run a recorded file whole, under its mapping, once for all tests that look at it."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside this checkout")

    @cache
    def start(name: str) -> Replayed:
        folder = tmp_path_factory.mktemp("recorded")
        given = source(name, SHARED, folder)
        with serve(create_app(folder / "served.db")) as served:
            done = Runner(folder, served.url)(given.path, **mapping(name))
        return Replayed(given, done, folder / "served.db")

    return start
