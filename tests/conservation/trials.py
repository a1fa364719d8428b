"""A plan from its first run to its last, judged after each, and many plans at a time."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conservation.imitation import held_port
from tests.conservation.ledger import differing, in_doubt, waiting
from tests.conservation.oracle import (
    broken_in_ledger,
    broken_in_repeat,
    broken_in_run,
    broken_in_the_end,
    broken_in_waiting,
    position,
    rejected,
    stale,
)
from tests.conservation.plan import plan
from tests.conservation.runs import Forks, observed
from tests.conservation.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from tests.conservation.plan import Plan
    from tests.conservation.runs import Evidence

AT_ONCE = 6
"""Plans under way together: they wait more than they work."""


@dataclass
class Trial:
    """What came of one plan."""

    seed: int
    broken: list[str] = field(default_factory=list)
    evidences: list[Evidence] = field(default_factory=list)


async def tried(planned: Plan, folder: Path, forks: Forks | None) -> Trial:
    """Make all runs of a plan, each from the STATE of the one before it, and judge them."""
    with held_port() as port:
        return await _tried(planned, folder, forks, Store(port=port))


async def _tried(planned: Plan, folder: Path, forks: Forks | None, store: Store) -> Trial:
    trial, whole = Trial(planned.seed), planned.input
    given = whole
    for number, run in enumerate([*planned.runs, planned.last], 1):
        if run is planned.last and planned.is_whole_again:
            given = whole
        retried = rejected(whole, trial.evidences) if planned.retries else set()
        own = Path(tempfile.mkdtemp(prefix=f"run{number}-", dir=folder))
        evidence = await observed(run, given, store, own, forks)
        trial.evidences.append(evidence)
        found = broken_in_run(evidence, whole, store, retried)
        if evidence.states:
            given = given.after(position(evidence))
        if planned.has_ledger:
            found += broken_in_ledger(differing(folder, store), whole, given, trial.evidences)
        trial.broken += [f"run {number}: {one}" for one in found]
    trial.broken += broken_in_the_end(whole, trial.evidences, store)
    if planned.has_ledger:
        trial.broken += await _broken_without_news(planned, folder, forks, store)
    return trial


async def _broken_without_news(
    planned: Plan, folder: Path, forks: Forks | None, store: Store
) -> list[str]:
    """Run once more on what the ledger knows, which is nothing to send."""
    own = Path(tempfile.mkdtemp(prefix="again-", dir=folder))
    news = stale(planned.input, store) | differing(folder, store) | in_doubt(folder)
    given = planned.input.newest(left_out=news)
    evidence = await observed(planned.last, given, store, own, forks)
    found = broken_in_repeat(evidence)
    if planned.retries:
        found += broken_in_waiting(planned.input, waiting(folder))
    return found


async def all_tried(
    seeds: Iterable[int], folder: Path, *, keeps: bool = False
) -> AsyncIterator[Trial]:
    """Yield the trial of each seed as it ends."""
    waiting = iter(seeds)
    async with Forks(folder) as forks:
        under_way: set[asyncio.Task[Trial]] = set()
        try:
            while True:
                for seed in itertools.islice(waiting, AT_ONCE - len(under_way)):
                    under_way.add(asyncio.create_task(_one(seed, folder, forks, keeps=keeps)))
                if not under_way:
                    return
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)


async def _one(seed: int, folder: Path, forks: Forks, *, keeps: bool) -> Trial:
    planned = plan(seed)
    own = Path(tempfile.mkdtemp(prefix=f"seed{seed}-", dir=folder))
    trial = await tried(planned, own, None if planned.is_plain else forks)
    if not keeps:
        shutil.rmtree(own)
    return trial
