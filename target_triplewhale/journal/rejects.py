"""The rejects file: Singer messages as they were read, each with the reason beside it."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import msgspec

from target_triplewhale.codes import setting
from target_triplewhale.errors import RejectsUnwritable, UsageError, cause
from target_triplewhale.journal.times import exact_time, now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from target_triplewhale.journal.tally import Count
    from target_triplewhale.outcomes import Rejected


Age = tuple[bool, float]
"""Sorts the versions of a record, the oldest first."""


class Source(NamedTuple):
    """A record as it was read: its number in the run, its line, its stream and SCHEMA line."""

    number: int
    line: bytes
    stream: str
    schema_line: bytes
    time_extracted: object = None
    only: str | None = None
    """The only route that it is for, where it was rejected before."""
    rejected_as: str | None = None
    """The code that it had then."""
    read_at: float = 0.0
    """Seconds since 1970; of what was rejected before, when it was read first."""
    version: int | None = None
    """The tap's, of a table that it reads whole."""
    key: str = ""
    """The values of its stream's keys; empty where there are none, or no ledger that needs them."""
    waits_as: str = ""
    """What it was known by in the ledger, where it was rejected before."""

    @property
    def age(self) -> Age:
        """What was rejected before is older than what this run reads, whatever clocks say."""
        return self.age_of_rejected(self.read_at) if self.only else (True, self.number)

    @staticmethod
    def age_of_rejected(read_at: float) -> Age:
        """Return the age of a record that was rejected before."""
        return (False, read_at)


class Entry(NamedTuple):
    """A record on a route, with its position there."""

    position: int
    source: Source
    counted: Count
    is_further: bool = False
    """Whether it is a further row of a record, which ends as the first one does."""
    key: str = ""
    """What all rows of a record are known by together."""
    is_apart: bool = False
    """Whether it is a row that came apart from the others, and cannot be sent without them."""


class RejectsFile:
    """One file a run, made with its folder when the first record is rejected."""

    def __init__(self, folder: Path, started: datetime) -> None:
        self._folder = folder
        run = uuid4().hex[:8]
        self.path = folder / f"{started.astimezone(UTC):%Y%m%dT%H%M%SZ}-{run}.jsonl"
        self._descriptor: int | None = None
        self._schemas: dict[str, bytes] = {}
        self._failure: RejectsUnwritable | None = None
        self._written = self._synced = 0

    def check(self) -> None:
        """Raise UsageError where the folder cannot be made or written."""
        place = self._folder
        try:
            while not place.exists() and place != place.parent:
                place = place.parent
            with tempfile.TemporaryFile(dir=place):
                pass
            if self._folder.exists() and not self._folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR)
        except OSError as error:
            reason = cause(error, "it cannot be written")
            raise UsageError(
                setting("rejects_path"), f"setting `rejects_path`: {reason}: {str(place)[:100]!r}"
            ) from None

    def refuse_as_input(self, descriptor: int) -> None:
        """Raise UsageError where the input is the very file, or folder, that this run would write.

        Each run has a file of its own, so it takes a link, or a clock and chance, to get there.
        """
        read = os.fstat(descriptor)
        for path in (self._folder, self.path):
            with contextlib.suppress(OSError):
                if os.path.samestat(read, path.stat()):
                    raise UsageError(
                        "TW-INPUT-IS-REJECTS",
                        f"the input is {path}, the rejects file that this run would write: it "
                        "would feed itself without end. Set another `rejects_path`",
                    )

    def write(self, entry: Entry, rejected: Rejected, identity: Mapping[str, str]) -> None:
        """Append a record with its reasons; it is kept when this returns."""
        source = entry.source
        lines = b""
        if self._schemas.get(source.stream) is not source.schema_line:
            lines = source.schema_line + b"\n"
        mark = msgspec.json.encode(_mark(entry, rejected, identity))
        lines += source.line[:-1] + b',"rejected":' + mark + b"}\n"
        self._append(lines)
        self._schemas[source.stream] = source.schema_line

    def sync(self) -> None:
        """Have the disk itself keep what was written, before a STATE passes it."""
        written = self._written
        if self._descriptor is None or self._synced == written:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise self._unwritable(error) from None
        self._synced = written

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._descriptor is not None:
            self.sync()
            os.close(self._descriptor)
            self._descriptor = None

    def _append(self, lines: bytes) -> None:
        """Append whole lines; after a first failure none, since it may have left a torn one."""
        if self._failure:
            raise self._failure
        try:
            if self._descriptor is None:
                self._descriptor = _create(self.path)
            if os.write(self._descriptor, lines) != len(lines):
                raise OSError  # noqa: TRY301  (a full disk takes a part of a line)
        except OSError as error:
            self._failure = self._unwritable(error)
            raise self._failure from None
        self._written += 1

    def _unwritable(self, error: OSError) -> RejectsUnwritable:
        reason = cause(error, "the disk is full")
        return RejectsUnwritable("TW-REJECTS-UNWRITABLE", f"the rejects file {self.path}: {reason}")


def _create(path: Path) -> int:
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
    return os.open(path, flags, 0o600)


def _mark(entry: Entry, rejected: Rejected, identity: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at": now(),
        "read_at": exact_time(entry.source.read_at),
        "route": entry.counted.route,
        "endpoint": entry.counted.endpoint,
        "identity": identity,
        "code": rejected.code,
        "reasons": [asdict(reason) for reason in rejected.reasons],
        "status": rejected.status,
    }
