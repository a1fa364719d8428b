"""A plan: an input, some runs that go wrong, and one at the end that goes well.

The same seed gives the same plan for ever. What changes the meaning of seeds changes `VERSION`;
what is only added draws from dice of its own, under a new name.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tests.conservation import faults, ledger
from tests.conservation import input as tap
from tests.conservation.dice import Dice
from tests.conservation.faults import WELL, Fault, Script
from tests.conservation.records import CURRENCY, SETTINGS_OF_STREAMS, SHOP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.conservation.faults import Wait
    from tests.conservation.input import Input

VERSION = 1
"""Of the generator: part of every dice's name."""
WIDE_SHARE = 0.06
"""The share of plans with many records at once and few faults."""
LEDGER_SHARE = 0.3
"""The share of plans whose runs keep a ledger together."""
PLAIN_EVERY = 40
"""One plan in so many starts whole processes instead of forks, and leaves the clock of STATE."""


@dataclass(frozen=True)
class Stop:
    """A signal, so many seconds after the n-th request came."""

    signal: signal.Signals
    after_requests: int
    seconds: float


@dataclass(frozen=True)
class Feed:
    """How the input comes: at once as a file, or through a pipe in pieces of a share each."""

    pieces: Sequence[float] = ()
    pause: float = 0.0
    stays_open: bool = False
    """The pipe's end is never seen: a signal ends the run."""


@dataclass(frozen=True)
class Run:
    """One run of the target: its settings, its faults, how its input comes, and what stops it."""

    settings: Mapping[str, Any]
    script: Script = WELL
    feed: Feed = Feed()
    stop: Stop | None = None


@dataclass(frozen=True)
class Plan:
    """What one seed stands for; `is_whole_again` repeats all of the input in the last run."""

    seed: int
    input: Input
    runs: Sequence[Run]
    last: Run
    is_whole_again: bool
    is_plain: bool

    @property
    def has_ledger(self) -> bool:
        """Whether the runs keep a ledger together."""
        return "ledger_url" in self.last.settings

    @property
    def retries(self) -> bool:
        """Whether each run begins with what the runs before it had rejected."""
        return bool(self.last.settings.get("retry_rejects"))

    @property
    def fingerprint(self) -> str:
        """Eight letters that are the same as long as the seed means the same."""
        told = (self.input.data, self.runs, self.last, self.is_whole_again, self.is_plain)
        return sha256(repr(told).encode()).hexdigest()[:8]


def plan(seed: int) -> Plan:
    """Return the plan of a seed."""

    def dice(name: str) -> Dice:
        return Dice(f"{VERSION}/{seed}/{name}")

    made, ledger_dice = _without_ledger(seed, dice), dice("keeps a ledger")
    return _with_ledger(made, ledger_dice) if ledger_dice.chance(LEDGER_SHARE) else made


def _with_ledger(made: Plan, dice: Dice) -> Plan:
    """Let the runs keep a ledger, in which rejected records may wait for the next one."""
    settings = {
        "ledger_url": ledger.URL,
        "retry_rejects": dice.chance(0.5),
        # Every seventh order has the id of another one.
        "identity_changes": "allow",
    }
    runs = [replace(run, settings={**run.settings, **settings}) for run in made.runs]
    last = replace(made.last, settings={**made.last.settings, **settings})
    return replace(made, runs=runs, last=last)


def _without_ledger(seed: int, dice: Callable[[str], Dice]) -> Plan:
    wide = dice("wide")
    if wide.chance(WIDE_SHARE):
        return _wide(seed, wide)
    given = tap.written(dice("input"))
    ending = dice("ending")
    number = ending.weighed({1: 6.0, 2: 2.0, 3: 1.0})
    return Plan(
        seed,
        given,
        [_run(dice(f"run {n}"), given) for n in range(number)],
        Run({**_settings(ending), "request_timeout": 20, "max_rejects": "100%"}),
        is_whole_again=ending.chance(0.25),
        is_plain=seed % PLAIN_EVERY == 0,
    )


def _wide(seed: int, dice: Dice) -> Plan:
    """Return many records at once and few faults: whoever holds too little back shows it."""
    given = tap.crowd(dice)
    settings = {**_settings(dice), "batch_size_rows": 1000, "max_rejects": "100%"}
    waits: Sequence[Wait] = ("1", "date", "skewed")
    faults = {dice.whole(2, 60): Fault("status", 429, wait=dice.pick(waits)) for _ in range(2)}
    last = Run({**settings, "request_timeout": 20})
    runs = [Run(settings, Script(faults), _feed(dice))]
    return Plan(seed, given, runs, last, is_whole_again=dice.chance(0.25), is_plain=False)


def _run(dice: Dice, given: Input) -> Run:
    settings = _settings(dice)
    script = faults.script(dice, given, settings["request_timeout"])
    run = Run(settings, script, _feed(dice), _stop(dice) if dice.chance(0.4) else None)
    if run.stop and run.stop.signal != signal.SIGKILL and dice.chance(0.15):
        return _long_hold(run, run.stop)
    if run.stop and run.feed.pieces and dice.chance(0.4):
        # Enough seconds that a run that has sent all it has read is waiting for more.
        return replace(run, feed=replace(run.feed, stays_open=True))
    return run


def _settings(dice: Dice) -> dict[str, Any]:
    return {
        "shop": SHOP,
        "currency": CURRENCY,
        "streams": SETTINGS_OF_STREAMS,
        "batch_size_rows": dice.pick([1, 2, 3, 5, 10, 20, 50, 1000]),
        "request_timeout": dice.between(0.5, 0.8),
        "max_retries": dice.whole(3, 8),
        "backoff_initial": 0.01,
        "backoff_max": 0.05,
        "max_rejects": dice.weighed({"100%": 8.0, "5%": 1.0, "0": 0.5, "3": 0.5}),
        "report_path": "report.json",
        "rejects_path": "rejects",
    }


def _feed(dice: Dice) -> Feed:
    if dice.chance(0.5):
        return Feed()
    return Feed([dice.share() for _ in range(dice.whole(1, 6))], dice.between(0.0, 0.08))


def _stop(dice: Dice) -> Stop:
    signals = {signal.SIGKILL: 4.0, signal.SIGTERM: 2.0, signal.SIGINT: 1.0}
    requests = dice.weighed({0: 0.5, dice.whole(1, 5): 3.0, dice.whole(1, 60): 3.0})
    return Stop(
        dice.weighed(signals), requests, dice.weighed({0.0: 1.0, dice.between(0, 0.4): 2.0})
    )


def _long_hold(run: Run, stop: Stop) -> Run:
    """Let the server ask for an hour's wait, and the signal come within it."""
    number = max(1, min(stop.after_requests, 3))
    script = replace(run.script, faults={number: Fault("status", 429, wait="long")})
    return replace(run, script=script, stop=replace(stop, after_requests=number))
