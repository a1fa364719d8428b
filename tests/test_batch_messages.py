"""BATCH messages, run whole: their records go the way that RECORD messages go."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.whole_runs import TABLES, order, records, rows, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.whole_runs import Finished, Runner

    Stored = Callable[[str], list[dict[str, Any]]]
    Writer = Callable[[str, Iterable[Mapping[str, Any]]], dict[str, Any]]

ORDERS = schema("orders", "order_id", keys=["order_id"])
KINDS = ["plain", "gzip", "parquet"]
STATUS = Path("/proc/self/status")
MEASURED = f"""
import runpy, sys

try:
    runpy.run_module("target_triplewhale", run_name="__main__", alter_sys=True)
finally:
    sys.stderr.write(open("{STATUS}").read())
"""
"""Runs the target and tells its peak; what `resource` tells has the parent's in it."""

TAP = '''
"""A tap as people write them, with the SDK's own BATCH messages."""

from singer_sdk import Stream, Tap
from singer_sdk import typing as th


class Customers(Stream):
    name = "customers"
    primary_keys = ("customer_id",)
    schema = th.PropertiesList(
        th.Property("customer_id", th.StringType),
        th.Property("created_at", th.DateTimeType),
    ).to_dict()

    def get_records(self, context):
        for number in range(25):
            yield {"customer_id": f"C-{number}", "created_at": "2026-03-04T05:06:07Z"}


class Customary(Tap):
    name = "tap-customary"
    config_jsonschema = th.PropertiesList().to_dict()

    def discover_streams(self):
        return [Customers(self)]


Customary.cli()
'''


def _file(path: Path, kind: str, found: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Write records into a file, and return the encoding of it."""
    content = b"".join(json.dumps(one).encode() + b"\n" for one in found)
    if kind == "parquet":
        parquet.write_table(pa.Table.from_pylist([dict(one) for one in found]), path)
        return {"format": "parquet"}
    path.write_bytes(gzip.compress(content, mtime=0) if kind == "gzip" else content)
    return {"format": "jsonl", "compression": "gzip" if kind == "gzip" else "none"}


@pytest.fixture
def batch(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Write files of records, and return the BATCH message that names them."""

    def write(
        stream: str, *files: Iterable[Mapping[str, Any]], kind: str = "gzip"
    ) -> dict[str, Any]:
        folder = tmp_path / "batches"
        folder.mkdir(exist_ok=True)
        start, encoding = len(list(folder.iterdir())), {}
        paths = [folder / f"{stream}-{start + index}" for index in range(len(files))]
        for path, found in zip(paths, files, strict=True):
            encoding = _file(path, kind, found)
        manifest = [path.as_uri() for path in paths]
        return {"type": "BATCH", "stream": stream, "encoding": encoding, "manifest": manifest}

    return write


@pytest.fixture
def alike(run: Runner, tmp_path: Path) -> Callable[..., Finished]:
    """Run twice into sandboxes of their own, and demand that both runs end alike."""

    def compare(by_record: list[Any], by_batch: list[Any], **config: Any) -> Finished:
        ended, kept = [], []
        for name, lines in (("record", by_record), ("batch", by_batch)):
            done = run(lines, api_url=f"sandbox:///{name}.db", **config)
            for one in done.rejects:
                del one["rejected"]["at"], one["rejected"]["read_at"]
            routes = done.report["routes"]
            ended.append((done.code, done.states, routes, done.rejects))
            kept.append([rows(tmp_path / f"{name}.db", table) for table in TABLES.values()])
        assert ended[0] == ended[1]
        assert kept[0] == kept[1]
        assert any(kept[0]), done.log
        return done

    return compare


def full_order(number: int, **changes: Any) -> dict[str, Any]:
    """Return an order that leaves nothing to be filled in by the run's own clock."""
    return order(number, updated_at="2026-03-05T00:00:00Z", **changes)


# The same way


@pytest.mark.parametrize("kind", KINDS)
def test_records_by_batch_end_as_records_by_line(
    kind: str, batch: Any, alike: Callable[..., Finished]
) -> None:
    """In the sandbox, in the counts, in the rejects file and in STATE."""
    found = [full_order(number, currency="" if number == 5 else "EUR") for number in range(9)]
    found.append(full_order(3, order_revenue=99.5))
    by_record = [ORDERS, *records("orders", *found), state(a=1)]
    by_batch = [ORDERS, batch("orders", found[:4], found[4:], kind=kind), state(a=1)]
    done = alike(by_record, by_batch)
    expected = {"read": 10, "delivered": 8, "superseded": 1, "rejected": 1}
    assert done.counts("orders:orders") == expected


def test_stream_maps_where_and_several_routes_apply(
    batch: Any, alike: Callable[..., Finished]
) -> None:
    """In the SDK's own targets the records of a BATCH pass by the stream maps."""
    people = [
        {
            "id": str(number),
            "mail": f"buyer{number}@example.com",
            "kind": "lead" if number % 2 else "other",
            "at": "2026-03-04T05:06:07Z" if number != 7 else "yesterday",
        }
        for number in range(1, 13)
    ]
    config = {
        "stream_maps": {
            "people": {
                "__alias__": "contacts",
                "__filter__": "record['id'] != '4'",
                "name": "'Buyer ' + record['id']",
            }
        },
        "streams": {
            "contacts": [
                {
                    "endpoint": "customers",
                    "fields": {"customer_id": "id", "first_name": "name", "created_at": "at"},
                },
                {
                    "endpoint": "events",
                    "where": "kind == 'lead'",
                    "defaults": {"type": "lead"},
                    "fields": {"profileIdentifiers.email": "mail", "timestamp": "at"},
                },
            ]
        },
    }
    start = schema("people", "id", "mail", "kind", "at", keys=["id"])
    done = alike(
        [start, *records("people", *people), state(a=1)],
        [start, batch("people", people[:5]), batch("people", people[5:]), state(a=1)],
        is_whole=False,  # the report counts by the stream's new name
        **config,
    )
    assert done.counts("contacts:customers")["filtered"] == 1
    assert done.counts("contacts:customers")["rejected"] == 1
    assert done.counts("contacts:events")["filtered"] == 6


def test_a_stream_that_is_skipped_is_counted(batch: Any, run: Runner) -> None:
    """Filtered, like its records would be."""
    lines = [schema("calendars", "id"), batch("calendars", [{"id": "1"}, {"id": "2"}])]
    done = run(lines, unmapped_streams="skip")
    assert done.code == 0
    assert done.counts("skipped") == {"read": 2, "filtered": 2}


def test_rejects_of_a_batch_can_be_sent_again(
    batch: Any, run: Runner, stored: Stored, tmp_path: Path
) -> None:
    """The rejects file holds them as the RECORD messages that they might have been."""
    file = tmp_path / "odd.jsonl"
    file.write_bytes(
        b'{ "order_id":"A-1", "customer":{"id":"C","email":"a@example.com"},'
        b'"created_at":"2026-03-04T05:06:07Z",'
        b'"order_revenue":1.10,"note":"\\u00e9 \xc3\xa9","n":NaN }\r\n'
    )
    message = {
        "type": "BATCH",
        "stream": "orders",
        "encoding": {"format": "jsonl"},
        "manifest": [str(file)],
    }
    text = order(2, currency=None)
    assert run([ORDERS, message, batch("orders", [text], kind="parquet")]).code == 0
    (rejects,) = tmp_path.glob("rejects/*.jsonl")
    assert file.read_bytes().strip() in rejects.read_bytes()
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "currency": "EUR"}))
    done = run.execute(["rejects", "retry", str(rejects), "--config", "config.json"], b"")
    assert done.code == 0, done.log
    assert [one["order_id"] for one in stored("orders_table")] == ["A-1", "A-2"]


def test_batches_and_records_may_alternate(batch: Any, run: Runner, stored: Stored) -> None:
    """The last version of an order counts, however it came."""
    lines = [ORDERS, *records("orders", order(1, order_revenue=1.0))]
    lines += [batch("orders", [order(1, order_revenue=2.0)]), state(a=1)]
    lines += [*records("orders", order(2, order_revenue=3.0))]
    lines += [batch("orders", [order(2, order_revenue=4.0), order(1, order_revenue=5.0)])]
    done = run([*lines, state(a=2)], is_whole=False)
    assert done.states[-1] == {"a": 2}
    found = {one["order_id"]: one["order_revenue"] for one in stored("orders_table")}
    assert found == {"A-1": 5.0, "A-2": 4.0}


def test_a_tap_of_the_sdk_that_writes_batches(run: Runner, stored: Stored, tmp_path: Path) -> None:
    """What it prints goes in as it is; it says `none`, and writes gzip all the same."""
    (tmp_path / "tap.py").write_text(TAP)
    encoding = {"format": "jsonl", "compression": "none"}
    batches = {"encoding": encoding, "storage": {"root": "batches"}, "batch_size": 10}
    (tmp_path / "tap.json").write_text(json.dumps({"batch_config": batches}))
    tap = subprocess.run(
        [sys.executable, "tap.py", "--config", "tap.json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    lines = tap.stdout.splitlines()
    assert sum(json.loads(line)["type"] == "BATCH" for line in lines) == 3
    done = run(lines)
    assert done.code == 0, done.log
    assert done.counts("customers:customers") == {"read": 25, "delivered": 25}
    assert len(stored("customers_table")) == 25
    assert len(list((tmp_path / "batches").iterdir())) == 3


# STATE, and what goes wrong


def test_state_waits_for_the_records_of_a_batch(batch: Any, run: Runner) -> None:
    """Here one of them ends the run, and STATE stays before its BATCH."""
    lines = [ORDERS, batch("orders", [order(1), order(2)]), state(a=1)]
    lines += [batch("orders", [order(3), order(4, currency="")]), state(a=2)]
    done = run(lines, max_rejects=0, batch_size_rows=1, is_whole=False)
    assert done.code == 1
    assert done.states == [{"a": 1}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(b"{}\n", mtime=0)[:-9], "it is cut short"),
        (gzip.compress(b'{}\n{"order_id": "s3cret', mtime=0), "it is cut short in line 2"),
        (b"{}\n", "it is not gzip"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_ends_the_run(
    content: bytes | None, told: str, batch: Any, run: Runner, tmp_path: Path
) -> None:
    """With the line of the input, the stream and the file; STATE stays before it."""
    message = batch("orders", [order(2)])
    file = next((tmp_path / "batches").iterdir())
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    lines = [ORDERS, *records("orders", order(1)), state(a=1), message, state(a=2)]
    done = run(lines, batch_size_rows=1, is_whole=False)
    assert done.code == 1
    assert f"line 4 of the input: stream orders: the BATCH file {file}: {told}" in done.log
    assert "s3cret" not in done.log
    assert done.states == [{"a": 1}]


def test_a_batch_before_its_schema_is_the_mistake_that_a_record_is(batch: Any, run: Runner) -> None:
    """The tap is at fault, and the line is named."""
    message = batch("orders", [order(1)])
    done = run([schema("customers", "id"), message], is_whole=False)
    assert done.code == 1
    assert "line 2 of the input" in done.log
    assert "of stream orders before its SCHEMA" in done.log


def test_without_pyarrow_parquet_needs_an_extra_and_nothing_else_does(
    batch: Any, run: Runner, stored: Stored, tmp_path: Path
) -> None:
    """The sentence holds what to type."""
    stub = tmp_path / "stub/pyarrow"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("raise ImportError\n")
    paths = [str(stub.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {"PYTHONPATH": os.pathsep.join(paths)}
    lines = [ORDERS, batch("orders", [order(1)]), state(a=1)]
    lines += [batch("orders", [order(2)], kind="parquet"), state(a=2)]
    done = run(lines, env=env, batch_size_rows=1, is_whole=False)
    assert done.code == 1
    assert "pip install 'target-triplewhale[parquet]'" in done.log
    assert done.states == [{"a": 1}]
    assert [one["order_id"] for one in stored("orders_table")] == ["A-1"]


# Memory


def _wide(path: Path, kind: str) -> dict[str, Any]:
    """Write 200 MB of records of one wide column, and return their encoding."""
    texts = ["x" * 20_000 + str(number) for number in range(1000)]
    if kind == "gzip":
        block = "".join(f'{{"text":"{text}"}}\n' for text in texts).encode()
        with gzip.open(path, "wb", compresslevel=1) as file:
            for _ in range(10):
                file.write(block)
        return {"format": "jsonl", "compression": "gzip"}
    table = pa.table({"text": texts})
    # Pages end only where a batch of values does.
    options = {"use_dictionary": False, "write_batch_size": 50}
    with parquet.ParquetWriter(path, table.schema, **options) as writer:
        for _ in range(10):
            writer.write_table(table)
    return {"format": "parquet"}


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells the peak of one program alone")
@pytest.mark.parametrize("kind", ["gzip", "parquet"])
def test_a_file_larger_than_the_memory_it_takes(kind: str, tmp_path: Path) -> None:
    """Taps write gigabytes into one; the peak is that of this one process."""
    encoding = _wide(tmp_path / "wide", kind)
    message = {"type": "BATCH", "stream": "notes", "encoding": encoding, "manifest": ["wide"]}
    lines = [schema("notes", "text"), message, state(a=1)]
    (tmp_path / "input").write_text("".join(json.dumps(line) + "\n" for line in lines))
    config = {
        "shop": "example.myshopify.com",
        "api_url": "sandbox:///a.db",
        "unmapped_streams": "skip",
        "batch_size_rows": 50,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    arguments = ["--config", "config.json", "--input", "input"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert json.loads(done.stdout) == {"a": 1}, done.stderr
    assert "10000 read; 10000 filtered" in done.stderr
    peak = int(done.stderr.split("VmHWM:")[1].split()[0])
    assert peak < 240_000
