"""A benchmark that lost records, or that broke, fails; it never prints a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from tests.bench import __main__ as command
from tests.bench.figures import Figure, at_least
from tests.bench.measurement import Bench, Measurement
from tests.bench.processes import Ended
from tests.bench.runs import RecordsLost, Run, hold, hold_stopped, made_up, run_target
from tests.bench.servers import CountingServer, Counts

if TYPE_CHECKING:
    from collections.abc import Iterator


def finished(*, server: int, code: int = 0, out: bytes = b'{"records": 3}\n') -> Run:
    ended = Ended(1.0, 1.0, 50.0, code, out, "", is_stopped=False)
    return Run(ended, Counts(server, 0, []))


def test_a_run_in_which_everything_arrived_has_a_figure() -> None:
    """The target's own word and the server's count are those of the input."""
    ended = run_target(made_up("orders", 3), CountingServer("orders")).ended
    assert ended.seconds > 0
    assert ended.cpu_seconds > 0
    assert ended.peak_megabytes > 10


def test_a_record_that_the_server_does_not_have_ends_the_benchmark() -> None:
    """It looks for customers here, so it has none of what the target calls delivered."""
    with pytest.raises(RecordsLost, match="3 delivered and 0 unchanged, and the server has 0"):
        run_target(made_up("orders", 3), CountingServer("customers"))


@pytest.mark.parametrize(
    ("run", "delivered"),
    [
        (finished(server=2), 2),
        (finished(server=3), 2),
        (finished(server=4), 3),
        (finished(server=3, code=1), 3),
        (finished(server=3, out=b""), 3),
    ],
    ids=["not fed", "not told", "sent twice", "failed", "without STATE"],
)
def test_any_other_count_or_end_fails_too(run: Run, delivered: int) -> None:
    """A figure stands only for a run that did its whole work, once."""
    hold(3, finished(server=3), 3)
    with pytest.raises(RecordsLost):
        hold(3, run, delivered)


def test_a_run_that_is_stopped_never_tells_of_more_than_arrived() -> None:
    """A slow run is judged by what it sent; what it says it sent must be there all the same."""
    stopped = made_up("customers", 200_000)
    run = run_target(stopped, CountingServer("customers", latency=0.05), deadline=2.0)
    assert run.ended.is_stopped
    with pytest.raises(RecordsLost, match="tells of 3 delivered"):
        hold_stopped(finished(server=2), 3)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command on one measurement that does as a test likes."""

    def run(*figures: Figure | Exception) -> tuple[int, str]:
        def measure(_: Bench) -> Iterator[Figure]:
            for figure in figures:
                if isinstance(figure, Exception):
                    raise figure
                yield figure

        made_up = Measurement("made up", "Made up", "Nothing.", measure)
        monkeypatch.setattr(command, "MEASUREMENTS", (made_up,))
        done = CliRunner().invoke(command.main, ["--quick"])
        return done.exit_code, done.output

    return run


def test_the_command_fails_on_a_lost_record(taken: Any) -> None:
    """What calls `make bench` sees it, and the reader sees why."""
    code, out = taken(RecordsLost("3 of 4"))
    assert code == 1
    assert "FAILED: 3 of 4" in out


def test_the_command_fails_on_a_promise_that_is_missed(taken: Any) -> None:
    """A promise is no ornament."""
    code, out = taken(Figure("pace", 4.9, "times", at_least(5)))
    assert code == 1
    assert "MISSED" in out


def test_the_command_is_content_with_promises_kept(taken: Any) -> None:
    """A figure without a promise is told and not judged."""
    code, out = taken(Figure("pace", 5.0, "times", at_least(5)), Figure("cost", 1.5, "us"))
    assert code == 0
    assert "ok" in out
    assert "1.50 us" in out
