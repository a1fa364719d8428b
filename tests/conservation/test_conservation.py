"""Nothing is lost, whatever happens: some hundred seeded plans, and how they are made."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest

from tests.conservation.__main__ import told
from tests.conservation.faults import WELL, Fault, Script
from tests.conservation.figures import Figures
from tests.conservation.plan import Feed, Plan, Run, Stop, plan
from tests.conservation.runs import Evidence, Forks, observed
from tests.conservation.store import Store
from tests.conservation.trials import Trial, all_tried

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PLANS = 240
BLOCK = 60
"""Plans of one test: they run together, and a failure names the seeds."""
KEPT_SEEDS = {
    56: "the Retry-After of a 500 on the last of its tries held nothing back",
    69: "the same, on an endpoint of single records",
    133: "the record asked again in an outage was an older version of the one set aside",
    1345: "a signal while the tables of a ledger were made left half of them, for ever",
}
"""Seeds that once broke a promise, with what it was; each is tried on every run from then on."""
FINGERPRINTS = {1: "7f68f938", 40: "548bec12", 56: "79a30081", 133: "3bf7dd5e", 2000: "0778b1b2"}
"""What some seeds stand for; new ones come with a new `VERSION`, and empty `KEPT_SEEDS`."""


def trials(seeds: Iterable[int], folder: Path) -> list[Trial]:
    async def collected() -> list[Trial]:
        return [trial async for trial in all_tried(seeds, folder)]

    return asyncio.run(collected())


def hold_to_promises(found: list[Trial]) -> None:
    broken = [told(trial) for trial in found if trial.broken]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("first", range(1, PLANS + 1, BLOCK))
def test_whatever_happens_nothing_is_lost_and_nothing_is_silent(first: int, tmp_path: Path) -> None:
    """The six promises of the design hold under faults that nobody thought of one by one."""
    found = trials(range(first, first + BLOCK), tmp_path)
    hold_to_promises(found)
    figures = Figures()
    for trial in found:
        figures.add(trial)
    assert figures.plans == BLOCK
    assert figures.faults.total() > BLOCK, "the plans have lost their faults"
    assert figures.states > BLOCK
    assert figures.signals.keys() >= {"SIGKILL", "SIGTERM"}


def test_seeds_that_once_broke_a_promise_hold_it(tmp_path: Path) -> None:
    """A failure that was mended must not come back."""
    hold_to_promises(trials(KEPT_SEEDS, tmp_path))


@pytest.mark.parametrize("seed", FINGERPRINTS)
def test_a_seed_means_the_same_for_ever(seed: int) -> None:
    """Else a kept seed would stand for another plan than the one that failed."""
    assert plan(seed).fingerprint == FINGERPRINTS[seed]


def test_two_seeds_mean_two_plans() -> None:
    """A generator that draws nothing from its seed would try one plan hundreds of times."""
    assert len({plan(seed).fingerprint for seed in range(50)}) == 50


def ended(run: Run, planned: Plan, folder: Path, *, is_plain: bool) -> Evidence:
    """Run a plan's input once, as a fork or as a process of its own."""

    async def once() -> Evidence:
        own = folder / f"plain-{is_plain}"
        own.mkdir()
        if is_plain:
            return await observed(run, planned.input, Store(), own, None)
        async with Forks(folder) as forks:
            return await observed(run, planned.input, Store(), own, forks)

    return asyncio.run(once())


STUCK = Script({number: Fault("late", seconds=60) for number in range(1, 400)})
HELD = Script({1: Fault("status", 429, wait="long")})
REFUSED = Script({1: Fault("status", 401)})


@pytest.mark.parametrize(
    ("script", "stop", "code"),
    [
        (WELL, None, 0),
        (REFUSED, None, 1),
        (HELD, Stop(signal.SIGTERM, 1, 0.2), 128 + signal.SIGTERM),
        (HELD, Stop(signal.SIGINT, 1, 0.2), 128 + signal.SIGINT),
        (STUCK, Stop(signal.SIGKILL, 1, 0.1), -signal.SIGKILL),
    ],
    ids=["well", "halted", "SIGTERM", "SIGINT", "SIGKILL"],
)
def test_a_fork_ends_as_a_process_of_its_own_does(
    script: Script, stop: Stop | None, code: int, tmp_path: Path
) -> None:
    """Plans run as forks to be quick; that must change nothing of what they show."""
    planned = plan(2)
    run = Run(planned.last.settings, script, Feed([0.5], 0.01), stop)
    fork, plain = (ended(run, planned, tmp_path, is_plain=one) for one in (False, True))
    assert fork.code == plain.code == code
    assert fork.states[-1:] == plain.states[-1:]
    assert fork.notes.arrivals[:1] == plain.notes.arrivals[:1]
    if code == 0:
        assert fork.report
        assert plain.report
        assert fork.report["routes"] == plain.report["routes"]
