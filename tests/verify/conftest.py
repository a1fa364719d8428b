"""A run against a sandbox in some zone, and the tool asked about it afterwards."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_runs import Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.whole_runs import Finished


class Shop:
    """A sandbox, the target run into it, and `verify`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.run = Runner(folder, url)
        self.db = folder / "served.db"
        self._report = folder / "report.json"

    def verify(self, *options: str) -> Finished:
        """Ask about the last run."""
        return self.run.execute(["--config", "config.json", "verify", "report.json", *options], b"")

    def days(self, *options: str) -> dict[tuple[str, ...], dict[str, Any]]:
        """Return what is told of each day, by endpoint, names and day."""
        said = self.verify("--json", *options).out.splitlines()
        names = ("platform", "platform_account_id", "currency", "event_name")
        found = {}
        for day in map(json.loads, said):
            known = [day[name] for name in names if name in day]
            found[day["endpoint"], *known, day["day"]] = day
        return found

    def change(self, sql: str) -> None:
        """Change what the sandbox holds."""
        with closing(sqlite3.connect(self.db)) as connection, connection:
            connection.execute(sql)

    def rewrite(self, **changes: Any) -> None:
        """Change the report."""
        report = json.loads(self._report.read_text())
        self._report.write_text(json.dumps({**report, **changes}))


@pytest.fixture
def shop(tmp_path: Path, serving: Callable[..., Any]) -> Callable[..., Shop]:
    """Return what starts a shop; the options are those of the sandbox."""
    return lambda **options: Shop(tmp_path, serving(**options).url)
