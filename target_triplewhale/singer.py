"""The Singer side: every message type, when STATE may go out, and signals.

The only file that touches the SDK's private side.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import time
import warnings
from typing import IO, TYPE_CHECKING, Any, cast

from singer_sdk._logging import _setup_console_logging
from singer_sdk.exceptions import RecordsWithoutSchemaException
from singer_sdk.plugin_base import _plugin_log_level
from singer_sdk.target_base import Target

from target_triplewhale import batch_files, messages
from target_triplewhale.codes import setting
from target_triplewhale.doorbell import Doorbell
from target_triplewhale.errors import InputBroken, RecordBeforeSchema, RunEnded, UsageError
from target_triplewhale.journal import times
from target_triplewhale.journal.rejects import Source
from target_triplewhale.messages import Mark
from target_triplewhale.notices import on_one_line, warn
from target_triplewhale.reader import LineReader
from target_triplewhale.schemas import Schemas

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from target_triplewhale.collaborators import Collaborators
    from target_triplewhale.delivery.sample import Sample
    from target_triplewhale.journal.ledger.pending import PendingRow
    from target_triplewhale.messages import Message
    from target_triplewhale.meters import Meters
    from target_triplewhale.progress import Teller
    from target_triplewhale.sinks import TripleWhaleSink
    from target_triplewhale.states import States
    from target_triplewhale.streams import Stream

logger = logging.getLogger("target-triplewhale")

FLUSH_RECORDS = 50_000
"""Records from the oldest open one on, at which none waits for company any more."""
MOST_UNSETTLED = 500_000
"""Records from the oldest open one on, at which reading waits: something is kept of each."""
MOST_SECONDS = 30.0
"""How long a wait is at the most, since some STATE becomes true by time alone."""
LARGEST = 2**63
RECORDS_BETWEEN = 100
"""Records of BATCH files between two looks at what else is due."""


class NoSchemaYet(RecordBeforeSchema, RecordsWithoutSchemaException):
    """A RECORD before its SCHEMA, also under the SDK's own name for it."""


class SingerTarget(Target):
    """A target that gives every record a number, and STATE only what has ended."""

    message_reader_class = LineReader
    message_reader: LineReader
    collaborators: Collaborators
    states: States
    progress: Teller | None = None
    """Tells of the run while it goes on."""
    sample: Sample | None = None
    """Holds the records of a run that sends the first ones only."""
    meters: Meters

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config=config, validate_config=False)
        self._is_ending = False
        self.bell = Doorbell()
        self.message_reader.wait_for_input = self._wait_for_input

    def setup_mapper(self) -> None:
        """Read the stream maps; what is wrong with them is a wrong setting."""
        try:
            super().setup_mapper()
        except Exception as error:  # noqa: BLE001  (the mapper evaluates what a user wrote)
            raise UsageError(
                setting("stream_maps"),
                f"setting `stream_maps` cannot be used ({type(error).__name__})",
            ) from None
        self._schemas = Schemas(self.mapper, self.get_sink)

    def read(self, file_input: IO[str]) -> None:
        """Listen to all of the input; what came before a broken line is as good as ever."""
        try:
            self.listen(file_input)
        except InputBroken:
            self.collaborators.delivery.finish()
            raise

    def send_again(self, rows: Iterable[PendingRow]) -> None:
        """Take rejected rows of earlier runs, through today's mapping, before any input."""
        run = self.collaborators
        run.journal.is_retrying = True
        left = 0
        for number, row in enumerate(rows):
            if number % RECORDS_BETWEEN == 0:
                self._do_what_is_due()
            stream = self._stream_again(row)
            if stream and stream.parts_of(row.route):
                mark = Mark(row.route, row.code, row.read_at, row.name)
                self._take(stream, row.line, messages.read(row.line), mark)
            else:
                left += 1
        self._end_groups()
        run.journal.is_retrying = False
        if left:
            logger.info("%d of them stay: the settings have no route for them any more", left)
        # What the input tells of its streams is another matter.
        self._schemas.forget_all()
        self._sinks_active.clear()
        run.groups.clear()

    def _stream_again(self, row: PendingRow) -> Stream | None:
        """Return a stream as its SCHEMA told of it then; None where that is of no use today."""
        known = self._schemas.stream(row.stream)
        if known is not None and known.schema_line == row.schema_line:
            return known
        self._schemas.forget(row.stream)
        self.message_reader.line = row.schema_line
        with contextlib.suppress(RunEnded):
            self._process_schema_message(messages.read(row.schema_line))
        return self._schemas.stream(row.stream)

    def process_endofpipe(self) -> None:
        """Deliver what is left, emit the last STATE, and fail if too much was rejected."""
        run = self.collaborators
        self._end_groups()
        run.delivery.hand_over()
        if self.sample:
            self.sample.release()
        self.tell_forecast()
        run.delivery.finish()
        self._do_what_is_due()
        for sink in self._sinks_active.values():
            sink.clean_up()
        run.journal.allowance.release()
        run.journal.tally.check()
        run.journal.retried.check()
        self.emit_state(is_last=True)
        run.journal.warn_of_superseded()
        for name, stream in run.routes.misnamed():
            warn(
                "TW-STREAM-MISNAMED",
                "streams.%s does nothing: the stream is called %s",
                name,
                stream,
            )
        if failure := run.journal.allowance.verdict(run.journal.tally):
            raise failure

    def tell_forecast(self) -> None:
        """Tell how long it takes to send what is open, once no more is read."""

    def emit_state(self, *, is_last: bool = False) -> None:
        """Emit the newest STATE that is true."""
        run = self.collaborators
        self.states.emit(run.journal.hold(run.mark.settled), is_last=is_last)

    def stop_on_signals(self) -> None:
        """Let SIGINT and SIGTERM end the run at the next safe point."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle_termination)

    # Waiting: the one place where the main thread does

    def wait(self, descriptor: int | None = None) -> bool:
        """Do what is due, then wait for news or input; return whether there is input."""
        self._do_what_is_due()
        run = self.collaborators
        due = self.states.seconds_until_due(run.journal.hold(run.mark.settled))
        seconds = MOST_SECONDS if due is None else due
        if self.progress:
            seconds = min(seconds, self.progress.seconds_until_due())
        return self.bell.wait(seconds, descriptor)

    def _wait_for_input(self, descriptor: int) -> None:
        self._do_what_is_due()
        if not self.bell.wait(0, descriptor):
            self.collaborators.delivery.hand_over()
            while not self.wait(descriptor):
                pass
        while self.collaborators.mark.unsettled > MOST_UNSETTLED:
            self.wait()

    def _do_what_is_due(self) -> None:
        """Emit the STATE that is true; raise where the run has to end."""
        self.message_reader.stop_if_signalled()
        run = self.collaborators
        run.delivery.check()
        run.journal.check_disk()
        self._end_where_rejects_must()
        if run.mark.unsettled > FLUSH_RECORDS:
            self._end_groups(before=run.mark.next_number - FLUSH_RECORDS)
            run.delivery.flush()
        self.emit_state()
        self.meters.log_if_due()
        for sink in self._sinks_active.values():
            cast("TripleWhaleSink", sink).log_count_if_due()
        if self.progress:
            self.progress.tell_if_due()

    def _end_groups(self, before: int | None = None) -> None:
        """Send groups of rows to which no further row belongs."""
        for sink in self._sinks_active.values():
            cast("TripleWhaleSink", sink).end_groups(before)

    def _setup_signal_handlers(self) -> None:
        """Leave signals alone until a run asks for them."""

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """End the wait that goes on; whoever waits looks whether a signal has come."""
        self.message_reader.signal = signum
        self.bell.ring()

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:  # noqa: ARG002
        """Settings are checked before they get here."""
        return []

    # Messages

    def _process_schema_message(self, message: Message) -> None:  # type: ignore[override]
        self._schemas.take(
            self._stream(message), self.message_reader.line, message, self.message_reader.number
        )
        for sink in self._sinks_to_clear:
            sink.clean_up()
        self._sinks_to_clear = []

    def _process_record_message(self, message: Message) -> None:  # type: ignore[override]
        line, mark = self.message_reader.line, messages.NO_MARK
        if message.rejected is not None:
            line, mark = messages.without_mark(line), messages.mark_of(message)
        self._take(self._known(message), line, message, mark)

    def _process_state_message(self, message: Message) -> None:  # type: ignore[override]
        self.states.take(self.collaborators.mark.next_number, bytes(message.value))

    def _process_activate_version_message(self, message: Message) -> None:  # type: ignore[override]
        """Void what a table has no more that is read whole; to others versions mean nothing."""
        stream = self._schemas.stream(self._stream(message))
        version = _whole(message.version)
        for way in stream.ways if stream and version is not None else ():
            way.sink.end_groups()
            way.sink.close_version(version)

    def _process_batch_message(self, message: Message) -> None:  # type: ignore[override]
        stream = self._known(message)
        try:
            found = batch_files.lines(message.encoding, message.manifest)
            for number, record in enumerate(found):
                if number % RECORDS_BETWEEN == 0:
                    self.collaborators.delivery.hand_over()
                    self._do_what_is_due()
                line = messages.record_line(stream.name, record)
                self._take(stream, line, messages.read(line))
        except (batch_files.BatchUnreadable, messages.MessageUnreadable) as problem:
            place = f"stream {stream.name}: {problem}"
            raise InputBroken(problem.code, self.message_reader.number, place) from None

    def _stream(self, message: Message) -> str:
        if isinstance(message.stream, str) and message.stream:
            return message.stream
        raise InputBroken(
            "TW-INPUT-STREAM",
            self.message_reader.number,
            f"a {message.type} message without a stream",
        )

    # Records

    def _known(self, message: Message) -> Stream:
        """Return the stream of a message that must come after its SCHEMA."""
        name = self._stream(message)
        known = self._schemas.stream(name)
        if known is None:
            raise NoSchemaYet(
                "TW-INPUT-BEFORE-SCHEMA",
                self.message_reader.number,
                f"a {message.type} of stream {name} before its SCHEMA",
            )
        return known

    def _take(
        self, stream: Stream, line: bytes, message: Message, mark: Mark = messages.NO_MARK
    ) -> None:
        """Take a record through its stream maps and along its routes."""
        run, only = self.collaborators, mark.route
        parts = stream.parts_of(only)
        if not parts:
            raise RunEnded(
                "TW-INPUT-ROUTE", f"the input names route {only}, which the settings do not have"
            )
        source = Source(
            run.mark.open(parts),
            line,
            stream.name,
            stream.schema_line,
            message.time_extracted,
            only,
            mark.code,
            times.seconds(mark.read_at) if mark.read_at else time.time(),
            None if message.version is None else _whole(message.version),
            stream.key_of(message.record) if run.has_ledger else "",
            mark.name or "",
        )
        stream.take(message.record, source)
        if stream.is_removed and not only:
            run.leave_out(source, stream.name)
        if run.journal.allowance.must_be_judged:
            run.journal.allowance.must_be_judged = False
            run.delivery.finish()
        if run.journal.allowance.halt:
            self._end_where_rejects_must()

    def _end_where_rejects_must(self) -> None:
        """Deliver what came before the rejects that end the run, or each would end there."""
        run, allowance = self.collaborators, self.collaborators.journal.allowance
        if allowance.halt and not self._is_ending:
            self._is_ending = True
            run.delivery.finish(before=run.journal.hold(run.mark.next_number))
            raise allowance.halt


def _whole(version: object) -> int | None:
    """Return a version that databases can keep."""
    return version if isinstance(version, int) and abs(version) < LARGEST else None


def log_to_stderr(name: str) -> None:
    """Log as the SDK's plugins do, at the level that LOGLEVEL names."""
    _setup_console_logging(log_level=_plugin_log_level(plugin_name=name))
    for handler in logging.getLogger().handlers:
        handler.addFilter(on_one_line)
    # A library's warning may quote a record, and is nothing that a user could mend.
    warnings.simplefilter("ignore")
    # The SDK tells of its own reading of the environment, which is not used.
    logger.addFilter(lambda record: "parse of env var" not in str(record.msg))
