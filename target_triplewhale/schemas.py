"""What the input has told of its streams: the last SCHEMA of each, and where its records go."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

from singer_sdk.exceptions import InvalidJSONSchema
from singer_sdk.mapper import RemoveRecordTransform, SameRecordTransform
from singer_sdk.sinks.core import JSONSchemaValidator

from target_triplewhale.errors import InputBroken, RunEnded
from target_triplewhale.streams import Stream, Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk.mapper import PluginMapper, StreamMap
    from singer_sdk.sinks import Sink

    from target_triplewhale.messages import Message
    from target_triplewhale.sinks import TripleWhaleSink


class Schemas:
    """The streams of an input, by name."""

    def __init__(self, mapper: PluginMapper, get_sink: Callable[..., Sink]) -> None:
        """Take the stream maps, and what returns a stream's sink."""
        self._mapper = mapper
        self._get_sink = get_sink
        self._streams: dict[str, Stream] = {}

    def stream(self, name: str) -> Stream | None:
        """Return a stream as its last SCHEMA told of it; None where none has."""
        return self._streams.get(name)

    def take(self, name: str, line: bytes, message: Message, number: int) -> None:
        """Take in a SCHEMA, of the given line of the input; one that says the same costs little."""
        known = self._streams.get(name)
        if known and known.schema_line == line:
            return
        told = (message.schema, message.key_properties)
        if known and known.told == told:
            ways = known.given_ways
        else:
            _check(name, message.schema, number)
            ways = self._ways(name, *told)
        self._streams[name] = Stream(name, line, told, ways)

    def forget(self, name: str) -> None:
        """Let the next SCHEMA of a stream be its first."""
        self._streams.pop(name, None)

    def forget_all(self) -> None:
        """Begin anew."""
        self._streams.clear()

    def _ways(self, stream: str, schema: Any, keys: Any) -> list[Way | None]:
        """Register a stream, and return where its records go."""
        keys = keys if isinstance(keys, list) else []
        self._register(stream, schema, [key for key in keys if isinstance(key, str)])
        return [self._way(stream_map) for stream_map in self._mapper.stream_maps[stream]]

    def _register(self, stream: str, schema: dict[str, Any], keys: list[str]) -> None:
        try:
            self._mapper.register_raw_stream_schema(stream, copy.deepcopy(schema), keys)
        except Exception as error:  # noqa: BLE001  (the mapper evaluates what a user wrote)
            raise RunEnded(
                "TW-STREAM-MAPS",
                f"stream {stream}: setting `stream_maps` cannot be applied to it "
                f"({type(error).__name__})",
            ) from None

    def _way(self, stream_map: StreamMap) -> Way | None:
        """Return a stream map, unless it changes nothing, with its sink; None if it removes all."""
        if isinstance(stream_map, RemoveRecordTransform):
            return None
        sink = self._get_sink(
            stream_map.stream_alias,
            schema=stream_map.transformed_schema,
            key_properties=stream_map.transformed_key_properties,
        )
        changes = type(stream_map) is not SameRecordTransform or stream_map.flattening_enabled
        return Way(stream_map if changes else None, cast("TripleWhaleSink", sink))


def _check(stream: str, schema: Any, number: int) -> None:
    """Raise InputBroken where a SCHEMA tells nothing that can be used."""
    problem = ""
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        problem = "has no `properties`"
    else:
        try:
            JSONSchemaValidator(schema)
        except InvalidJSONSchema:
            problem = "is no JSON Schema"
    if problem:
        raise InputBroken("TW-INPUT-SCHEMA", number, f"the schema of {stream} {problem}")
