"""One record a request: how soon the documented pace is reached, how much of it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bench import rates
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.runs import made_up, run_target
from tests.bench.servers import CountingServer

if TYPE_CHECKING:
    from collections.abc import Iterator

LATENCY = 0.15
PER_MINUTE = 25_000
USED_PERCENT = 95
SECONDS_TO_PACE = 5
DEADLINE = 160.0

ABOUT = """\
Customers, one a request, against a server that answers each after 150 ms, keeps the time at which
each came and refuses none: whether the limit of 25,000 requests a minute is kept is for the target
alone. From these times: the seconds from the first request until one second has held 95% of the
pace (25,000 / 60 requests); the most requests in any 60 seconds; and the share of the pace that
was used over whole quotas. That is, of 25,000 k + 1 or more requests, 25,000 k divided by the time
from the first request to the one after the last of them: a target that sends its quota at once and
waits and one that spreads it are told the same, and the rest after the last whole quota, which
always has room, neither flatters nor punishes. The quick form is shorter than a quota, so its
share is told and not judged. A run that needs more than 160 seconds is stopped and judged by what
it has sent.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    feed = made_up("customers", bench.scale.customers)
    server = CountingServer("customers", latency=LATENCY)
    ended, counts = run_target(feed, server, deadline=DEADLINE, tick=bench.tick)
    times = counts.times
    pace = PER_MINUTE / rates.MINUTE * USED_PERCENT / 100
    seconds = rates.seconds_to_reach(times, pace)
    yield Figure(
        f"first at {USED_PERCENT}% of the pace after", seconds, "s", at_most(SECONDS_TO_PACE)
    )
    most = rates.most_within(times, rates.MINUTE)
    yield Figure("most requests in any 60 s", most, "requests", at_most(PER_MINUTE))
    used = 100 * rates.per_minute(times, PER_MINUTE) / PER_MINUTE
    promise = at_least(USED_PERCENT) if feed.records > PER_MINUTE else None
    yield Figure("share of 25,000 a minute used", used, "%", promise)
    yield Figure("requests", len(times), "requests")
    cost = 1000 * ended.cpu_seconds / max(1, len(times))
    yield Figure("processor time a request", cost, "ms")


CUSTOMERS = Measurement("customers", "One record a request", ABOUT, _measure)
