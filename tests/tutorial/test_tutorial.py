"""The first user's job, typed from the page: look, rehearsal, ten, all, and what was mended."""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.tutorial.contacts import contacts, export
from tests.tutorial.page import Step, lacking, read

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path(sys.executable).parent
PAGE = read()
CUSTOMERS, EVENTS = "customers_table", "pixel_custom_events_table"
LEADS = sum(not one.is_nobody and not one.has_odd_email for one in contacts())
ZONED = sum(not one.lacks_zone for one in contacts())
ZONED_LEADS = sum(
    not one.lacks_zone and not one.is_nobody and not one.has_odd_email for one in contacts()
)


@dataclass
class Typed:
    """What became of the page."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)
    """What each block of commands has said."""
    there: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Customers and events in the shop after each step."""
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def type(self, step: Step, port: int) -> None:
        """Run all commands of a step as one would, block by block."""
        for commands in _blocks(step):
            done = subprocess.run(
                ["/bin/bash", "-euo", "pipefail", "-c", commands.replace("8787", str(port))],
                cwd=self.folder,
                env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            self.said[commands] = done.stdout + done.stderr
            assert done.returncode == 0, self.said[commands]
        self.there[step.name] = (self.count(CUSTOMERS), self.count(EVENTS))
        report = self.folder / "output/report.json"
        if report.exists():
            self.reports[step.name] = json.loads(report.read_text())

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the shop's file."""
        with closing(
            sqlite3.connect(f"file:{self.folder}/sandbox.db?mode=ro", uri=True)
        ) as connection:
            return connection.execute(query).fetchall()

    def count(self, table: str) -> int:
        """Return how many records a table has."""
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  (of this module)


def _blocks(step: Step) -> list[str]:
    """Return the commands of a step in the blocks that the page has them in."""
    found = [commands for commands, _ in step.outputs]
    rest = step.commands.replace("".join(found), "")
    return [*found, rest] if rest else found


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    """Type the page once, in a folder of its own."""
    folder = tmp_path_factory.mktemp("tutorial")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    export(folder / "exports/contacts.csv")
    # The package is not in the registry yet: Meltano takes the executable that is on the path.
    project = re.sub(r" *pip_url: target-triplewhale.*\n", "", PAGE.project)
    (folder / "meltano.yml").write_text(project.replace("8787", str(port)))
    done = Typed(folder)
    server = PAGE.server.replace("8787", str(port)).split()
    with subprocess.Popen(
        [BIN / server[0], *server[1:]], cwd=folder, stderr=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stderr
        assert serving.stderr.readline().startswith("http://")
        try:
            for step in PAGE.steps:
                done.type(step, port)
            yield done
        finally:
            serving.terminate()


@pytest.mark.parametrize(
    ("commands", "shown"), [one for step in PAGE.steps for one in step.outputs]
)
def test_what_the_page_shows_is_said(typed: Typed, commands: str, shown: list[str]) -> None:
    """A reader compares."""
    assert lacking(shown, typed.said[commands]) == []


def test_a_look_and_a_rehearsal_send_nothing(typed: Typed) -> None:
    """And the ten are ten, one of whom is nobody's lead."""
    assert [there for _, there in sorted(typed.there.items())][:3] == [(0, 0), (0, 0), (10, 9)]


def test_all_of_it_arrives_and_the_report_says_so(typed: Typed) -> None:
    """Counted in the export itself, in the shop's file, and in the report."""
    routes = typed.reports["4. All"]["routes"]
    assert typed.there["4. All"] == (ZONED, ZONED_LEADS)
    assert tuple(one["delivered"] for one in routes) == (ZONED, ZONED_LEADS)
    assert all(one["read"] == 18_568 for one in routes)


def test_what_is_mended_arrives_as_well(typed: Typed) -> None:
    """All are customers in the end, and all who can be found again are leads."""
    assert typed.there["5. Mend, and send again what was rejected"] == (18_568, LEADS)
    ids = {contact.id for contact in contacts()}
    assert {one for (one,) in typed.ask(f"SELECT customer_id FROM {CUSTOMERS}")} == ids  # noqa: S608


def test_the_limit_of_events_is_held(typed: Typed) -> None:
    """But for the nine of the run before, of which the next one knows nothing."""
    (refused,) = typed.ask("SELECT count(*) FROM requests WHERE status = 429")[0]
    assert refused <= 9
