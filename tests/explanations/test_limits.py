"""What docs/limits.md says in words, tried with a clock that is set by hand."""

from __future__ import annotations

from target_triplewhale.delivery.limits import WINDOW_SECONDS, Limiter
from target_triplewhale.endpoints import ENDPOINTS
from tests.explanations.clock import Clock
from tests.explanations.pages import DOCS
from tests.explanations.picture import BEARS, MOST, in_flight

PAGE = (DOCS / "limits.md").read_text()


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
    assert "18,568 leads take nineteen minutes" in PAGE
    assert "| all endpoints together | `requests_per_minute` | 25,000 |" in PAGE
    assert "25,000 a minute, and among these 1,000 events" in PAGE
    assert "at 0.3 seconds an answer that is 200 a minute" in PAGE
    assert "61 seconds, not 60" in PAGE
    assert WINDOW_SECONDS == 61
    assert f"what the {MOST} of the default allow" in PAGE


def test_the_picture_shows_what_the_page_says() -> None:
    """It doubles, is halved by a refusal, grows one by one, and never goes over the most."""
    drawn = in_flight()
    assert drawn[:6] == [4, 8, 16, 32, 64, 128]
    assert drawn[6:9] == [64, 65, 66]
    fewer, _ = BEARS[1]
    assert drawn[fewer + 1] == drawn[fewer] // 2
    assert max(drawn) == MOST
