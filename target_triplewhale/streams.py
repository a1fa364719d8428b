"""The streams of the input: each as its last SCHEMA told of it, and where its records go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.mapper import StreamMap

    from target_triplewhale.journal.rejects import Source
    from target_triplewhale.sinks import TripleWhaleSink


class Way(NamedTuple):
    """A stream map, if it changes anything, and its sink."""

    stream_map: StreamMap | None
    sink: TripleWhaleSink


class Stream:
    """A stream of the input; `told` is what its SCHEMA says, to know one that says the same."""

    def __init__(
        self, name: str, schema_line: bytes, told: tuple[Any, Any], ways: Sequence[Way | None]
    ) -> None:
        """Take the stream's ways, with None for a stream map that removes it."""
        self.name = name
        self.schema_line = schema_line
        self.told = told
        self.given_ways = ways
        self.is_removed = None in ways
        self.ways = [way for way in ways if way]
        self._parts = sum(way.sink.parts() for way in self.ways) + self.is_removed

    def parts_of(self, only: str | None) -> int:
        """Return in how many parts a record ends, on all routes or the only one that it is for."""
        return sum(way.sink.parts(only) for way in self.ways) if only else self._parts

    def take(self, record: object, source: Source) -> None:
        """Take a record through the stream maps, each to its sink."""
        for stream_map, sink in self.ways:
            if not isinstance(record, dict):
                sink.leave_out(source, "unreadable", "is no object of columns and values")
            elif record.get("_sdc_deleted_at"):
                sink.leave_out(source)
            elif stream_map is None:
                sink.take(record, source)
            else:
                _take_mapped(stream_map, sink, record, source)


def _take_mapped(
    stream_map: StreamMap, sink: TripleWhaleSink, record: dict[str, Any], source: Source
) -> None:
    try:
        mapped = stream_map.transform(record.copy())
    except Exception as error:  # noqa: BLE001  (a stream map may fail in any way)
        problem = f"the stream map fails on this record ({type(error).__name__})"
        sink.leave_out(source, "stream_map", problem)
        return
    if mapped is None:
        sink.leave_out(source)
    else:
        sink.take(mapped, source)
