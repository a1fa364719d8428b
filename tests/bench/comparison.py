"""Several commands on the same records, in rounds: a slow moment of the machine hits them all."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.processes import Ended
from tests.bench.runs import Feed, made_up, run_counting, run_target
from tests.bench.servers import CountingServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.measurement import Bench

LATENCY = 0.05
STARTS = 3

Runner = Callable[[Feed], Ended]


class Contestant(NamedTuple):
    """A way to run, and what it is fed."""

    run: Runner
    feed: Feed


class Comparison:
    """What the rounds took; `starts` are runs of each without a record."""

    def __init__(
        self, records: int, starts: Mapping[str, Ended], rounds: list[dict[str, Ended]]
    ) -> None:
        self._records = records
        self._starts = starts
        self._rounds = rounds

    def seconds(self, name: str, *, whole: bool = False) -> list[float]:
        """Return the seconds of each round, by default without the start of the process."""
        start = 0.0 if whole else self._starts[name].seconds
        return [done[name].seconds - start for done in self._rounds]

    def rate(self, name: str, *, whole: bool = False) -> float:
        """Return the records a second."""
        return median(self._records / seconds for seconds in self.seconds(name, whole=whole))

    def times_as_fast(self, name: str, other: str, *, whole: bool = False) -> float:
        """Return the middle one of the rounds' ratios."""
        pairs = zip(self.seconds(name, whole=whole), self.seconds(other, whole=whole), strict=True)
        return median(theirs / own for own, theirs in pairs)

    def cpu_microseconds(self, name: str) -> float:
        """Return the processor time a record, without that of the start."""
        start = self._starts[name].cpu_seconds
        spent = median(done[name].cpu_seconds for done in self._rounds) - start
        return 1_000_000 * spent / self._records

    def peak(self, name: str) -> float:
        """Return the most memory of all rounds."""
        return max(done[name].peak_megabytes for done in self._rounds)


def compare(contestants: Mapping[str, Contestant], records: int, rounds: int) -> Comparison:
    """Run each once a round, in the order given."""
    none = made_up("orders", 0)
    starts: dict[Runner, Ended] = {}
    for run, _ in contestants.values():
        if run not in starts:
            several = [run(none) for _ in range(STARTS)]
            starts[run] = sorted(several, key=lambda ended: ended.seconds)[STARTS // 2]
    found = [{name: run(feed) for name, (run, feed) in contestants.items()} for _ in range(rounds)]
    return Comparison(records, {name: starts[one.run] for name, one in contestants.items()}, found)


def stock(feed: Feed) -> Ended:
    """Run the stock SDK loop."""
    return run_counting("tests.bench.stock", feed)


def floor(feed: Feed) -> Ended:
    """Run the bare reading and writing."""
    return run_counting("tests.bench.floor", feed)


def target(bench: Bench) -> Runner:
    """Return a run of the target against a counting server."""

    def run(feed: Feed) -> Ended:
        server = CountingServer("orders", latency=LATENCY)
        return run_target(feed, server, tick=bench.tick).ended

    return run


def reporting_target(bench: Bench) -> Runner:
    """Return a run of the target that leaves a report as well."""

    def run(feed: Feed) -> Ended:
        server = CountingServer("orders", latency=LATENCY)
        with TemporaryDirectory() as folder:
            settings = {"report_path": f"{folder}/report.json"}
            return run_target(feed, server, tick=bench.tick, settings=settings).ended

    return run
