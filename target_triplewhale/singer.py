"""The Singer side: every message type, when STATE may go out, and signals.

The only file that touches the SDK's private side.
"""

from __future__ import annotations

import copy
import logging
import signal
import time
from typing import TYPE_CHECKING, Any, NoReturn, cast

from singer_sdk._logging import _setup_console_logging
from singer_sdk.exceptions import InvalidJSONSchema, RecordsWithoutSchemaException
from singer_sdk.mapper import RemoveRecordTransform
from singer_sdk.plugin_base import _plugin_log_level
from singer_sdk.sinks.core import JSONSchemaValidator
from singer_sdk.target_base import Target

from target_triplewhale import messages
from target_triplewhale.errors import InputBroken, RecordBeforeSchema, RunEnded, UsageError
from target_triplewhale.journal.rejects import Source
from target_triplewhale.reader import LineReader
from target_triplewhale.sinks import Collaborators, Offer, TripleWhaleSink

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from singer_sdk.mapper import StreamMap

    from target_triplewhale.messages import Message
    from target_triplewhale.states import States

logger = logging.getLogger("target-triplewhale")

FLUSH_SECONDS = 30.0
"""Age at which records that fill no batch are sent all the same."""
FLUSH_RECORDS = 50_000
"""Records from the oldest unsent one on, at which all are sent: it bounds what is kept of them."""


class NoSchemaYet(RecordBeforeSchema, RecordsWithoutSchemaException):
    """A RECORD before its SCHEMA, also under the SDK's own name for it."""


class SingerTarget(Target):
    """A target that gives every record a number, and STATE only what has ended."""

    message_reader_class = LineReader
    message_reader: LineReader
    collaborators: Collaborators
    states: States

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config=config, validate_config=False)
        self._schema_lines: dict[str, bytes] = {}
        self._oldest_unsent: float | None = None

    def setup_mapper(self) -> None:
        """Read the stream maps; what is wrong with them is a wrong setting."""
        try:
            super().setup_mapper()
        except Exception as error:  # noqa: BLE001  (the mapper evaluates what a user wrote)
            raise UsageError(
                f"setting `stream_maps` cannot be used ({type(error).__name__})"
            ) from None

    def process_endofpipe(self) -> None:
        """Deliver what is left, emit the last STATE, and fail if too much was rejected."""
        run = self.collaborators
        self._drain(self._all_sinks())
        for sink in self._all_sinks():
            sink.clean_up()
        run.journal.allowance.release()
        run.journal.tally.check()
        self.emit_state(is_last=True)
        run.journal.warn_of_superseded()
        for name, stream in run.routes.misnamed():
            logger.warning("streams.%s does nothing: the stream is called %s", name, stream)
        if failure := run.journal.allowance.verdict(run.journal.tally):
            raise failure

    def emit_state(self, *, is_last: bool = False) -> None:
        """Emit the newest STATE that is true."""
        run = self.collaborators
        self.states.emit(run.journal.allowance.hold(run.mark.settled), is_last=is_last)

    def stop_on_signals(self) -> None:
        """Let SIGINT and SIGTERM end the run at the next safe point."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_termination)

    def _setup_signal_handlers(self) -> None:
        """Leave signals alone until a run asks for them."""

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Wake the reader or the wait for an answer; elsewhere the next such wait looks."""
        self.message_reader.signal = signum
        if self.message_reader.is_waiting or self.collaborators.delivery.is_waiting:
            self.message_reader.stop_if_signalled()

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:  # noqa: ARG002
        """Settings are checked before they get here."""
        return []

    # Messages

    def _process_schema_message(self, message: Message) -> None:  # type: ignore[override]
        stream = self._stream(message)
        line = self.message_reader.line
        if self._schema_lines.get(stream) == line:
            return
        self._check_schema(stream, message.schema)
        keys = message.key_properties if isinstance(message.key_properties, list) else []
        self._register(stream, message.schema, [key for key in keys if isinstance(key, str)])
        self._schema_lines[stream] = line
        self._drain(self._sinks_to_clear)
        for sink in self._sinks_to_clear:
            sink.clean_up()
        self._sinks_to_clear = []

    def _check_schema(self, stream: str, schema: Any) -> None:
        problem = ""
        if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
            problem = "has no `properties`"
        else:
            try:
                JSONSchemaValidator(schema)
            except InvalidJSONSchema:
                problem = "is no JSON Schema"
        if problem:
            raise InputBroken(self.message_reader.number, f"the schema of {stream} {problem}")

    def _register(self, stream: str, schema: dict[str, Any], keys: list[str]) -> None:
        try:
            self.mapper.register_raw_stream_schema(stream, copy.deepcopy(schema), keys)
        except Exception as error:  # noqa: BLE001  (the mapper evaluates what a user wrote)
            raise RunEnded(
                f"stream {stream}: setting `stream_maps` cannot be applied to it "
                f"({type(error).__name__})"
            ) from None
        for stream_map in self.mapper.stream_maps[stream]:
            if not isinstance(stream_map, RemoveRecordTransform):
                self.get_sink(
                    stream_map.stream_alias,
                    schema=stream_map.transformed_schema,
                    key_properties=stream_map.transformed_key_properties,
                )

    def _process_record_message(self, message: Message) -> None:  # type: ignore[override]
        stream = self._stream(message)
        if stream not in self._schema_lines:
            raise NoSchemaYet(
                self.message_reader.number, f"a RECORD of stream {stream} before its SCHEMA"
            )
        offer = self._offer(stream, message)
        stream_maps = self.mapper.stream_maps[stream]
        taken = [self._offer_to(stream_map, offer, message.record) for stream_map in stream_maps]
        if offer.only and not any(taken):
            raise RunEnded(f"the input names route {offer.only}, which the settings do not have")
        self.collaborators.mark.close(offer.number)
        self._after_line()

    def _process_state_message(self, message: Message) -> None:  # type: ignore[override]
        self.states.take(self.collaborators.mark.next_number, bytes(message.value))
        self._after_line()

    def _process_activate_version_message(self, message: Message) -> None:  # type: ignore[override]
        """Take it without a word: versions mean nothing to an API that upserts."""

    def _process_batch_message(self, message: Message) -> NoReturn:  # type: ignore[override]
        raise InputBroken(
            self.message_reader.number,
            f"stream {message.stream} comes as BATCH files, which are not read: let the tap send "
            "records (take `batch_config` out of its settings)",
        )

    def _stream(self, message: Message) -> str:
        if isinstance(message.stream, str) and message.stream:
            return message.stream
        raise InputBroken(self.message_reader.number, f"a {message.type} message without a stream")

    # Records

    def _offer(self, stream: str, message: Message) -> Offer:
        line = self.message_reader.line
        only = None
        if isinstance(message.rejected, dict) and isinstance(message.rejected.get("route"), str):
            only = message.rejected["route"]
            line = messages.without_mark(line)
        source = Source(line, stream, self._schema_lines[stream])
        return Offer(self.collaborators.mark.open(), source, message.time_extracted, only)

    def _offer_to(self, stream_map: StreamMap, offer: Offer, record: Any) -> bool:
        """Take a record through one stream map to its sink; return whether a route took it."""
        if isinstance(stream_map, RemoveRecordTransform):
            self.collaborators.filter_unrouted(offer)
            return False
        sink = cast("TripleWhaleSink", self._sinks_active[stream_map.stream_alias])
        if not isinstance(record, dict):
            return sink.leave_out(offer, "unreadable", "is no object of columns and values")
        if record.get("_sdc_deleted_at"):
            return sink.leave_out(offer)
        try:
            transformed = stream_map.transform(copy.copy(record))
        except Exception as error:  # noqa: BLE001  (a stream map may fail in any way)
            problem = f"the stream map fails on this record ({type(error).__name__})"
            return sink.leave_out(offer, "stream_map", problem)
        if transformed is None:
            return sink.leave_out(offer)
        return self._collect(sink, transformed, offer)

    def _collect(self, sink: TripleWhaleSink, record: dict[str, Any], offer: Offer) -> bool:
        if not sink.takes(offer):
            return False
        context = sink._get_context(record)  # noqa: SLF001
        context["offer"] = offer
        sink.tally_record_read()
        sink.process_record(record, context)
        if self._oldest_unsent is None:
            self._oldest_unsent = time.monotonic()
        if sink.is_full:
            self._drain([sink])
        return True

    def _after_line(self) -> None:
        self.message_reader.stop_if_signalled()
        waited = time.monotonic() - (self._oldest_unsent or time.monotonic())
        if waited > FLUSH_SECONDS or self.collaborators.mark.unsettled > FLUSH_RECORDS:
            self._drain(self._all_sinks())
        self.collaborators.journal.check()
        self.emit_state()

    # Draining

    def _all_sinks(self) -> list[TripleWhaleSink]:
        sinks = cast("Iterable[TripleWhaleSink]", self._sinks_active.values())
        return sorted(sinks, key=lambda sink: sink.rank)

    def _drain(self, sinks: Iterable[Any]) -> None:
        for sink in list(sinks):
            if sink.current_size:
                context = sink.start_drain()
                sink.process_batch(context)
                sink.mark_drained()
        if not any(sink.current_size for sink in self._sinks_active.values()):
            self._oldest_unsent = None


def log_to_stderr(name: str) -> None:
    """Log as the SDK's plugins do, at the level that LOGLEVEL names."""
    _setup_console_logging(log_level=_plugin_log_level(plugin_name=name))
    logging.captureWarnings(capture=True)
    # The SDK tells of its own reading of the environment, which is not used.
    logger.addFilter(lambda record: "parse of env var" not in str(record.msg))
