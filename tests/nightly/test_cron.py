"""`nightly.sh` under cron's own circumstances: its shell, its bare environment, its mail."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.docs.pages import missed
from tests.nightly import page, promises
from tests.nightly.exports import export, ids, numbers
from tests.nightly.nights import BIN, EXAMPLE, KEY, Shop, checkout, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REFUSES = {"status": 401, "times": 1}
DAY = 86_400


@dataclass
class Machine:
    """A copy of the example, and what was typed in it by hand."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)

    def type(self, commands: str) -> None:
        """Type a block of the page."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PIP_NO_INDEX": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.said[commands] = done.stdout + done.stderr
        assert done.returncode == 0, self.said[commands]

    def night(self, job: str = "") -> subprocess.CompletedProcess[str]:
        """Run the line of the crontab as cron does."""
        told = (EXAMPLE / "crontab").read_text()
        told = told.replace("/srv/nightly", str(self.folder)).replace("/srv/venv/bin", str(BIN))
        path = re.search(r"^PATH=(.*)$", told, re.MULTILINE)
        assert path
        return subprocess.run(
            ["/bin/sh", "-c", f"{told.splitlines()[-1].split(maxsplit=5)[5]} {job}"],
            env={"HOME": os.environ["HOME"], "PATH": path[1]},
            cwd=self.folder.parent,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def left(self, *patterns: str) -> list[Path]:
        """Return files that the nights have left."""
        return [path for one in patterns for path in (self.folder / "output").glob(one)]


def aged(path: Path, days: int) -> Path:
    """Make a file that was left so many days ago."""
    path.write_text("old")
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A disk that lasts."""
    return Machine(checkout(tmp_path_factory.mktemp("cron") / "nightly"))


@pytest.fixture(scope="module")
def shop(machine: Machine) -> Iterator[Shop]:
    """Three nights; each brings a file of its own orders, and the third the mended ones."""
    folder = machine.folder
    places = [f"sqlite:///{folder}/{one}" for one in (".meltano/meltano.db", "output/ledger.db")]
    contents = {1: [*numbers(1)], 2: [*numbers(2)], 3: [7, 67, *numbers(3)]}
    shop = Shop(folder.parent / "shop.db", REFUSES)
    with shop.open() as served:
        more = "".join(f"{name}={one}\n" for name, one in settings(served).items())
        secrets = page.marked("The project", "file", ".env").replace("=...", f"={KEY}")
        (folder / ".env").write_text(secrets + more)
        for night, orders in contents.items():
            broken = {7, 67} if night < 3 else set()
            export(folder / f"exports/orders-{night}.csv", orders, night, broken)
            for commands in page.typed("The project") if night == 1 else ():
                machine.type(commands)
            done = machine.night()
            shop.end_of_night(done.returncode, done.stdout + done.stderr, *places)
            for commands in page.typed("A night that failed") if night == 2 else ():
                machine.type(commands)
        yield shop


class TestThreeNights(promises.ThreeNights):
    """By cron, on a disk that lasts."""


def test_what_was_mended_is_delivered(shop: Shop) -> None:
    """And waits no longer."""
    third = shop.nights[2]
    assert third.there == ids(1, 2, 3)
    assert third.waiting == set()


def test_the_rehearsal_says_what_the_page_shows(shop: Shop, machine: Machine) -> None:
    """Had it sent anything, the first night would have sent it again."""
    assert shop.nights
    *_, rehearsal = page.typed("The project")
    assert (
        missed(page.marked("The project", "output").splitlines(), machine.said[rehearsal]) is None
    )


def test_a_night_that_wants_a_person_says_so(shop: Shop) -> None:
    """Cron mails what is printed; the page shows such a mail."""
    first, second, _ = (night.said for night in shop.nights)
    assert missed(page.marked("cron", "output").splitlines(), second) is None
    assert first.startswith("ALERT: nightly, exit code 0, night ")
    assert "\n1 of 60 records were rejected\n" in first


def test_the_commands_that_look_at_a_failed_night_say_what_the_page_shows(
    shop: Shop, machine: Machine
) -> None:
    """Its exit code, and what waits."""
    assert shop.nights
    (look,) = page.typed("A night that failed")
    assert (
        missed(page.marked("A night that failed", "output").splitlines(), machine.said[look])
        is None
    )


def test_the_page_shows_the_crontab(shop: Shop) -> None:
    """The one that these nights were run by."""
    assert shop.nights
    assert page.marked("cron", "file", "crontab") == (EXAMPLE / "crontab").read_text()


def test_each_night_leaves_a_log_a_report_and_its_rejects(shop: Shop, machine: Machine) -> None:
    """Of which nobody else reads a byte; the rehearsal has left rejects as well."""
    assert shop.nights
    files = machine.left("logs/*", "reports/*")
    rejects = machine.left("rejects/*.jsonl")
    assert len(files) == 6
    assert [path.read_text().count('"RECORD"') for path in rejects] == [1, 1, 1, 1]
    for path in [*files, *rejects, *machine.left("ledger.db")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_night_over_another_does_not_begin(shop: Shop, machine: Machine) -> None:
    """And says so."""
    assert shop.nights
    before = machine.left("logs/*")
    with (machine.folder / "output/nightly.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = machine.night()
    assert (done.returncode, done.stderr) == (75, "")
    assert done.stdout == "ALERT: nightly of the night before has not ended\n"
    assert machine.left("logs/*") == before


def test_a_night_that_cannot_begin_says_why(shop: Shop, machine: Machine) -> None:
    """There is no report then, so the sentence is that of the log."""
    assert shop.nights
    file = machine.folder / ".env"
    good = file.read_text()
    file.write_text(f"{good}TARGET_TRIPLEWHALE_TIMEZONE=Nowhere\n")
    done = machine.night()
    file.write_text(good)
    assert done.returncode == 1
    assert "no report: it has not begun" in done.stdout
    assert "setting `timezone` is no IANA time zone" in done.stdout
    assert "[TW-SETTING-TIMEZONE]\n" in done.stdout


def test_a_good_night_says_nothing_and_tidies_up(shop: Shop, machine: Machine) -> None:
    """Rejects hold personal data, so they go before logs and reports do."""
    assert shop.nights
    output = machine.folder / "output"
    old = [aged(output / "logs/x.log", 92), aged(output / "reports/x.json", 92)]
    old.append(aged(output / "rejects/x.jsonl", 32))
    new = [aged(output / "logs/y.log", 89), aged(output / "rejects/y.jsonl", 29)]
    export(machine.folder / "exports/orders-4.csv", numbers(4), 4)
    machine.type(*page.typed("cron"))
    assert machine.said[page.typed("cron")[0]] == ""
    assert shop.ask("SELECT count(*) FROM orders_table") == [240]
    assert [path.exists() for path in old] == [False, False, False]
    assert [path.exists() for path in new] == [True, True]


def test_each_of_several_shops_has_a_job_of_its_own(shop: Shop, machine: Machine) -> None:
    """With a STATE and a ledger that know nothing of the other's."""
    assert shop.nights
    file = machine.folder / "meltano.yml"
    project = yaml.safe_load(file.read_text())
    more = yaml.safe_load(page.marked("Several shops", "example", "meltano.yml"))
    project["jobs"] += more["jobs"]
    project["plugins"]["loaders"] += more["plugins"]["loaders"]
    file.write_text(yaml.safe_dump(project))
    for job in ("nightly-de", "nightly-fr"):
        assert machine.night(job).returncode == 0
    counts = shop.ask("SELECT count(*) FROM orders_table GROUP BY shop ORDER BY shop")
    assert counts == [240, 240, 240]
    assert len(machine.left("de.db", "fr.db", "rejects-de/*.jsonl", "rejects-fr/*.jsonl")) == 4
