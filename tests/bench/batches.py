"""The same orders as BATCH files."""

from __future__ import annotations

import gzip
import sys
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.bench import feed as feeds
from tests.bench.comparison import Contestant, compare, target
from tests.bench.figures import Figure, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.memory import MEGABYTES
from tests.bench.runs import Feed, made_up

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE_RECORDS = 10_000
COPY = "import shutil, sys; shutil.copyfileobj(open(sys.argv[1], 'rb'), sys.stdout.buffer)"

ABOUT = """\
The orders of the first part once more as one BATCH message that names gzipped JSONL files of 10,000
records, beside the same orders as RECORD messages, measured in the same way against the same
server. Writing the files is not measured.
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    records = bench.scale.orders
    run = target(bench)
    with TemporaryDirectory() as name:
        contestants = {
            "records": Contestant(run, made_up("orders", records)),
            "files": Contestant(run, _files(Path(name), records)),
        }
        done = compare(contestants, records, rounds=1)
    yield Figure("RECORD messages", done.rate("records"), "records/s")
    yield Figure("BATCH files", done.rate("files"), "records/s")
    yield Figure("BATCH / RECORD", done.times_as_fast("files", "records"), "times")
    yield Figure("BATCH files: peak memory", done.peak("files"), "MB", at_most(MEGABYTES))


def _files(folder: Path, records: int) -> Feed:
    """Write the files of an input, and the input itself."""
    manifest = []
    pieces = feeds.bare_records("orders", records)
    for start in range(0, records, FILE_RECORDS):
        path = folder / f"{records}-{start}.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.writelines(islice(pieces, FILE_RECORDS // feeds.BLOCK))
        manifest.append(path.as_uri())
    messages = folder / f"{records}.singer"
    lines = (feeds.schema("orders"), feeds.batch("orders", manifest), feeds.state(records))
    messages.write_bytes(b"".join(lines))
    return Feed([sys.executable, "-c", COPY, str(messages)], records)


BATCHES = Measurement("batches", "BATCH files", ABOUT, _measure)
