"""`python -m tests.bench`: take the measurements, hold them to the promises, write the page."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

import click

from tests.bench import machine
from tests.bench.batches import BATCHES
from tests.bench.customers import CUSTOMERS
from tests.bench.events import EVENTS
from tests.bench.ledger import LEDGER
from tests.bench.mappings import MAPPINGS
from tests.bench.measurement import FULL, QUICK, Bench, Measurement
from tests.bench.memory import MEMORY
from tests.bench.orders import ORDERS
from tests.bench.page import Part, page
from tests.bench.processes import ROOT, BenchmarkFailed
from tests.bench.schemas import SCHEMAS
from tests.bench.table import Table

PAGE = ROOT / "docs" / "benchmarks.md"
MEASUREMENTS = (ORDERS, MEMORY, CUSTOMERS, EVENTS, BATCHES, SCHEMAS, MAPPINGS, LEDGER)


@click.command()
@click.option("--quick", is_flag=True, help="Take less of everything; write no page.")
@click.option(
    "--only",
    type=click.Choice([one.name for one in MEASUREMENTS]),
    help="Take one part; write no page.",
)
def main(*, quick: bool, only: str | None) -> None:
    """Measure what the project promises of speed and memory.

    Ends with 1 where a promise is missed, or where a record was lost.
    """
    started = time.monotonic()
    table = Table()
    facts = machine.facts()
    table.say("\n".join(f"{name}: {value}" for name, value in facts.items()))
    bench = Bench(QUICK if quick else FULL, table.tick)
    chosen = [one for one in MEASUREMENTS if only in (None, one.name)]
    try:
        parts = [_take(one, bench, table) for one in chosen]
    except BenchmarkFailed as problem:
        table.say(f"FAILED: {problem}")
        sys.exit(1)
    missed = [figure for part in parts for figure in part.figures if figure.is_missed]
    minutes = (time.monotonic() - started) / 60
    table.say(f"\n{len(missed)} promises missed; {minutes:.1f} minutes")
    if not quick and only is None:
        PAGE.write_text(page(parts, facts, datetime.now(UTC).date()))
        table.say(f"written: {PAGE.relative_to(ROOT)}")
    sys.exit(1 if missed else 0)


def _take(measurement: Measurement, bench: Bench, table: Table) -> Part:
    table.head(measurement)
    figures = []
    for figure in measurement.measure(bench):
        table.line(figure)
        figures.append(figure)
    return Part(measurement, figures)


if __name__ == "__main__":
    main()
