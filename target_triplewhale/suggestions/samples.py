"""The streams of a tap's output: the first records of each, and what its SCHEMA says."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from target_triplewhale import batch_files, messages
from target_triplewhale.errors import InputBroken
from target_triplewhale.mapping.names import unmarked, without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.messages import Message

MOST_RECORDS = 1000
"""Records of a stream that are looked at, unless told otherwise."""
_PASSED_OVER = ("STATE", "ACTIVATE_VERSION")


@dataclass
class Sample:
    """What is known of one stream; names of columns are without byte order marks."""

    stream: str
    keys: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    """The columns that the SCHEMA names."""
    records: list[dict[str, Any]] = field(default_factory=list)
    seen: int = 0
    """How many records there were in all."""

    def learn(self, schema: object, keys: object) -> None:
        """Take in a SCHEMA."""
        found = schema.get("properties") if isinstance(schema, dict) else None
        self.declared = tuple(map(without_marks, found)) if isinstance(found, dict) else ()
        listed = keys if isinstance(keys, list) else []
        self.keys = tuple(without_marks(key) for key in listed if isinstance(key, str))

    def add(self, record: object, most: int) -> None:
        """Take in a record, while there is room."""
        self.seen += 1
        if isinstance(record, dict) and len(self.records) < most:
            self.records.append(unmarked(record))


class Samples:
    """Samples of all streams of an input, in the order in which they came."""

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._most = most
        self._samples: dict[str, Sample] = {}

    def read(self, lines: Iterable[bytes]) -> list[Sample]:
        """Read an input to its end; raise InputBroken at a line that is no Singer message."""
        for number, line in enumerate(lines, start=1):
            text = line.removeprefix(messages.BOM).strip()
            if text:
                self._take(text, number)
        return list(self._samples.values())

    def _take(self, line: bytes, number: int) -> None:
        try:
            message = messages.read(line)
        except messages.MessageUnreadable as problem:
            raise InputBroken(problem.code, number, f"{problem}") from None
        if message.type == "SCHEMA":
            self._of(message, number).learn(message.schema, message.key_properties)
        elif message.type == "RECORD":
            self._of(message, number).add(message.record, self._most)
        elif message.type == "BATCH":
            self._take_batch(message, number)
        elif message.type not in _PASSED_OVER:
            raise InputBroken("TW-INPUT-TYPE", number, "a message of unknown type")

    def _take_batch(self, message: Message, number: int) -> None:
        """Take in the first records of the files that a BATCH names."""
        sample = self._of(message, number)
        found = batch_files.lines(message.encoding, message.manifest)
        try:
            for line in islice(found, self._most - len(sample.records)):
                read = messages.read(messages.record_line(sample.stream, line))
                sample.add(read.record, self._most)
        except (batch_files.BatchUnreadable, messages.MessageUnreadable) as problem:
            raise InputBroken(problem.code, number, f"{problem}") from None

    def _of(self, message: Message, number: int) -> Sample:
        if not isinstance(message.stream, str) or not message.stream:
            raise InputBroken(
                "TW-INPUT-STREAM", number, f"a {message.type} message that names no stream"
            )
        return self._samples.setdefault(message.stream, Sample(message.stream))
