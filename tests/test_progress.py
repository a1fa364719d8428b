"""What a run tells of itself while it goes on, in a time that the tests turn themselves."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale import progress
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.traffic import Traffic
from target_triplewhale.journal.allowance import RejectAllowance
from target_triplewhale.journal.journal import Journal
from target_triplewhale.journal.rejects import RejectsFile
from target_triplewhale.outcomes import DELIVERED, FILTERED, UNCHANGED, Outcome
from target_triplewhale.progress import ProgressLines, duration, fields, sentence
from target_triplewhale.reader import LineReader
from target_triplewhale.standing import Observer
from target_triplewhale.target import TargetTripleWhale
from tests.delivery.virtual_time import Clock
from tests.docs.pages import page
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from pathlib import Path

    from target_triplewhale.standing import Standing

LIMITS = {"requests": 25000, "events": 1000}
SHOWN = page("docs/running.md").having("told by")
EVENTS = ("requests", "events")


class Going:
    """A run that goes on as a test says."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        rejects = RejectsFile(folder, datetime.now(UTC))
        self.journal = Journal(rejects, RejectAllowance(None, None))
        self.traffic = Traffic(LIMITS, datetime.now(UTC), self.clock)
        self.limiter = Limiter(LIMITS, clock=self.clock)
        self.share: float | None = None
        self.observer = Observer(
            self.journal, self.traffic, self.limiter, lambda: self.share, self.clock
        )
        self.lines = ProgressLines(self.observer, self.clock)

    def read(self, stream: str, number: int, endpoint: str = "events") -> None:
        """Read records of a stream."""
        count = self.journal.count(stream, f"{stream}:{endpoint}", endpoint)
        for _ in range(number):
            count.offer()

    def end(self, stream: str, number: int, outcome: Outcome = DELIVERED) -> None:
        """End records of a stream, each delivered in a request of its own."""
        count = self.journal.count(stream, f"{stream}:events", "events")
        for _ in range(number):
            count.end(outcome)
        if outcome is DELIVERED:
            self.traffic.count("events", "requests", number)

    def wait(self, seconds: float) -> None:
        """Let time pass, as the reader does while it waits."""
        for _ in range(round(seconds)):
            self.clock.now += 1
            self.lines.tell_if_due()

    def look(self) -> Standing:
        """Look at it now."""
        return self.observer.look()


@pytest.fixture
def going(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Going:
    caplog.set_level("INFO", "target-triplewhale")
    return Going(tmp_path)


def test_a_line_tells_what_was_read_how_it_ended_at_what_pace_and_for_how_long(
    going: Going,
) -> None:
    """All that somebody who waits wants to know, in one line."""
    going.read("contacts", 9000)
    going.read("deals", 4000)
    going.clock.now = 30
    going.end("contacts", 500)
    going.end("deals", 481)
    going.end("deals", 19, FILTERED)
    going.share = 1.0
    assert f"{sentence(going.look())}\n" == SHOWN[0].text


def test_the_same_is_told_as_fields(going: Going) -> None:
    """A log that is read by machines is asked for numbers, not for a sentence."""
    going.read("contacts", 20)
    going.clock.now = 30
    going.end("contacts", 5)
    going.end("contacts", 2, UNCHANGED)
    going.share = 1.0
    told = fields(going.look())
    ended = {"delivered": 5, "unchanged": 2, "superseded": 0, "filtered": 0, "rejected": 0}
    assert told == {
        "streams": {"contacts": {"read": 20, **ended}},
        "read": 20,
        **ended,
        "limit": "events",
        "requests_per_minute": 5,
        "limit_per_minute": 1000,
        "seconds_left": 56,
    }
    json.dumps(told)


def test_a_stream_with_several_routes_is_told_by_route(going: Going) -> None:
    """Its records count once on each, so their sum would be no number of records."""
    going.read("contacts", 3)
    going.read("contacts", 3, "customers")
    assert "(contacts:events 3, contacts:customers 3)" in sentence(going.look())


def test_a_line_names_the_largest_streams_only(going: Going) -> None:
    """A source of a hundred tables is no reason for a table in the log."""
    for number in range(1, 8):
        going.read(f"s{number}", number)
    assert "(s7 7, s6 6, s5 5, s4 4, s3 3, 2 more)" in sentence(going.look())
    assert len(fields(going.look())["streams"]) == 7


def test_the_rate_is_that_of_the_last_minute(going: Going) -> None:
    """What went out before says nothing of now; a minute that is not over is no faster for it."""
    going.read("contacts", 999)
    going.end("contacts", 600)
    going.clock.now = 10
    assert going.look().nearest.sent == 600
    going.clock.now = 70
    assert going.look().nearest.sent == 0
    going.end("contacts", 90)
    going.clock.now = 160
    assert going.look().nearest.sent == 60


def test_the_rate_that_is_told_is_the_one_nearest_to_its_limit(going: Going) -> None:
    """That is what decides how long it takes."""
    going.traffic.count("orders", "requests", 30)
    going.traffic.count("events", "requests", 2)
    assert going.look().nearest.limit == "events"
    going.traffic.count("orders", "requests", 30)
    assert going.look().nearest.limit == "requests"


@pytest.mark.parametrize("share", [None, 0.5])
def test_the_time_left_is_known_from_the_share_of_a_file(going: Going, share: float | None) -> None:
    """Half is read of 100 and 20 have ended in 10 s: 180 take 90 s. Of a pipe nobody knows."""
    going.read("contacts", 100)
    going.end("contacts", 20)
    going.clock.now = 10
    going.share = share
    assert going.look().seconds_left == (None if share is None else 90)


def test_the_time_left_is_never_less_than_the_limits_allow(going: Going) -> None:
    """The first thousand events take a few seconds; the others a minute a thousand."""
    going.read("contacts", 18_000)
    going.end("contacts", 1000)
    going.clock.now = 10
    going.share = 1.0
    assert going.look().seconds_left == 17 * 61


def test_nothing_is_said_of_the_time_left_while_nothing_ends(going: Going) -> None:
    """An outage has no end that anybody knows."""
    going.read("contacts", 10)
    going.clock.now, going.share = 10, 1.0
    assert "left" not in sentence(going.look())


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "about 10 s"),
        (31, "about 40 s"),
        (90, "about 2 min"),
        (3540, "about 59 min"),
        (7500, "about 2 h 5 min"),
    ],
)
def test_a_time_is_told_as_roughly_as_it_is_known(seconds: float, told: str) -> None:
    """It is an estimate."""
    assert duration(seconds) == told


def test_a_line_comes_at_most_every_ten_seconds(
    going: Going, caplog: pytest.LogCaptureFixture
) -> None:
    """A short run has none."""
    for _ in range(9):
        going.read("contacts", 1)
        going.wait(1)
    assert caplog.messages == []
    for _ in range(51):
        going.read("contacts", 1)
        going.wait(1)
    assert len(caplog.messages) == 6


def test_while_nothing_happens_a_line_comes_each_minute(
    going: Going, caplog: pytest.LogCaptureFixture
) -> None:
    """A tap that takes hours to begin fills no log, and nobody takes the run for dead."""
    going.wait(600)
    assert len(caplog.messages) == 10


def test_whoever_waits_knows_how_long(going: Going) -> None:
    """The line is due also while no input comes."""
    assert going.lines.seconds_until_due() == 10
    going.clock.now = 12
    assert going.lines.seconds_until_due() == 0


def test_a_limit_that_holds_the_run_is_told_once(
    going: Going, caplog: pytest.LogCaptureFixture
) -> None:
    """For longer than ten seconds; the next hold is another one."""
    going.limiter.hold(EVENTS, 5)
    for _ in range(LIMITS["events"]):
        going.limiter.take(EVENTS)
    going.limiter.wait(EVENTS)
    going.wait(9)
    assert caplog.messages == []
    going.wait(40)
    told = [one for one in caplog.records if "holds the run" in one.getMessage()]
    assert [one.getMessage() for one in told] == [
        "the limit of 1,000 events a minute holds the run; the next may go in 51 s"
    ]
    fields = {name: told[0].__dict__[name] for name in ("limit", "held_seconds", "seconds_left")}
    assert fields == {"limit": "events", "held_seconds": 10, "seconds_left": None}


def test_a_hold_is_told_with_how_long_all_of_it_takes(
    going: Going, caplog: pytest.LogCaptureFixture
) -> None:
    """Where that is known it tells more than when the next request may go."""
    for _ in range(LIMITS["events"]):
        going.limiter.take(EVENTS)
    going.limiter.wait(EVENTS)
    going.read("contacts", 18_568)
    going.end("contacts", 1000)
    going.share = 1.0
    going.wait(10)
    assert f"{caplog.messages[0]}\n" == SHOWN[1].text


def test_a_wait_that_the_api_asked_for_was_told_when_it_came(
    going: Going, caplog: pytest.LogCaptureFixture
) -> None:
    """One event, one line."""
    going.limiter.hold(EVENTS, 300)
    going.wait(30)
    assert [line for line in caplog.messages if "progress" not in line] == []


def test_how_much_of_a_file_is_read_is_known(tmp_path: Path) -> None:
    """Of a file, also one that is the standard input; of a pipe not; at its end all of it."""
    reader = LineReader()
    assert reader.share_read is None
    path = tmp_path / "input"
    path.write_bytes((json.dumps({"type": "STATE", "value": {}}) + "\n").encode() * 9000)
    shares = []
    with path.open("rb") as file:
        reader.process_lines(file, {"STATE": lambda _: shares.append(reader.share_read)})
    size = path.stat().st_size
    assert shares[0] == pytest.approx(65536 / size)
    assert shares[-1] is None, "the last chunk is read, and may name files to read"
    assert reader.share_read == 1.0


def test_how_much_of_a_pipe_is_read_nobody_knows() -> None:
    """It has no size."""
    reader = LineReader()
    ours, theirs = os.pipe()
    os.write(theirs, b'{"type": "STATE", "value": {}}\n')
    os.close(theirs)
    shares = []
    with os.fdopen(ours, "rb") as pipe:
        reader.process_lines(pipe, {"STATE": lambda _: shares.append(reader.share_read)})
    assert shares == [None]


def test_a_whole_run_tells_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """While it reads, while it waits, and while the end of the input is being delivered."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN", 0.0)
    caplog.set_level("INFO", "target-triplewhale")
    path = tmp_path / "input"
    lines: list[Any] = [schema("orders", "order_id")]
    lines += records("orders", *(order(number) for number in range(50)))
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    config = {
        "shop": "example.myshopify.com",
        "api_url": f"sandbox:///{tmp_path}/sandbox.db",
        "rejects_path": str(tmp_path / "rejects"),
        "batch_size_rows": 10,
    }
    target = TargetTripleWhale(config=config)
    with path.open("rb") as file, target.watched():
        target.read(file)  # type: ignore[arg-type]
    assert target.progress is None
    target.close()
    told = [one for one in caplog.records if one.getMessage().startswith("progress: ")]
    assert [told[-1].__dict__[name] for name in ("read", "delivered", "seconds_left")] == [
        50,
        50,
        0,
    ]
    assert "left" not in told[-1].getMessage()
