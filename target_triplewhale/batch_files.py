"""The files of BATCH messages, read as the JSON text of one record after the other."""

from __future__ import annotations

import gzip
import io
import os
import stat
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

from target_triplewhale import messages
from target_triplewhale.errors import cause

if TYPE_CHECKING:
    from collections.abc import Iterator

GZIP_MARK = b"\x1f\x8b"
BUFFER = 256 * 1024
MAX_LINE = 64 * 1024 * 1024
"""A longer line is no record: it bounds what a file without line ends takes of the memory."""

AGAIN = "Let the tap write it again"
SEEN = "The target must see and read what the tap has written, until the run has ended"


class BatchUnreadable(ValueError):
    """A BATCH message, or a file it names, cannot be read; the text says why and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


def lines(encoding: object, manifest: object) -> Iterator[bytes]:
    """Yield each record as one line of JSON that is one object, file after file, as they come.

    A file that is missing is found before the first record goes out. Files are the tap's: they
    are left where they are.
    """
    file_format, compression = _known(encoding)
    for path in _paths(manifest):
        if file_format == "jsonl":
            yield from _json_lines(path, is_gzip=compression == "gzip")
        else:
            yield from _parquet_rows(path)


def _known(encoding: object) -> tuple[str, str]:
    """Return format and compression; of Parquet files the latter is their own affair."""
    found = cast("dict[str, Any]", encoding) if isinstance(encoding, dict) else {}
    file_format = found.get("format")
    compression = found.get("compression") or "none"
    remedy = "in the tap's `batch_config` set `encoding` to"
    if file_format not in ("jsonl", "parquet"):
        told = _short(file_format) if file_format else "not named"
        raise BatchUnreadable(
            "TW-BATCH-FORMAT",
            f"the format of its BATCH files is {told}: {remedy} format jsonl or parquet",
        )
    if file_format == "jsonl" and compression not in ("gzip", "none"):
        raise BatchUnreadable(
            "TW-BATCH-FORMAT",
            f"the compression of its BATCH files is {_short(compression)}: {remedy} format jsonl "
            "with compression gzip or none",
        )
    return file_format, compression


def _short(told: object) -> str:
    return repr(str(told)[:40])


# Paths


def _paths(manifest: object) -> list[Path]:
    if not isinstance(manifest, list):
        raise BatchUnreadable(
            "TW-BATCH-MANIFEST", "the `manifest` of its BATCH is no list of files"
        )
    return [_there(_path(place)) for place in manifest]


def _there(path: Path) -> Path:
    """Return the path of a file, or raise BatchUnreadable where there is none."""
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise _failed(path, error, "it has no possible name") from None
    if not is_file:
        raise _unreadable(path, "it is no file", SEEN)
    return path


def _path(place: object) -> Path:
    if not isinstance(place, str) or not place:
        raise BatchUnreadable(
            "TW-BATCH-MANIFEST", "the `manifest` of its BATCH holds something that names no file"
        )
    scheme, is_url, rest = place.partition("://")
    if not is_url:
        return Path(place.removeprefix("file:"))
    if scheme.lower() != "file":
        # The rest of the address may hold a signature.
        raise BatchUnreadable(
            "TW-BATCH-NOT-LOCAL",
            f"its BATCH files lie at {scheme[:20]}://, and only local files are read: in the tap's "
            "`batch_config` set `storage.root` to a local folder (file:///...)",
        )
    return _local(rest)


def _local(name: str) -> Path:
    """Take a name as it is, else percent-decoded: the SDK writes one for `file://`, one for `/`."""
    try:
        Path(name).stat()
    except (OSError, ValueError):
        name = os.fsdecode(unquote_to_bytes(name))
    return Path(name)


# JSON Lines


def _json_lines(path: Path, *, is_gzip: bool) -> Iterator[bytes]:
    with _opened(path, is_gzip=is_gzip) as file:
        for number, line in enumerate(iter(partial(file.readline, MAX_LINE), b""), 1):
            text = (line.removeprefix(messages.BOM) if number == 1 else line).strip()
            if text:
                _check(text, path, number, is_ended=line.endswith(b"\n"))
                yield text


def _check(text: bytes, path: Path, number: int, *, is_ended: bool) -> None:
    """Raise BatchUnreadable where a line is not exactly one JSON object."""
    if len(text) >= MAX_LINE:
        problem = f"line {number} is longer than {MAX_LINE // 1024**2} MiB"
        raise _unreadable(path, problem, "JSON Lines have one record a line")
    try:
        messages.read(text)
    except messages.MessageUnreadable as unreadable:
        if not is_ended:
            raise _cut_short(path, f" in line {number}") from None
        remedy = "JSON Lines have one record a line, as an object"
        raise _unreadable(path, f"line {number}: {unreadable}", remedy) from None


@contextmanager
def _opened(path: Path, *, is_gzip: bool) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as file:
            yield _unpacked(file, path, is_gzip=is_gzip)
    except EOFError:
        raise _cut_short(path) from None
    except (gzip.BadGzipFile, zlib.error):
        raise _unreadable(path, "it is damaged gzip", AGAIN) from None
    except OSError as error:
        raise _failed(path, error, "it cannot be read") from None


def _unpacked(file: io.BufferedReader, path: Path, *, is_gzip: bool) -> IO[bytes]:
    """Unpack by the file's own mark: the SDK's taps write gzip whatever `compression` says."""
    mark = file.peek(len(GZIP_MARK))[: len(GZIP_MARK)]
    if mark == GZIP_MARK:
        unpacked = cast("io.RawIOBase", gzip.GzipFile(fileobj=file))
        return io.BufferedReader(unpacked, BUFFER)
    if is_gzip and not mark:
        raise _cut_short(path)
    if is_gzip:
        remedy = "In the tap's `batch_config` set the `compression` that the files have"
        raise _unreadable(path, "it is not gzip, as its `encoding` says", remedy)
    return file


# Parquet


def _parquet_rows(path: Path) -> Iterator[bytes]:
    try:
        from target_triplewhale import parquet_rows  # noqa: PLC0415  (an extra)
    except ImportError:
        raise BatchUnreadable(
            "TW-EXTRA-MISSING",
            "its BATCH files are Parquet, which needs an extra: "
            "pip install 'target-triplewhale[parquet]'",
        ) from None
    try:
        yield from parquet_rows.read(path)
    except parquet_rows.ParquetUnreadable as problem:
        raise _unreadable(path, f"{problem}", AGAIN) from None
    except OSError as error:
        raise _failed(path, error, parquet_rows.DAMAGED) from None


# Sentences


def _failed(path: Path, error: Exception, otherwise: str) -> BatchUnreadable:
    remedy = SEEN if getattr(error, "errno", None) else AGAIN
    return _unreadable(path, cause(error, otherwise), remedy)


def _cut_short(path: Path, where: str = "") -> BatchUnreadable:
    return _unreadable(path, f"it is cut short{where}", AGAIN)


def _unreadable(path: Path, problem: str, remedy: str) -> BatchUnreadable:
    return BatchUnreadable("TW-BATCH-FILE", f"the BATCH file {path}: {problem}. {remedy}")
