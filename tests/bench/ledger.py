"""The ledger: what a first load pays for it, and how fast what has not changed is read again."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.comparison import LATENCY, Contestant, compare, target
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.memory import MEGABYTES
from tests.bench.runs import made_up, run_target
from tests.bench.servers import CountingServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.processes import Ended
    from tests.bench.runs import Feed, Run

KEPT_SHARE = 0.75
UNCHANGED_A_SECOND = 30_000
FLAT = 1.1
"""Two runs of one input differ by some percent."""
SMALL_SHARE = 5
RATE = "records/s"

ABOUT = """\
The orders of the first part into a new ledger of SQLite, and beside it without one, in rounds and
against the same server. Then a long input into one ledger, and all of it read again: every order
is mapped, its body's fingerprint is compared with the one that was accepted last, and nothing is
sent. The promise that memory is flat compares the peak of that run with the peak of reading a fifth
of it again, on the same ledger.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    yield from _first_load(bench)
    with TemporaryDirectory() as folder:
        ledger = _Ledger(bench, Path(folder))
        yield from _second_load(bench, ledger)


class _Ledger:
    """A ledger, and the port of the one server that it knows as its own."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench = bench
        self._settings = {"ledger_url": f"sqlite:///{folder / 'ledger.db'}"}
        self._port = 0

    def run(self, feed: Feed) -> Run:
        """Run the target on a feed."""
        server = CountingServer("orders", latency=LATENCY, port=self._port)
        self._port = server.port
        return run_target(feed, server, tick=self._bench.tick, settings=self._settings)


def _first_load(bench: Bench) -> Iterator[Figure]:
    def with_ledger(feed: Feed) -> Ended:
        with TemporaryDirectory() as folder:
            return _Ledger(bench, Path(folder)).run(feed).ended

    feed = made_up("orders", bench.scale.orders)
    runs = {"without": target(bench), "with": with_ledger}
    contestants = {name: Contestant(run, feed) for name, run in runs.items()}
    done = compare(contestants, feed.records, bench.scale.rounds)
    yield Figure("first load without a ledger", done.rate("without"), RATE)
    yield Figure("first load with a ledger", done.rate("with"), RATE)
    share = done.times_as_fast("with", "without")
    yield Figure("with / without", share, "times", at_least(KEPT_SHARE))


def _second_load(bench: Bench, ledger: _Ledger) -> Iterator[Figure]:
    records = bench.scale.many_orders
    whole, part = made_up("orders", records), made_up("orders", records // SMALL_SHARE)
    first = ledger.run(whole).ended
    yield Figure(
        f"{records:,} orders, first load: peak", first.peak_megabytes, "MB", at_most(MEGABYTES)
    )
    start = ledger.run(made_up("orders", 0)).ended.seconds
    again = [ledger.run(whole) for _ in range(bench.scale.rounds)]
    rate = median(records / (run.ended.seconds - start) for run in again)
    what = f"{records:,} orders, read again"
    yield Figure(what, rate, RATE, at_least(UNCHANGED_A_SECOND))
    requests = sum(len(run.counts.times) for run in again)
    yield Figure(f"{what}: requests", requests, "requests", at_most(0))
    peak = max(run.ended.peak_megabytes for run in again)
    yield Figure(f"{what}: peak", peak, "MB", at_most(MEGABYTES))
    small = ledger.run(part).ended.peak_megabytes
    yield Figure(f"{part.records:,} orders, read again: peak", small, "MB")
    yield Figure("peak of all / peak of a fifth", peak / small, "times", at_most(FLAT))


LEDGER = Measurement("ledger", "The ledger", ABOUT, _measure)
