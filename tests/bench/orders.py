"""Orders a second, held against the stock SDK loop and against bare reading and writing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench.comparison import (
    LATENCY,
    Contestant,
    compare,
    floor,
    reporting_target,
    stock,
    target,
)
from tests.bench.figures import Figure, at_least
from tests.bench.measurement import Bench, Measurement
from tests.bench.runs import made_up, run_target
from tests.bench.servers import StoringServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bench.processes import Ended
    from tests.bench.runs import Feed

TIMES_STOCK = 5
RATE = "records/s"

ABOUT = """\
Nested orders with two line items, in the API's own shape, through a pipe into each of three: the
stock SDK loop (its default reader and record validation, a batch sink that does nothing), a bare
msgspec decode and encode of the same lines, and the target, whose requests a counting server
answers after 50 ms; and once more the target, with `report_path` set. Each round runs all of them
and gives one ratio; a figure is the middle one of the rounds. Of each of them, what the same
command takes without a record is subtracted: records a second are told of a process that has
started. "Start included" subtracts nothing. Processor time, of all threads, is what other programs
on the machine change least. The SCHEMA names no formats: with `date-time` in it the stock loop
would be slower still. In the last lines the sandbox, which checks every order and stores it, takes
the counting server's place and is then what is measured.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    feed = made_up("orders", bench.scale.orders)
    runs = {
        "stock": stock,
        "floor": floor,
        "target": target(bench),
        "reporting": reporting_target(bench),
    }
    contestants = {name: Contestant(run, feed) for name, run in runs.items()}
    done = compare(contestants, feed.records, bench.scale.rounds)
    yield Figure("stock SDK loop", done.rate("stock"), RATE)
    yield Figure("bare msgspec decode and encode", done.rate("floor"), RATE)
    yield Figure("target", done.rate("target"), RATE)
    ratio = done.times_as_fast("target", "stock")
    yield Figure("target / stock SDK loop", ratio, "times", at_least(TIMES_STOCK))
    yield Figure("target / bare msgspec", done.times_as_fast("target", "floor"), "times")
    yield Figure("start included: stock SDK loop", done.rate("stock", whole=True), RATE)
    yield Figure("start included: target", done.rate("target", whole=True), RATE)
    ratio = done.times_as_fast("target", "stock", whole=True)
    yield Figure("start included: target / stock SDK loop", ratio, "times")
    for name, what in (("stock", "stock SDK loop"), ("target", "target")):
        yield Figure(f"processor time a record: {what}", done.cpu_microseconds(name), "us")
    share = done.times_as_fast("reporting", "target")
    yield Figure("target with a report / target", share, "times")
    yield from _stored(bench, feed, done.rate("stock"))


def _stored(bench: Bench, feed: Feed, stock_rate: float) -> Iterator[Figure]:
    def run(feed: Feed) -> Ended:
        with TemporaryDirectory() as folder:
            server = StoringServer(Path(folder) / "sandbox.db", latency=LATENCY)
            return run_target(feed, server, tick=bench.tick).ended

    done = compare({"target": Contestant(run, feed)}, feed.records, rounds=1)
    yield Figure("target, sandbox that stores", done.rate("target"), RATE)
    ratio = done.rate("target") / stock_rate
    yield Figure("target, sandbox that stores / stock SDK loop", ratio, "times")


ORDERS = Measurement("orders", "Orders a second", ABOUT, _measure)
