"""SCHEMA messages that repeat what is known."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from tests.bench.comparison import Contestant, compare, floor, target
from tests.bench.feed import BEFORE_EACH
from tests.bench.figures import Figure, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.runs import made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

NOISE = 1.1

ABOUT = """\
The same orders with the unchanged SCHEMA line before each record, and with one SCHEMA line in all.
Reading the lines is what a bare msgspec decode takes for them. The promise is that a repeated
SCHEMA costs nothing beyond that; two runs of one input differ by some percent, so a tenth more is
let pass.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    records = bench.scale.orders
    once, each = made_up("orders", records), made_up("orders", records, BEFORE_EACH)
    run = target(bench)
    contestants = {
        "once": Contestant(run, once),
        "each": Contestant(run, each),
        "floor once": Contestant(floor, once),
        "floor each": Contestant(floor, each),
    }
    done = compare(contestants, records, bench.scale.rounds)
    rounds = list(zip(*(done.seconds(name) for name in contestants), strict=True))
    yield Figure("one SCHEMA in all", done.rate("once"), "records/s")
    yield Figure("a SCHEMA before each record", done.rate("each"), "records/s")
    reading = median((read - bare) / records for _, _, bare, read in rounds)
    yield Figure("reading of a SCHEMA line", 1_000_000 * reading, "us")
    beyond = median((b - a - (read - bare)) / records for a, b, bare, read in rounds)
    yield Figure("beyond its reading, a SCHEMA line takes", 1_000_000 * beyond, "us")
    ratio = median((b - (read - bare)) / a for a, b, bare, read in rounds)
    yield Figure("time without the reading / one SCHEMA in all", ratio, "times", at_most(NOISE))


SCHEMAS = Measurement("schemas", "Repeated SCHEMA messages", ABOUT, _measure)
