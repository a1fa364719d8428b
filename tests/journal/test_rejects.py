"""The rejects file: whose it is, what it holds, and when it cannot take more."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.errors import RejectsUnwritable, UsageError
from target_triplewhale.journal.allowance import RejectAllowance
from target_triplewhale.journal.journal import Journal
from target_triplewhale.journal.rejects import Entry, RejectsFile, Source
from target_triplewhale.journal.tally import Count
from target_triplewhale.outcomes import Reason, Rejected

if TYPE_CHECKING:
    from pathlib import Path

REJECTED = Rejected("TW-ORDERS-CURRENCY-MISSING", (Reason("currency", "is missing"),))
SCHEMA = b'{"type":"SCHEMA","stream":"orders"}'
IDENTITY = {"order_id": "1"}
LINE = b'{"type": "RECORD",  "stream": "orders", "record": {"id": 1.10}}'


def entry(stream_schema: bytes = SCHEMA) -> Entry:
    """Return a record as the journal knows it."""
    source = Source(0, LINE, "orders", stream_schema)
    return Entry(0, source, Count("orders", "orders:orders", "orders"))


@pytest.fixture
def rejects(tmp_path: Path) -> RejectsFile:
    """Return a file that is not there yet, in a folder that is not there yet."""
    return RejectsFile(tmp_path / "some" / "rejects", datetime(2026, 3, 4, tzinfo=UTC))


def test_the_file_and_its_folder_are_their_owners_alone(rejects: RejectsFile) -> None:
    """Records hold personal data, and must not get into a repository by accident."""
    assert not rejects.path.parent.exists()
    rejects.write(entry(), REJECTED, IDENTITY)
    folder = rejects.path.parent
    assert stat.S_IMODE(rejects.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "*\n"
    assert rejects.path.name.startswith("20260304T000000Z-")
    rejects.close()


def test_a_record_stands_as_it_was_read_after_its_schema_once(rejects: RejectsFile) -> None:
    """The file is a Singer stream that can be read again."""
    changed = b'{"type":"SCHEMA","stream":"orders","schema":{}}'
    for schema in (SCHEMA, SCHEMA, changed):
        rejects.write(entry(schema), REJECTED, IDENTITY)
    rejects.close()
    lines = rejects.path.read_bytes().splitlines()
    assert [json.loads(line)["type"] for line in lines] == [
        "SCHEMA", "RECORD", "RECORD", "SCHEMA", "RECORD",
    ]  # fmt: skip
    assert lines[1].startswith(LINE[:-1])
    mark = json.loads(lines[1])["rejected"]
    assert mark["code"] == REJECTED.code
    assert mark["reasons"] == [{"field": "currency", "problem": "is missing"}]
    assert mark["identity"] == {"order_id": "1"}


def test_the_file_that_a_run_would_write_is_refused_as_its_input(rejects: RejectsFile) -> None:
    """It would feed itself without end."""
    rejects.path.parent.mkdir(parents=True)
    rejects.path.write_bytes(b"")
    with rejects.path.open("rb") as file, pytest.raises(UsageError, match="feed itself"):
        rejects.refuse_as_input(file.fileno())


def test_another_runs_file_is_no_forbidden_input(rejects: RejectsFile, tmp_path: Path) -> None:
    """Sending it again is the way back."""
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"")
    with other.open("rb") as file:
        assert not rejects.path.exists()
        rejects.refuse_as_input(file.fileno())
        rejects.path.parent.mkdir(parents=True)
        rejects.path.write_bytes(b"")
        rejects.refuse_as_input(file.fileno())


def test_a_full_disk_leaves_the_record_open(
    rejects: RejectsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not on disk has not ended, and no STATE may pass it."""
    journal = Journal(rejects, RejectAllowance(None, 0.05))
    count = journal.count("orders", "orders:orders", "orders")
    monkeypatch.setattr(os, "write", lambda *_: 3)
    offered = Entry(count.offer(), entry().source, count)
    assert journal.reject([offered], REJECTED, IDENTITY) is False
    assert count.open == 1
    with pytest.raises(RejectsUnwritable, match="disk is full"):
        journal.check_disk()


def test_after_a_torn_line_nothing_more_is_taken_for_kept(
    rejects: RejectsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next line would be glued to the torn one, and nobody could read either."""
    rejects.write(entry(), REJECTED, IDENTITY)
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda *_: 3)
        with pytest.raises(RejectsUnwritable):
            rejects.write(entry(), REJECTED, IDENTITY)
    with pytest.raises(RejectsUnwritable):
        rejects.write(entry(), REJECTED, IDENTITY)


def test_a_disk_that_does_not_keep_is_told_each_time(
    rejects: RejectsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look must not take what the first could not sync for synced."""
    rejects.write(entry(), REJECTED, IDENTITY)

    def failing(_: int) -> None:
        raise OSError

    monkeypatch.setattr(os, "fsync", failing)
    for _ in range(2):
        with pytest.raises(RejectsUnwritable):
            rejects.sync()
