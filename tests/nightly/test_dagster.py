"""The definitions in a Dagster of their own, night by night as its daemon would run them."""

from __future__ import annotations

import json
import logging
import os
import shlex
import subprocess
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.nightly import page, promises
from tests.nightly.exports import FIRST, export, ids, numbers
from tests.nightly.nights import BIN, KEY, Shop, checkout, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFUSES = {"status": 403, "times": 1}
TICK = """
import json, sys
from datetime import datetime
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
print(json.dumps({"runs": runs, "events": events}))
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

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)

    def type(self, commands: str) -> str:
        """Type a block of the page, or more."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **self.settings},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tick(self, night: int) -> tuple[str, str]:
        """Run a night at its time; return its status, and what it has logged."""
        at = FIRST + timedelta(days=night)
        home = self.folder / "output/dagster"
        home.mkdir(parents=True, exist_ok=True)
        (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        command = shlex.join([".dagster/bin/python", "-c", TICK, at.isoformat()])
        told = self.type(f"DAGSTER_HOME={shlex.quote(str(home))} {command}")
        self.told.append(json.loads(told))
        events = (message for _, message in self.told[-1]["events"])
        return self.told[-1]["runs"][-1][0], "\n".join(events)


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Dagster:
    """Dagster and Meltano, installed as the page says."""
    found = Dagster(checkout(tmp_path_factory.mktemp("dagster") / "nightly"))
    for commands in ("meltano install", page.typed("Dagster")[0]):
        found.type(commands)
    return found


@pytest.fixture(scope="module")
def shop(dagster: Dagster) -> Iterator[Shop]:
    """Three nights; each brings a file of its own orders, and the third the mended ones."""
    folder = dagster.folder
    shop = Shop(folder.parent / "shop.db", REFUSES)
    places = (f"sqlite:///{folder}/{name}" for name in (".meltano/meltano.db", "output/ledger.db"))
    state, ledger = places
    with shop.open() as served:
        dagster.settings = {**settings(served), "TARGET_TRIPLEWHALE_API_KEY": KEY}
        dagster.settings["TARGET_TRIPLEWHALE_SHOP"] = "example.myshopify.com"
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
    dagster.type(page.typed("Dagster")[1])
    assert len(shop.ask("SELECT 1 FROM orders_table")) == 240


def test_a_run_that_is_ended_ends_what_it_has_begun(dagster: Dagster) -> None:
    """Dagster raises while the job waits for a line; without that Meltano would go on unseen."""
    assert dagster.type(shlex.join([".dagster/bin/python", "-c", ENDED])) == "yes\n\n"
