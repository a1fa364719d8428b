"""The streams of the input: each as its last SCHEMA told of it, and where its records go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        keys = told[1] if isinstance(told[1], list) else []
        self._keys = [key for key in keys if isinstance(key, str)]
        self._parts = sum(way.sink.parts() for way in self.ways) + self.is_removed

    def parts_of(self, only: str | None) -> int:
        """Return in how many parts a record ends, on all routes or the only one that it is for."""
        return sum(way.sink.parts(only) for way in self.ways) if only else self._parts

    def key_of(self, record: object) -> str:
        """Return the values of the keys that its SCHEMA names, empty where one is missing."""
        if not self._keys or not isinstance(record, dict):
            return ""
        values = [record.get(key) for key in self._keys]
        return "" if None in values else f"key {values}"

    def take(self, record: object, source: Source) -> None:
        """Take a record through the stream maps, each to its sink."""
        for stream_map, sink in self.ways:
            if not isinstance(record, dict):
                sink.leave_out(source, "unreadable", "is no object of columns and values")
                continue
            # The SDK's stream maps strip the column.
            is_gone = bool(record.get("_sdc_deleted_at"))
            take = sink.take_gone if is_gone else sink.take
            if stream_map is None or (is_gone and not sink.voids):
                take(record, source)
            else:
                _take_mapped(stream_map, sink, record, source, take)


def _take_mapped(
    stream_map: StreamMap,
    sink: TripleWhaleSink,
    record: dict[str, Any],
    source: Source,
    take: Callable[[dict[str, Any], Source], None],
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
        take(mapped, source)
