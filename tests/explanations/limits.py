"""The measures of a run, by the code that keeps them."""

from __future__ import annotations

import math

from target_triplewhale.delivery import concurrency, delivery, limits, outbox, settling
from target_triplewhale.delivery.attempts import FAULT_TRIES
from target_triplewhale.delivery.retries import JITTER, Backoff
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.rehearsal.forecast import MINUTE, Load, duration, forecast
from target_triplewhale.settings import Settings
from tests.explanations.rows import table

DEFAULTS = Settings(shop="example.com")
COUNTS = (1_000, 10_000, 18_568, 100_000, 1_000_000)
SECONDS = (0.05, 0.1, 0.3, 1.0, 3.0)
SETTING = {"requests": "requests_per_minute", "events": "events_per_minute"}
MEGABYTE = 1024 * 1024


def paces() -> str:
    """Return a row a limit."""
    rows = []
    for limit, per_minute in DEFAULTS.limits.items():
        under = [f"`{name}`" for name, row in ENDPOINTS.items() if limit in row.limits]
        counted = "all endpoints together" if len(under) == len(ENDPOINTS) else ", ".join(under)
        rows.append((counted, f"`{SETTING[limit]}`", f"{per_minute:,}"))
    return table(("requests to", "setting", "a minute"), rows, right=1)


def durations() -> str:
    """Return how long sending takes at the limits, by what dry runs reckon with."""
    head = ("records", "orders, in bulk", "all else, one by one", "events")
    rows = [
        (f"{number:,}", *(_seconds(name, number) for name in ("orders", "customers", "events")))
        for number in COUNTS
    ]
    return table(head, rows, right=4)


def _seconds(endpoint: str, number: int) -> str:
    size = DEFAULTS.batch_size_rows if ENDPOINTS[endpoint].is_bulk else 1
    found = forecast({endpoint: Load(number, math.ceil(number / size))}, DEFAULTS.limits)
    return duration(found.seconds) if found else ""


def in_flight() -> str:
    """Return what the number of requests in flight allows, by how long answers take."""
    most = DEFAULTS.max_concurrency
    rows = []
    for seconds in SECONDS:
        per_minute = most * MINUTE / seconds
        needed = math.ceil(DEFAULTS.requests_per_minute * seconds / MINUTE)
        reached = min(per_minute, DEFAULTS.requests_per_minute)
        rows.append((f"{seconds:g} s", f"{needed:,}", f"{reached:,.0f}"))
    head = ("an answer takes", "in flight for the full pace", f"a minute with {most} in flight")
    return table(head, rows, right=3)


def waits() -> str:
    """Return the pauses between tries, in one sentence."""
    backoff = Backoff(DEFAULTS.max_retries, DEFAULTS.backoff_initial, DEFAULTS.backoff_max)
    pauses = [backoff.pause(tries, 0) or 0 for tries in range(1, backoff.max_retries + 1)]
    told = ", ".join(f"{pause:g}" for pause in pauses)
    return (
        f"{told} seconds, each less up to {JITTER:.0%} by chance: {sum(pauses):g} seconds at the "
        "most, and the time that the answers take."
    )


def sizes() -> str:
    """Return the other measures."""
    rows = [
        ("orders in a bulk request", f"{DEFAULTS.batch_size_rows:,} (`batch_size_rows`)"),
        ("a bulk request is full", f"{outbox.REQUEST_BYTES // MEGABYTE} MB, or that many orders"),
        ("a record waits for company", f"{outbox.FLUSH_SECONDS:.0f} s at the most"),
        ("bytes of records that are open", f"{delivery.BUDGET // MEGABYTE} MB; then reading waits"),
        ("window in which requests are counted", f"{limits.WINDOW_SECONDS:.0f} s"),
        (
            "requests in flight",
            f"from {concurrency.START:.0f} up to {DEFAULTS.max_concurrency} (`max_concurrency`)",
        ),
        ("time for one answer", f"{DEFAULTS.request_timeout:.0f} s (`request_timeout`)"),
        ("tries at a 500 before a request is halved", f"{FAULT_TRIES}"),
        ("requests that halving after a 500 may cost", f"{settling.HALVING_REQUESTS:,} a run"),
        ("what is in flight at a halt or signal gets", f"{delivery.GRACE_SECONDS:.0f} s"),
    ]
    return table(("measure", "is"), rows)
