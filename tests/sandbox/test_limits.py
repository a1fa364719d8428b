"""Both limits, proved with a clock that is passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.sandbox import Faults
from target_triplewhale.sandbox.limits import Limits
from tests.sandbox.bodies import event, order

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.conftest import Client


class Clock:
    """A clock that a test sets."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def test_the_window_moves_with_the_clock() -> None:
    """No 60 seconds may hold more than the limit, wherever they begin."""
    limits = Limits({"a": 2}, 60)
    assert [limits.take(["a"], now) for now in (0, 59.5, 59.9)] == [None, None, 1]
    assert [limits.take(["a"], now) for now in (60, 60.1, 119.5)] == [None, 60, None]


def test_two_limits_are_taken_together_or_not_at_all() -> None:
    """A request that one limit refuses must not use up the other."""
    limits = Limits({"requests": 2, "events": 1}, 60)
    assert limits.take(["requests", "events"], 0) is None
    assert limits.take(["requests", "events"], 1) == 59
    assert limits.left("requests", 1) == 1


def test_the_answer_over_the_limit_says_how_long_to_wait(start: Callable[..., Client]) -> None:
    """`Retry-After` is in whole seconds, and after that time there is room."""
    clock = Clock()
    api = start(requests_per_minute=2, clock=clock)
    api.post("orders", order())
    clock.now += 0.5
    api.post("customers", {"shop": "s", "customer_id": "1"})
    answer = api.post("orders", order())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert answer.json()["message"] == "Rate limit exceeded. Try again later."
    clock.now += 60
    assert api.post("orders", order()).status_code == 200


def test_events_have_a_limit_of_their_own(start: Callable[..., Client]) -> None:
    """What events may not, orders still may."""
    api = start(events_per_minute=1)
    assert [api.post("event", event()).status_code for _ in range(2)] == [200, 429]
    assert api.post("orders", order()).status_code == 200


def test_a_request_inside_a_retry_after_is_written_down(start: Callable[..., Client]) -> None:
    """A client that does not wait is found in the log, with how early it came."""
    clock = Clock()
    api = start(events_per_minute=1, clock=clock)
    for seconds in (0, 1, 20, 0, 40):
        clock.now += seconds
        api.post("event" if seconds else "orders", event() if seconds else order())
    api.post("event", event())
    early = api.rows("SELECT path, status, inside_retry_after FROM requests ORDER BY n")
    assert [row[1:] for row in early if row[0] == "/data-in/event"] == [
        (200, None),
        (429, None),
        (200, None),
        (429, None),
    ]


def test_a_wait_asked_for_by_a_fault_counts_as_well(start: Callable[..., Client]) -> None:
    """It holds back every request of that limit, not just the one answered."""
    clock = Clock()
    script = '[{"nth": 1, "status": 503, "headers": {"Retry-After": "5"}}]'
    api = start(faults=Faults.parse(script), clock=clock)
    statuses = []
    for seconds in (0, 2, 4):
        clock.now += seconds
        statuses.append(api.post("orders", order()).status_code)
    assert statuses == [503, 200, 200]
    found = api.rows("SELECT retry_after, inside_retry_after FROM requests ORDER BY n")
    assert found == [("5", None), (None, 2.0), (None, None)]


def test_checks_of_the_key_use_up_no_data_in_requests(start: Callable[..., Client]) -> None:
    """They have a quota of their own."""
    api = start(requests_per_minute=1)
    assert api.get("/users/api-keys/me").status_code == 200
    assert api.post("orders", order()).status_code == 200
