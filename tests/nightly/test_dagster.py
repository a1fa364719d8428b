"""The definitions in a Dagster of their own, night by night as its daemon would run them."""

from __future__ import annotations

import json
import logging
import shlex
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.docs.pages import page
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal
from tests.nightly import promises
from tests.nightly.exports import FIRST, export, ids, numbers
from tests.nightly.nights import KEY, Shop, checkout, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALLING, BY_HAND = (
    block for block in page("docs/every-night.md").typed if block.section == "Dagster"
)
REFUSES = {"status": 403, "times": 1}
TICK = """
import json, sys
from datetime import datetime
from pathlib import Path
import dagster as dg
from definitions import defs, every_night

instance = dg.DagsterInstance.get()
at = datetime.fromisoformat(sys.argv[1])
context = dg.build_schedule_context(instance, scheduled_execution_time=at)
(request,) = every_night.evaluate_tick(context).run_requests
job = defs.resolve_job_def(every_night.job_name)
done = job.execute_in_process(instance=instance, raise_on_error=False, tags=request.tags)
events = [[one.level, one.user_message] for one in instance.all_logs(done.run_id)]
runs = [[run.status.value, run.tags] for run in reversed(instance.get_runs())]
Path("told.json").write_text(json.dumps({"runs": runs, "events": events}))
"""

ENDED = """
import definitions
from pathlib import Path

class Log:
    def info(self, line):
        raise KeyboardInterrupt

slow = "trap 'echo yes > ended; exit' TERM; echo begun; while :; do sleep 0.1; done"
definitions.COMMAND = ("/bin/sh", "-c", slow)
try:
    definitions.run({}, Log())
except KeyboardInterrupt:
    print(Path("ended").read_text())
"""


@dataclass
class Dagster:
    """An environment of its own in a copy of the example, and what its nights have said."""

    terminal: Terminal
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Where the copy is."""
        return self.terminal.folder

    def type(self, *words: str) -> str:
        """Type a command that must succeed."""
        done = self.terminal.type(shlex.join(words))
        assert done.code == 0, done.text
        return done.text

    def tick(self, night: int) -> tuple[str, str]:
        """Run a night at its time; return its status, and what it has logged."""
        at = FIRST + timedelta(days=night)
        home = self.folder / "output/dagster"
        home.mkdir(parents=True, exist_ok=True)
        (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        self.type("export", f"DAGSTER_HOME={home}")
        self.type(".dagster/bin/python", "-c", TICK, at.isoformat())
        self.told.append(json.loads((self.folder / "told.json").read_text()))
        events = (message for _, message in self.told[-1]["events"])
        return self.told[-1]["runs"][-1][0], "\n".join(events)


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Dagster:
    """Dagster and Meltano, installed as the page says."""
    found = Dagster(Terminal(tmp_path_factory.mktemp("dagster"), wheel))
    checkout(found.folder)
    found.type("meltano", "install")
    Reader(found.terminal).take(INSTALLING)
    return found


@pytest.fixture(scope="module")
def shop(dagster: Dagster) -> Iterator[Shop]:
    """Three nights; each brings a file of its own orders, and the third the mended ones."""
    folder = dagster.folder
    shop = Shop(folder.parent / "shop.db", REFUSES)
    places = (f"sqlite:///{folder}/{name}" for name in (".meltano/meltano.db", "output/ledger.db"))
    state, ledger = places
    with shop.open() as served:
        given = {**settings(served), "TARGET_TRIPLEWHALE_API_KEY": KEY}
        given["TARGET_TRIPLEWHALE_SHOP"] = "example.myshopify.com"
        dagster.type("export", *(f"{name}={one}" for name, one in given.items()))
        contents = {1: [*numbers(1)], 2: [*numbers(2)], 3: [7, 67, *numbers(3)]}
        for night, orders in contents.items():
            broken = {7, 67} if night < 3 else set()
            export(folder / f"exports/orders-{night}.csv", orders, night, broken)
            status, said = dagster.tick(night)
            shop.end_of_night({"SUCCESS": 0, "FAILURE": 1}[status], said, state, ledger)
        yield shop


class TestThreeNights(promises.ThreeNights):
    """By Dagster, on a disk that lasts."""


def test_the_third_night_has_all(shop: Shop) -> None:
    """The mended ones as well."""
    assert shop.nights[2].there == ids(1, 2, 3)


def test_each_night_is_one_run_of_dagster(shop: Shop, dagster: Dagster) -> None:
    """A failed one is not tried again at once, whatever the instance does by default."""
    assert shop.nights
    runs = dagster.told[2]["runs"]
    assert [status for status, _ in runs] == ["SUCCESS", "FAILURE", "SUCCESS"]
    assert {tags["dagster/max_retries"] for _, tags in runs} == {"0"}
    assert {tags["dagster/schedule_name"] for _, tags in runs} == {"nightly_schedule"}


def test_the_log_is_passed_on_under_its_levels(shop: Shop, dagster: Dagster) -> None:
    """An error is red in Dagster's page, and has its code."""
    assert shop.nights
    events = dagster.told[1]["events"]
    errors = [text for level, text in events if level == logging.ERROR]
    assert any("target-triplewhale: the API " in one and "[TW-" in one for one in errors), errors
    told = [text for level, text in events if level == logging.INFO]
    assert any(one.startswith("meltano: Running job with name") for one in told)


def test_a_night_by_hand_is_a_run_as_well(shop: Shop, dagster: Dagster) -> None:
    """As the page types it."""
    export(dagster.folder / "exports/orders-4.csv", numbers(4), 4)
    Reader(dagster.terminal).take(BY_HAND)
    assert len(shop.ask("SELECT 1 FROM orders_table")) == 240


def test_a_run_that_is_ended_ends_what_it_has_begun(dagster: Dagster) -> None:
    """Dagster raises while the job waits for a line; without that Meltano would go on unseen."""
    assert dagster.type(".dagster/bin/python", "-c", ENDED) == "yes\n\n"
