"""Whole runs of what is compared, each held to the number of records that it was given."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.processes import BenchmarkFailed, Ended, piped, python

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.bench.servers import Counts, Server

SHOP = "example.myshopify.com"
LOG_TAIL = 600
LONGEST = 600.0
"""Seconds after which something is broken rather than slow."""
NO_SETTINGS: Mapping[str, str] = {}


class RecordsLost(BenchmarkFailed):
    """Not what was fed in is what came out: no figure of such a run means anything."""


_ENDINGS = re.compile(r"(\d+) (delivered|unchanged)")


class Feed(NamedTuple):
    """What is piped in: a command, and the number of records that it stands for."""

    command: list[str]
    records: int


def made_up(stream: str, records: int, *options: str) -> Feed:
    """Return the feed of made-up records."""
    return Feed(python("tests.bench.feed", stream, str(records), *options), records)


class Run(NamedTuple):
    """A run of the target, and what the server says of it."""

    ended: Ended
    counts: Counts


def run_target(
    feed: Feed,
    server: Server,
    *,
    deadline: float = math.inf,
    tick: Callable[[float], None] = lambda _: None,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Run:
    """Run the target, by default with its default settings; a deadline may stop it."""
    with TemporaryDirectory() as name, server:
        folder = Path(name)
        config = {
            "api_url": server.url,
            "api_key": "benchmark-key",
            "shop": SHOP,
            "rejects_path": str(folder / "rejects"),
            **settings,
        }
        (folder / "config.json").write_text(json.dumps(config))
        command = python("target_triplewhale", "--config", str(folder / "config.json"))
        ended = piped(feed.command, command, deadline=min(deadline, LONGEST), tick=tick)
        run = Run(ended, server.stop())
        ended_as = _ended_as(ended.log)
        if ended.is_stopped and deadline < LONGEST:
            hold_stopped(run, ended_as["delivered"])
        else:
            hold(feed.records, run, ended_as["delivered"], ended_as["unchanged"])
        return run


def run_counting(module: str, feed: Feed) -> Ended:
    """Run a module that prints how many records it has read."""
    ended = piped(feed.command, python(module), deadline=LONGEST)
    if ended.code or ended.out.split()[-1:] != [b"%d" % feed.records]:
        raise RecordsLost(f"{module} did not read {feed.records} records{_tail(ended)}")
    return ended


def hold(records: int, run: Run, delivered: int, unchanged: int = 0) -> None:
    """Raise RecordsLost unless the run, its log and the server all tell the same."""
    ended = run.ended
    if ended.code or not ended.out.endswith(b"\n"):
        raise RecordsLost(f"the target ended with {ended.code}, without its STATE{_tail(ended)}")
    if records != delivered + unchanged or delivered != run.counts.records:
        raise RecordsLost(
            f"{records} records were fed in, the target tells of {delivered} delivered "
            f"and {unchanged} unchanged, and the server has {run.counts.records}{_tail(ended)}"
        )


def hold_stopped(run: Run, delivered: int) -> None:
    """Raise RecordsLost where a run that was stopped tells of more than arrived."""
    if delivered > run.counts.records:
        raise RecordsLost(
            f"the target tells of {delivered} delivered, and the server has {run.counts.records}"
        )


def _ended_as(log: str) -> Counter[str]:
    """Return how many records were delivered, and how many needed not to be, by the last lines."""
    found: Counter[str] = Counter()
    for line in log.splitlines():
        if ", route " in line:
            found.update({name: int(number) for number, name in _ENDINGS.findall(line)})
    return found


def _tail(ended: Ended) -> str:
    return f"; its log ends:\n{ended.log[-LOG_TAIL:]}"
