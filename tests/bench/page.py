"""docs/benchmarks.md, whole, from the figures of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from tests.bench.figures import Figure
    from tests.bench.measurement import Measurement

HEAD = """\
# Benchmarks

What the target promises of speed and memory, measured by `make bench`, which writes this page: do
not edit it. `make bench ARGS=--quick` takes three minutes, `ARGS='--only orders'` takes one part;
neither writes the page.

Every run uses the default settings; only the address, key, shop and the path of the rejects are
set. Input comes through a pipe from a second process, answers come over a loopback socket from a
third one. In every run the target's exit code, the end of its log and the server's own count must
tell of every record that went in, or the benchmark ends without a figure. Machines differ and so
do their moments: look at the ratios first.
"""


class Part(NamedTuple):
    """A measurement with its figures."""

    measurement: Measurement
    figures: list[Figure]


def page(parts: Iterable[Part], machine: Mapping[str, str], day: date) -> str:
    """Return the page."""
    facts = {"Date": day.isoformat(), **machine}
    rows = [f"| {name} | {value} |" for name, value in facts.items()]
    blocks = [HEAD, "\n".join(["| | |", "|---|---|", *rows]) + "\n"]
    return "\n".join([*blocks, *(_part(part) for part in parts)])


def _part(part: Part) -> str:
    about = f"## {part.measurement.title}\n\n{part.measurement.about}"
    rows = [
        f"| {one.name} | {one.reading} | {one.promise or ''} | {one.verdict} |"
        for one in part.figures
    ]
    head = ["| figure | measured | promised | |", "|---|---|---|---|"]
    return f"{about}\n" + "\n".join([*head, *rows]) + "\n"
