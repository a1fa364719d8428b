"""The first user's job, typed from the page: look, rehearsal, ten, all, and what was mended."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from tests.docs.pages import page
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal
from tests.tutorial.contacts import contacts, export

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = page("docs/tutorial.md")
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
    there: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Customers and events in the shop after each step."""
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def look(self, step: str) -> None:
        """Keep what a step has come to."""
        self.there[step] = (self.count(CUSTOMERS), self.count(EVENTS))
        report = self.folder / "output/report.json"
        if report.exists():
            self.reports[step] = json.loads(report.read_text())

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the shop's file."""
        with closing(
            sqlite3.connect(f"file:{self.folder}/sandbox.db?mode=ro", uri=True)
        ) as connection:
            return connection.execute(query).fetchall()

    def count(self, table: str) -> int:
        """Return how many records a table has."""
        return int(self.ask(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608  (of this module)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Iterator[Typed]:
    """Type the page once, in a folder of its own; what it shows is compared at once."""
    with Terminal(tmp_path_factory.mktemp("tutorial"), wheel) as terminal:
        export(terminal.folder / "exports/contacts.csv")
        done, reader = Typed(terminal.folder), Reader(terminal)
        for step, blocks in groupby(PAGE.blocks, lambda block: block.section):
            for block in blocks:
                reader.take(block)
            done.look(step)
        yield done


def test_a_look_and_a_rehearsal_send_nothing(typed: Typed) -> None:
    """And the ten are ten, one of whom is nobody's lead."""
    steps = ("The project", "1. Look", "2. Rehearse", "3. Ten")
    assert [typed.there[step] for step in steps] == [(0, 0), (0, 0), (0, 0), (10, 9)]


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
