"""The lines of the input, each handed on as a message."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, cast

from singer_sdk.singerlib.encoding.base import GenericSingerReader

from target_triplewhale import messages
from target_triplewhale.errors import InputBroken
from target_triplewhale.notices import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_triplewhale.messages import Message


CHUNK_BYTES = 64 * 1024
"""What a pipe holds; between two chunks the reader looks at what else is due."""


MOST_SCHEMAS = 100
"""SCHEMA lines that are kept at the most."""
NO_SCHEMA = (b"", messages.Message())


class StoppedBySignal(BaseException):
    """SIGINT or SIGTERM; no Exception, so that nothing on the way takes it for a bad record."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(signal.Signals(number).name)


class LineReader(GenericSingerReader[bytes]):
    """Reads lines as bytes, counts them, and hands each on as a message."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.line = b""
        self._descriptor: int | None = None
        self._has_ended = False
        self.signal: int | None = None
        self._schemas: dict[int, tuple[bytes, Message]] = {}
        self.is_torn = False
        self.forgives_torn_end = False
        self.takes_rejects_only = False
        self.wait_for_input: Callable[[int], None] = lambda _: None
        """Called with a file descriptor before each reading; returns when there is input."""

    @property
    def default_input(self) -> IO[bytes]:
        """Standard input."""
        return sys.stdin.buffer

    def process_lines(
        self, file_input: IO[bytes] | None, callbacks: dict[str, Callable[[Any], None]]
    ) -> Counter[str]:
        """Hand each message to the callback of its type."""
        counts: Counter[str] = Counter()
        for line in self._lines(file_input or self.default_input):
            self.number += 1
            message = self._message(line)
            if message is None:
                continue
            if not isinstance(message.type, str) or message.type not in callbacks:
                raise InputBroken("TW-INPUT-TYPE", self.number, "a message of unknown type")
            if message.rejected is not None or self.takes_rejects_only:
                self._look_for_mark(message)
            callbacks[message.type](message)
            counts[message.type] += 1
        self._has_ended = True
        self.stop_if_signalled()
        return counts

    @property
    def share_read(self) -> float | None:
        """How much of the input has been read; None where nobody can know."""
        if self._has_ended:
            return 1.0
        if self._descriptor is None or not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            return None
        # The last chunk is read long before it is worked off where it names files of a BATCH.
        share = os.lseek(self._descriptor, 0, os.SEEK_CUR) / os.fstat(self._descriptor).st_size
        return share if 0 < share < 1 else None

    def _look_for_mark(self, message: Message) -> None:
        """Know a rejects file by its marks: only there a torn end is no fault."""
        has_mark = message.rejected is not None
        self.forgives_torn_end |= has_mark
        if self.takes_rejects_only and message.type == "RECORD" and not has_mark:
            raise InputBroken(
                "TW-INPUT-NOT-REJECTED",
                self.number,
                "a RECORD that was not rejected; give a rejects file",
            )

    def deserialize_json(self, line: bytes) -> dict[str, Any]:
        """Read one line as the SDK's own callers would have it."""
        return cast("dict[str, Any]", messages.read(line).record)

    def stop_if_signalled(self) -> None:
        """Raise StoppedBySignal where a signal has come."""
        if self.signal is not None:
            raise StoppedBySignal(self.signal)

    def _lines(self, file_input: IO[bytes] | IO[str]) -> Iterator[bytes]:
        """Yield lines without their ends; `is_torn` tells whether the last one had none."""
        descriptor = _descriptor(file_input)
        if descriptor is None:
            yield from _played_lines(file_input)
            return
        self._descriptor = descriptor
        begun: list[bytes] = []
        while chunk := self._read(descriptor):
            first, *others = chunk.split(b"\n")
            begun.append(first)
            if others:
                yield b"".join(begun)
                begun = [others.pop()]
                yield from others
        if last := b"".join(begun):
            self.is_torn = True
            yield last

    def _read(self, descriptor: int) -> bytes:
        self.wait_for_input(descriptor)
        return os.read(descriptor, CHUNK_BYTES)

    def _message(self, line: bytes) -> Message | None:
        self.line = line.removeprefix(messages.BOM).strip()
        if not self.line:
            return None
        line, message = self._schemas.get(len(self.line), NO_SCHEMA)
        if line == self.line:
            return message
        try:
            return self._remembered(messages.read(self.line))
        except messages.MessageUnreadable as problem:
            if (self.forgives_torn_end or self.takes_rejects_only) and self.is_torn:
                warn("TW-INPUT-TORN", "line %d of the input is torn and passed over", self.number)
                return None
            raise InputBroken(problem.code, self.number, f"{problem}") from None

    def _remembered(self, message: Message) -> Message:
        """Keep the last SCHEMA of each length: one that comes again need not be read again."""
        if message.type == "SCHEMA":
            if len(self._schemas) >= MOST_SCHEMAS:
                self._schemas.clear()
            self._schemas[len(self.line)] = (self.line, message)
        return message


def _played_lines(file_input: IO[bytes] | IO[str]) -> Iterator[bytes]:
    for line in file_input:
        yield line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line


def _descriptor(file_input: IO[bytes] | IO[str]) -> int | None:
    """Return what the system knows a file by, or None for one that is only played."""
    try:
        return file_input.fileno()
    except (AttributeError, OSError):
        return None
