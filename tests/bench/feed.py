"""A tap of made-up records that costs next to nothing: `python -m tests.bench.feed orders 1000`."""

from __future__ import annotations

import json
import signal
import sys
from typing import TYPE_CHECKING, Any

from tests.bench.records import MARK, STREAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 1000
BEFORE_EACH = "schema-before-each"


def schema(stream: str) -> bytes:
    """Return the SCHEMA line."""
    properties = STREAMS[stream].properties
    return _line(
        type="SCHEMA",
        stream=stream,
        schema={"type": "object", "properties": properties},
        key_properties=[STREAMS[stream].key],
    )


def state(count: int) -> bytes:
    """Return the STATE line that ends an input."""
    return _line(type="STATE", value={"records": count})


def batch(stream: str, manifest: list[str]) -> bytes:
    """Return the BATCH line of gzipped files."""
    encoding = {"format": "jsonl", "compression": "gzip"}
    return _line(type="BATCH", stream=stream, encoding=encoding, manifest=manifest)


def messages(stream: str, count: int, *, before_each: bytes = b"") -> Iterator[bytes]:
    """Return RECORD lines, many in one piece, each after `before_each`."""
    record = STREAMS[stream].record
    return _pieces(
        [
            before_each + _line(type="RECORD", stream=stream, record=record(number))
            for number in range(BLOCK)
        ],
        count,
    )


def bare_records(stream: str, count: int) -> Iterator[bytes]:
    """Return records without a message around them, as BATCH files hold them."""
    record = STREAMS[stream].record
    return _pieces([_line(**record(number)) for number in range(BLOCK)], count)


def _pieces(block: list[bytes], count: int) -> Iterator[bytes]:
    whole = b"".join(block)
    for start in range(0, count, BLOCK):
        piece = whole if count - start >= BLOCK else b"".join(block[: count - start])
        yield piece.replace(MARK.encode(), b"%05d" % (start // BLOCK))


def _line(**message: Any) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def main(stream: str, count: str, *options: str) -> None:
    """Write a whole input."""
    # Who reads this may stop early, and Ctrl-C stops all: neither is a fault of the feed.
    for number in (signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    head = schema(stream)
    sys.stdout.buffer.write(head)
    before_each = head if BEFORE_EACH in options else b""
    for piece in messages(stream, int(count), before_each=before_each):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.write(state(int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
