"""What docs/limits.md says in words, tried with a clock that is set by hand."""

from __future__ import annotations

from target_triplewhale.delivery.limits import WINDOW_SECONDS, Limiter
from target_triplewhale.endpoints import ENDPOINTS
from tests.explanations.pages import DOCS

PAGE = (DOCS / "limits.md").read_text()


class Clock:
    """Time that passes when it is told to."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_a_retry_after_holds_everything() -> None:
    """Whichever endpoint has been asked to wait."""
    for asked in ENDPOINTS.values():
        limiter = Limiter({"requests": 100, "events": 10}, clock=Clock())
        limiter.hold(asked.limits, 30)
        waits = {name: limiter.wait(other.limits) for name, other in ENDPOINTS.items()}
        assert waits == dict.fromkeys(ENDPOINTS, 30), asked.name


def test_the_sixth_goes_when_the_first_is_out_of_the_window() -> None:
    """As it is drawn: no new minute begins for all at once."""
    clock = Clock()
    limiter = Limiter({"requests": 5}, clock=clock)
    for seconds in (0, 2, 4, 9, 18):
        clock.now = 1000.0 + seconds
        limiter.take(["requests"])
    assert limiter.wait(["requests"]) == WINDOW_SECONDS - 18
    clock.now = 1000.0 + WINDOW_SECONDS
    assert limiter.wait(["requests"]) == 0
    limiter.take(["requests"])
    assert limiter.wait(["requests"]) == 2


def test_the_words_have_the_numbers_of_the_tables() -> None:
    """A table is generated, and a sentence is not."""
    assert "| 18,568 | 1 s | 45 s | 18 min 35 s |" in PAGE
    assert "18,568 leads a night are nineteen minutes" in PAGE
    assert "| all endpoints together | `requests_per_minute` | 25,000 |" in PAGE
    assert "Twenty-five thousand a minute are many" in PAGE
    assert "at 0.3 seconds an answer that is 200 a minute" in PAGE
    assert "61 seconds, not 60" in PAGE
    assert WINDOW_SECONDS == 61
