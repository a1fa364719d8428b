"""Memory, whatever the size of the input and however late the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench.figures import Figure, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.runs import made_up, run_target
from tests.bench.servers import CountingServer

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTES = 200

ABOUT = """\
Orders are made on the fly by a second process and go through a pipe; of the target's process the
highest resident memory of its whole life is taken, in millions of bytes. First a long input
against a server that answers after 50 ms, then a shorter one against a server that takes a second
for each answer, so that as much as ever may be in flight at once is.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    scale = bench.scale
    for records, latency in ((scale.many_orders, 0.05), (scale.slow_orders, 1.0)):
        server = CountingServer("orders", latency=latency)
        ended = run_target(made_up("orders", records), server, tick=bench.tick).ended
        what = f"{records:,} orders, answers after {latency * 1000:.0f} ms"
        yield Figure(f"{what}: peak", ended.peak_megabytes, "MB", at_most(MEGABYTES))
        yield Figure(f"{what}: start included", records / ended.seconds, "records/s")


MEMORY = Measurement("memory", "Memory", ABOUT, _measure)
