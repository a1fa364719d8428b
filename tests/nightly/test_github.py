"""The workflow on runners that are new each night: STATE and ledger lie in a PostgreSQL."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT
from tests.nightly import promises
from tests.nightly.exports import export, ids
from tests.nightly.nights import EXAMPLE, KEY, Shop, settings
from tests.nightly.workflow import Job, read
from tests.postgres import database

if TYPE_CHECKING:
    from collections.abc import Iterator

GOES_AWAY = {"cut": "before", "times": 2}
"""As often as the target tries."""


@pytest.fixture(scope="module")
def jobs() -> list[Job]:
    """One a night, filled by the nights."""
    return []


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, postgres: str, jobs: list[Job]
) -> Iterator[Shop]:
    """Three nights; the export is the whole table, and there is no new one on the third."""
    if f"meltano[postgres]=={version('meltano')}" not in (EXAMPLE / "requirements.txt").read_text():
        pytest.skip("the example asks for another Meltano than the one beside the oldest versions")
    folder = tmp_path_factory.mktemp("github")
    shop = Shop(folder / "shop.db", GOES_AWAY)
    url = database(postgres, "nightly")
    address = folder / "at-the-shop/orders.csv"
    secrets = {"DATABASE_URL": url, "TRIPLEWHALE_API_KEY": KEY, "EXPORT_URL": address.as_uri()}
    contexts = {"secrets": secrets, "vars": {"TRIPLEWHALE_SHOP": "example.myshopify.com"}}
    with shop.open() as served:
        for night in (1, 2, 3):
            if night < 3:
                export(address, range(1, night * 60 + 1), night, {7, 67})
            runner = tmp_path_factory.mktemp(f"runner-{night}")
            job = Job(runner / "work", contexts, settings(served))
            job.run()
            jobs.append(job)
            shop.end_of_night(job.code, job.said, url, url)
        yield shop


class TestThreeNights(promises.ThreeNights):
    """By GitHub Actions, on a disk that does not last."""

    def test_the_state_does_not_pass_orders_that_are_open(self, shop: Shop) -> None:
        """Had it passed them, the third night would have read nothing: no file is newer."""
        super().test_the_state_does_not_pass_orders_that_are_open(shop)
        assert shop.nights[2].there == ids(1, 2) - set(promises.BROKEN.values())


def test_the_step_that_runs_is_the_one_that_fails(shop: Shop, jobs: list[Job]) -> None:
    """So the job is red, and GitHub writes to whoever set it up."""
    assert shop.nights
    assert [job.codes["Run"] for job in jobs] == [0, 1, 0]
    assert [sum(job.codes.values()) for job in jobs] == [0, 1, 0]


def test_what_wants_a_person_stands_on_the_page_of_the_job(shop: Shop, jobs: list[Job]) -> None:
    """As annotations and in its summary, and names no customer."""
    assert shop.nights
    assert jobs[1].summary.startswith("TW-API-OUT-OF-TRIES: ")
    assert "::warning::1 of 60 records were rejected\n" in jobs[0].said
    assert not any("@example.com" in job.said + job.summary for job in jobs)


def test_rejects_wait_where_they_last(shop: Shop, jobs: list[Job]) -> None:
    """The runner's own disk is gone, and with it the rejects files."""
    assert not any(night.said.count("artifact") for night in shop.nights)
    assert "rejected again, of earlier runs: 2" in jobs[2].said
    assert shop.nights[2].waiting == set(promises.BROKEN.values())


def test_the_workflow_may_do_little_and_only_once_at_a_time() -> None:
    """It reads the repository, waits for the night before, and uploads nothing."""
    workflow = read()
    (job,) = workflow["jobs"].values()
    assert workflow["permissions"] == {}
    assert job["permissions"] == {"contents": "read"}
    assert workflow["concurrency"] == {"group": "nightly", "cancel-in-progress": False}
    used = [step["uses"].partition("@")[0] for step in job["steps"] if "uses" in step]
    assert used == ["actions/checkout", "actions/setup-python"]


def test_meltano_is_the_one_that_is_tested() -> None:
    """The example's pin is the one of this repository."""
    pin = (EXAMPLE / "requirements.txt").read_text().replace("[postgres]", "").strip()
    assert re.search(rf"^{re.escape(pin)} ", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
