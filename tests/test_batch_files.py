"""The files of BATCH messages: each record once, as JSON, in little memory, or a sentence."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from singer_sdk.contrib.batch_encoder_jsonl import JSONLinesBatcher
from singer_sdk.contrib.batch_encoder_parquet import ParquetBatcher
from singer_sdk.helpers._batch import BaseBatchFileEncoding, BatchConfig, StorageTarget

from target_triplewhale import batch_files, parquet_rows
from target_triplewhale.batch_files import BatchUnreadable, lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSONL = {"format": "jsonl"}
GZIP = {"format": "jsonl", "compression": "gzip"}
PARQUET = {"format": "parquet"}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def written(path: Path, content: bytes) -> str:
    """Write a file and return its name."""
    path.write_bytes(content)
    return str(path)


def table(path: Path, columns: dict[str, Any], **options: Any) -> str:
    """Write a Parquet file and return its name."""
    parquet.write_table(pa.table(columns), path, **options)
    return str(path)


def read(encoding: object, *manifest: object) -> list[Any]:
    """Return all records of files."""
    return [json.loads(line) for line in lines(encoding, list(manifest))]


def problem(encoding: object, manifest: object) -> str:
    """Return the sentence that reading ends with."""
    with pytest.raises(BatchUnreadable) as raised:
        list(lines(encoding, manifest))
    return str(raised.value)


# JSON Lines


@pytest.mark.parametrize("encoding", [JSONL, {**JSONL, "compression": "none"}])
def test_files_are_read_one_after_the_other(tmp_path: Path, encoding: object) -> None:
    """The order of records is the order of their versions."""
    first = written(tmp_path / "a.jsonl", b'{"n": 1}\n{"n": 2}\n')
    second = written(tmp_path / "b.jsonl", b'{"n": 3}')
    empty = written(tmp_path / "c.jsonl", b"")
    assert [row["n"] for row in read(encoding, second, empty, first, first)] == [3, 1, 2, 1, 2]


@pytest.mark.parametrize("encoding", [GZIP, JSONL, {**JSONL, "compression": None}])
def test_gzip_is_known_by_its_mark(tmp_path: Path, encoding: object) -> None:
    """The SDK's taps write gzip whatever `compression` says."""
    parts = [gzip.compress(b'{"n": 1}\n{"n"', mtime=0), gzip.compress(b": 2}\n", mtime=0)]
    name = written(tmp_path / "a.gz", b"".join(parts))
    assert read(encoding, name) == [{"n": 1}, {"n": 2}]


def test_a_record_is_handed_on_byte_for_byte(tmp_path: Path) -> None:
    """The rejects file keeps what the tap wrote."""
    texts = [b'{ "a":1.10,"b":[1 ,2]}', '{"é":"\\u00e9"}'.encode(), b'{"n":NaN,"s":"\\ud800"}']
    name = written(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + b"\r\n\n \n".join(texts) + b"\n")
    assert list(lines(JSONL, [name])) == texts


@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=5))
def test_what_the_sdk_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]]
) -> None:
    """Its writer is the one that taps use."""
    encoding = BaseBatchFileEncoding("jsonl", "gzip")
    storage = StorageTarget(f"file://{tmp_path_factory.getbasetemp()}")
    batcher = JSONLinesBatcher("tap", "users", BatchConfig(encoding, storage, batch_size=2))
    manifests = list(batcher.get_batches(iter(records)))
    assert [row for found in manifests for row in read(GZIP, *found)] == records


def test_a_file_is_read_no_further_than_its_records_are_taken(tmp_path: Path) -> None:
    """A file of gigabytes must not be in memory at once."""
    whole = gzip.compress(b'{"n": 1}\n' * 1_000_000, mtime=0)
    name = written(tmp_path / "a.gz", whole[: len(whole) // 2])
    found = lines(GZIP, [name])
    assert [next(found) for _ in range(1000)] == [b'{"n": 1}'] * 1000
    with pytest.raises(BatchUnreadable, match="cut short"):
        list(found)


# Names of files


def test_the_names_that_the_sdk_gives_files_are_found(tmp_path: Path) -> None:
    """Its addresses are percent-encoded for a plain root, and are not for a `file://` one."""
    folder = tmp_path / "50%25 of é#1?"
    folder.mkdir()
    written(folder / "a b.jsonl", b'{"n": 1}\n')
    for root in (str(folder), f"file://{folder}"):
        assert read(JSONL, StorageTarget(root).get_url("a b.jsonl")) == [{"n": 1}]


@pytest.mark.parametrize("place", ["{}/a.jsonl", "file://{}/a.jsonl", "FILE://{}/a.jsonl"])
def test_names_may_be_relative(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are to the SDK's own targets."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    written(tmp_path / "out/a.jsonl", b"{}\n")
    assert read(JSONL, place.format("out"), "file:" + str(tmp_path / "out/a.jsonl")) == [{}, {}]


def test_files_that_are_not_local_are_refused_without_their_address() -> None:
    """The API is the only place that the target talks to, and an address may hold a signature."""
    said = problem(JSONL, ["https://files.example/a?X-Signature=s3cret"])
    assert "lie at https://" in said
    assert "`storage.root`" in said
    assert "s3cret" not in said


def test_nothing_goes_out_while_one_file_is_missing(tmp_path: Path) -> None:
    """Half a batch would be sent again as a whole."""
    name = written(tmp_path / "a.jsonl", b"{}\n")
    with pytest.raises(BatchUnreadable, match="No such file or directory"):
        next(lines(JSONL, [name, str(tmp_path / "b.jsonl")]))


def test_files_stay_where_they_are(tmp_path: Path) -> None:
    """They are the tap's."""
    names = [
        written(tmp_path / "a.jsonl", b"{}\n"),
        table(tmp_path / "a.parquet", {"n": [1]}),
    ]
    assert read(JSONL, names[0]) + read(PARQUET, names[1]) == [{}, {"n": 1}]
    assert len(list(tmp_path.iterdir())) == 2


# What is wrong


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        (None, "format of its BATCH files is not named"),
        ("jsonl", "format of its BATCH files is not named"),
        ({"compression": "gzip"}, "format of its BATCH files is not named"),
        ({"format": "csv"}, "format of its BATCH files is 'csv'"),
        ({"format": ["jsonl"]}, "format of its BATCH files is"),
        ({"format": "jsonl", "compression": "zstd"}, "compression of its BATCH files is 'zstd'"),
        ({"format": "jsonl", "compression": 1}, "compression of its BATCH files is '1'"),
    ],
)
def test_an_encoding_that_is_not_read_is_told(encoding: object, told: str) -> None:
    """And what to set in its place."""
    said = problem(encoding, [])
    assert told in said
    assert "in the tap's `batch_config` set `encoding`" in said


@pytest.mark.parametrize("manifest", [None, "a.jsonl", {"a": 1}, [1], [""], [None]])
def test_a_manifest_is_a_list_of_names(manifest: object) -> None:
    """Anything else is the tap's mistake."""
    assert "`manifest` of its BATCH" in problem(JSONL, manifest)


@pytest.mark.parametrize(
    ("encoding", "content", "told"),
    [
        (JSONL, b'{"a": 1}\n{"a": "s3cret', "it is cut short in line 2"),
        (JSONL, b'{"a": 1}\n\n{"a": "s3cret\n{"a": 2}\n', "line 3: no valid JSON"),
        (JSONL, b'["s3cret"]\n', "line 1: no JSON object"),
        (JSONL, b'{"a": 1},"type":"s3cret"\n', "line 1: no valid JSON"),
        (JSONL, b'{"a": 1}{"a": "s3cret"}\n', "line 1: no valid JSON"),
        (JSONL, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n", "nested too deeply"),
        (JSONL, "{}\n{}\n".encode("utf-16"), "no valid JSON"),
        (GZIP, b"{}\n", "it is not gzip"),
        (GZIP, b"", "it is cut short"),
        (GZIP, gzip.compress(b"{}\n", mtime=0)[:-9], "it is cut short"),
        (GZIP, gzip.compress(b"{}\n", mtime=0)[:-8] + b"\0" * 8, "it is damaged gzip"),
        (GZIP, gzip.compress(b"{}\n", mtime=0)[:10] + b"\xff" * 20, "it is damaged gzip"),
        (GZIP, gzip.compress(b"{}\n", mtime=0) + b"s3cret", "it is damaged gzip"),
        (PARQUET, b"", "it is no Parquet file"),
        (PARQUET, b"{}\n", "it is no Parquet file"),
        (PARQUET, b"PAR1" + b"\0" * 20 + b"PAR1", "it is no Parquet file"),
    ],
)
def test_a_file_that_is_damaged_is_named(
    tmp_path: Path, encoding: object, content: bytes, told: str
) -> None:
    """With the line, and never with what the file holds."""
    name = written(tmp_path / "a.file", content)
    said = problem(encoding, [name])
    assert said.startswith(f"the BATCH file {name}: ")
    assert told in said
    assert "s3cret" not in said


def test_a_line_without_an_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of one JSON array of gigabytes."""
    monkeypatch.setattr(batch_files, "MAX_LINE", 1024**2)
    name = written(tmp_path / "a.jsonl", b"{}\n[" + b"1," * 1024**2)
    assert "line 2 is longer than 1 MiB" in problem(JSONL, [name])


@pytest.mark.parametrize("encoding", [JSONL, PARQUET])
def test_a_folder_is_no_file(tmp_path: Path, encoding: object) -> None:
    """Nor is anything else that would be waited for without end."""
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe"):
        assert f"the BATCH file {place}: it is no file" in problem(encoding, [str(place)])


@pytest.mark.parametrize("encoding", [JSONL, PARQUET])
def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, encoding: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the system's own words; root may read anything, so it is played."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "s3cret")

    name = written(tmp_path / "a", b"{}\n")
    monkeypatch.setattr("pathlib.Path.open", refuse)
    monkeypatch.setattr("target_triplewhale.parquet_rows.ParquetFile", refuse)
    said = problem(encoding, [name])
    assert said.startswith(f"the BATCH file {name}: Permission denied. The target must see")


def test_a_name_that_no_file_can_have_is_told() -> None:
    """A traceback would say less."""
    assert "no possible name" in problem(JSONL, ["a\0b"])
    assert "File name too long" in problem(JSONL, ["file:///" + "a" * 5000])


# Parquet


def test_rows_become_the_json_of_their_values(tmp_path: Path) -> None:
    """Times as ISO 8601, decimals and large numbers to the last digit, no binary noise."""
    zoned = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)
    columns = {
        "text": ["é", None],
        "whole": pa.array([2**64 - 1, None], pa.uint64()),
        "single": pa.array([10.1, float("nan")], pa.float32()),
        "double": [0.1, float("inf")],
        "flag": [True, None],
        "nothing": pa.nulls(2),
        "naive": pa.array([zoned.replace(tzinfo=None), None], pa.timestamp("ms")),
        "utc": pa.array([zoned, None], pa.timestamp("us", "UTC")),
        "berlin": pa.array([zoned, None], pa.timestamp("s", "Europe/Berlin")),
        "day": [date(2026, 3, 4), None],
        "clock": pa.array([time(5, 6, 7), None], pa.time32("s")),
        "id": pa.array([Decimal("12345678901234567890.00"), None], pa.decimal128(38, 2)),
        "price": pa.array([Decimal("10.10"), Decimal("1E-8")], pa.decimal128(38, 8)),
        "word": pa.array(["a", None]).dictionary_encode(),
        "bytes": pa.array([b"text", None], pa.binary()).dictionary_encode(),
        "uuid": pa.array([bytes(range(16)), None], pa.uuid()),
    }
    first, second = lines(PARQUET, [table(tmp_path / "a.parquet", columns)])
    assert first.decode() == (
        '{"text":"é","whole":18446744073709551615,"single":10.1,"double":0.1,"flag":true,'
        '"nothing":null,"naive":"2026-03-04T05:06:07.890","utc":"2026-03-04T05:06:07.890000Z",'
        '"berlin":"2026-03-04T06:06:07.000+01:00","day":"2026-03-04","clock":"05:06:07.000",'
        '"id":12345678901234567890,"price":10.1,"word":"a","bytes":"text",'
        '"uuid":"00010203-0405-0607-0809-0a0b0c0d0e0f"}'
    )
    filled = {name: value for name, value in json.loads(second).items() if value is not None}
    assert filled == {"price": 1e-8}
    assert b'"price":0.00000001' in second


def test_nested_columns_become_nested_json(tmp_path: Path) -> None:
    """As deep as they go, with the same care for each value."""
    at = datetime(2026, 3, 4, tzinfo=UTC)
    item = pa.struct([("at", pa.timestamp("ms", "UTC")), ("price", pa.decimal128(9, 2))])
    columns = {
        "items": pa.array([[{"at": at, "price": Decimal("1.50")}, None], None], pa.list_(item)),
        "wide": pa.array([[b"a"], []], pa.large_list(pa.large_binary())),
        "pair": pa.array([[1.1, 2.5], [1, 2]], pa.list_(pa.float32(), 2)),
        "by_name": pa.array(
            [[("a", Decimal("2.0")), ("b", None)], None], pa.map_(pa.string(), pa.decimal128(5, 1))
        ),
        "by_number": pa.array(
            [[(Decimal("7.50"), "x")], []], pa.map_(pa.decimal128(5, 2), pa.string())
        ),
    }
    assert read(PARQUET, table(tmp_path / "a.parquet", columns)) == [
        {
            "items": [{"at": "2026-03-04T00:00:00.000Z", "price": 1.5}, None],
            "wide": ["a"],
            "pair": [1.1, 2.5],
            "by_name": {"a": 2, "b": None},
            "by_number": {"7.5": "x"},
        },
        {"items": None, "wide": [], "pair": [1.0, 2.0], "by_name": None, "by_number": {}},
    ]


def test_bytes_that_are_no_text_pass_for_none(tmp_path: Path) -> None:
    """A column that no route uses harms nothing; where one is used, its record is rejected."""
    columns = {"fixed": pa.array([b"\xff\x00"], pa.binary(2)), "any": [b"\xfe"]}
    assert read(PARQUET, table(tmp_path / "a.parquet", columns)) == [
        {"fixed": {"base64": "/wA="}, "any": {"base64": "/g=="}}
    ]


def test_a_time_that_no_calendar_has_costs_no_other_record(tmp_path: Path) -> None:
    """Databases export `infinity`; only a field that uses it may mind."""
    columns = {"at": pa.array([2**62, 0], pa.timestamp("us")), "n": [1, 2]}
    first, second = read(PARQUET, table(tmp_path / "a.parquet", columns))
    assert "out of range" in first["at"]
    assert second == {"at": "1970-01-01T00:00:00.000000", "n": 2}


def test_times_of_older_writers_keep_their_year(tmp_path: Path) -> None:
    """INT96 counts nanoseconds, which end in 2262; Spark writes 9999-12-31 for `never`."""
    columns = {"at": pa.array([datetime(9999, 12, 31)], pa.timestamp("us"))}  # noqa: DTZ001
    name = table(tmp_path / "a.parquet", columns, use_deprecated_int96_timestamps=True)
    assert read(PARQUET, name) == [{"at": "9999-12-31T00:00:00.000000"}]


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "brotli", "lz4"])
def test_every_codec_and_all_row_groups_are_read(tmp_path: Path, codec: str) -> None:
    """Inside of a Parquet file compression is the file's own affair."""
    columns = {"n": list(range(1001))}
    name = table(tmp_path / "a.parquet", columns, compression=codec, row_group_size=100)
    found = read({**PARQUET, "compression": codec}, name)
    assert found == [{"n": number} for number in range(1001)]


def test_the_sdks_parquet_is_read(tmp_path: Path) -> None:
    """Its name ends in `.gz` where `gzip` is asked for, and yet it is Parquet."""
    encoding = BaseBatchFileEncoding("parquet", "gzip")
    storage = StorageTarget(f"file://{tmp_path}")
    batcher = ParquetBatcher("tap", "users", BatchConfig(encoding, storage, batch_size=2))
    rows = [{"id": number, "tags": ["a", None], "of": {"x": 1.5}} for number in range(3)]
    manifests = list(batcher.get_batches(iter(rows)))
    assert [row for found in manifests for row in read(PARQUET, *found)] == rows


def test_a_batch_of_rows_is_bounded_by_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows may be wide: five hundred of a megabyte each are too many."""
    taken: list[int] = []
    iterate = parquet.ParquetFile.iter_batches

    def counting(file: Any, size: int, **options: Any) -> Iterator[Any]:
        for batch in iterate(file, size, **options):
            taken.append(batch.num_rows)
            yield batch

    monkeypatch.setattr(parquet.ParquetFile, "iter_batches", counting)
    wide = {"blob": [os.urandom(300_000).hex() for _ in range(20)]}
    assert len(read(PARQUET, table(tmp_path / "a.parquet", wide))) == 20
    assert max(taken) * 600_000 <= parquet_rows.BATCH_BYTES
    taken.clear()
    narrow = {"n": list(range(1200))}
    assert len(read(PARQUET, table(tmp_path / "b.parquet", narrow))) == 1200
    assert max(taken) == parquet_rows.BATCH_ROWS


def test_text_that_is_none_ends_with_a_sentence(tmp_path: Path) -> None:
    """As it does in JSON Lines."""
    bad = pa.Array.from_buffers(pa.string(), 1, [None, *pa.array([b"\xff"]).buffers()[1:]])
    name = table(tmp_path / "a.parquet", {"a": bad})
    assert "it holds text that is not UTF-8" in problem(PARQUET, [name])


def test_a_torn_parquet_file_is_told(tmp_path: Path) -> None:
    """Wherever the write was cut off, or the disk has lost a page."""
    name = table(tmp_path / "a.parquet", {"a": [f"{number}" for number in range(1000)]})
    whole = (tmp_path / "a.parquet").read_bytes()
    for content in (whole[:-1], whole[: len(whole) // 2], whole[:8] + b"\xff" * 99 + whole[107:]):
        written(tmp_path / "a.parquet", content)
        assert "it is no Parquet file, or not a whole one" in problem(PARQUET, [name])


def test_what_pyarrow_cannot_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file may be whole all the same, as one that is compressed with LZO is."""

    def refuse(*_: object, **__: object) -> None:
        raise pa.ArrowNotImplementedError("s3cret")

    monkeypatch.setattr("target_triplewhale.parquet_rows.ParquetFile", refuse)
    said = problem(PARQUET, [table(tmp_path / "a.parquet", {"a": [1]})])
    assert "a kind of column or compression that is not read" in said
