"""Events, at their pace, against two servers that count a minute in different ways."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.bench import rates
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.runs import made_up, run_target
from tests.bench.servers import CountingServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.runs import Run

PER_MINUTE = 1_000
MORE = 100
"""So that the quota after the last whole one is opened for certain."""
USED_PERCENT = 97
JITTER = 0.05
WAYS = {"sliding": "any 60 s", "fixed": "full minutes"}

ABOUT = """\
Events at the default pace against two servers that answer 429 to what comes above 1,000 a minute:
one counts any 60 seconds, one from full minute to full minute of its clock. Both runs go on at the
same time. Each request spends 0 to 50 ms on the way, at random, before it is counted. The share
that was used is taken as for customers, over whole quotas: from the first event to the one that
opens the quota after the last whole one.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    feed = made_up("events", bench.scale.quotas * PER_MINUTE + MORE)

    def run(way: str) -> Run:
        server = CountingServer("events", jitter=JITTER, limit=(way, PER_MINUTE))
        return run_target(feed, server, tick=bench.tick)

    with ThreadPoolExecutor() as both:
        runs = dict(zip(WAYS, both.map(run, WAYS), strict=True))
    for way, (_, counts) in runs.items():
        used = 100 * rates.per_minute(counts.times, PER_MINUTE) / PER_MINUTE
        what = f"server counts {WAYS[way]}"
        yield Figure(f"{what}: share of 1,000 a minute", used, "%", at_least(USED_PERCENT))
        yield Figure(f"{what}: answers 429", counts.refused, "answers", at_most(0))


EVENTS = Measurement("events", "Events", ABOUT, _measure)
