"""The windows, proven with a clock that the tests turn themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.limits import WINDOW_SECONDS, Hold, Limiter
from tests.delivery.virtual_time import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable

PLAIN = ("requests",)
BOTH = ("requests", "events")


def taken(limits: Limiter, clock: Clock, names: tuple[str, ...], times: int) -> list[float]:
    """Take a slot as soon as there is one, so many times."""
    moments = []
    for _ in range(times):
        while (wait := limits.wait(names)) > 0:
            clock.now += wait
        limits.take(names)
        moments.append(clock.now)
    return moments


@given(size=st.integers(1, 20), times=st.integers(1, 100))
def test_no_window_ever_holds_more_than_its_size(size: int, times: int) -> None:
    """The limit is a promise to the API, over any stretch of a minute."""
    clock = Clock()
    moments = taken(Limiter({"requests": size}, clock=clock), clock, PLAIN, times)
    for first, later in zip(moments, moments[size:], strict=False):
        assert later - first >= WINDOW_SECONDS


@given(size=st.integers(1, 10), delays=st.lists(st.floats(0, 1), min_size=30, max_size=60))
def test_no_minute_of_the_server_holds_more_than_its_size(size: int, delays: list[float]) -> None:
    """Requests take up to a second on their way, each another time, and the server counts 60 s."""
    clock = Clock()
    moments = taken(Limiter({"requests": size}, clock=clock), clock, PLAIN, len(delays))
    arrivals = sorted(sent + delay for sent, delay in zip(moments, delays, strict=True))
    for first, later in zip(arrivals, arrivals[size:], strict=False):
        assert later - first > 60 - 1e-6


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["take", "hold", "pass"]),
            st.sampled_from([PLAIN, BOTH]),
            st.floats(0, 100),
        ),
        max_size=60,
    )
)
def test_a_slot_is_free_exactly_when_every_window_has_one(
    steps: Iterable[tuple[str, tuple[str, ...], float]],
) -> None:
    """Against the plainest count: what was taken of late, and what a hold forbids."""
    clock, sizes = Clock(), {"requests": 4, "events": 2}
    limits = Limiter(sizes, clock=clock)
    used: dict[str, list[float]] = {"requests": [], "events": []}
    held = {"requests": 0.0, "events": 0.0}

    def is_free(name: str) -> bool:
        recent = [one for one in used[name] if one > clock.now - WINDOW_SECONDS]
        return len(recent) < sizes[name] and held[name] <= clock.now

    for what, names, seconds in steps:
        assert (limits.wait(names) <= 0) == all(map(is_free, names))
        if what == "pass":
            clock.now += seconds
        elif what == "hold":
            limits.hold(names, seconds)
            for name in names:
                held[name] = max(held[name], clock.now + seconds)
        elif limits.wait(names) <= 0:
            limits.take(names)
            for name in names:
                used[name].append(clock.now)


def test_a_window_is_used_to_the_full_at_once() -> None:
    """Slots that are free are not held back, and each is free again when its minute is over."""
    clock = Clock()
    limits = Limiter({"requests": 5}, clock=clock)
    assert taken(limits, clock, PLAIN, 11) == [0.0] * 5 + [61.0] * 5 + [122.0]


def test_a_full_window_of_events_takes_no_slot_of_the_requests() -> None:
    """Both slots are taken together or not at all, or waiting events would starve orders."""
    clock = Clock()
    limits = Limiter({"requests": 3, "events": 1}, clock=clock)
    limits.take(BOTH)
    assert limits.wait(BOTH) == WINDOW_SECONDS
    assert taken(limits, clock, PLAIN, 2) == [0.0, 0.0]
    assert limits.wait(PLAIN) == WINDOW_SECONDS


def test_a_hold_is_never_shortened_by_a_later_one() -> None:
    """Of two answers the one that asks for more is heard."""
    clock = Clock()
    limits = Limiter({"requests": 100}, clock=clock)
    limits.hold(PLAIN, 30)
    limits.hold(PLAIN, 5)
    assert taken(limits, clock, PLAIN, 2) == [30.0, 30.0]


@pytest.mark.parametrize(("held", "free"), [(PLAIN, []), (("events",), [PLAIN]), (BOTH, [])])
def test_a_hold_is_about_the_windows_it_names(
    held: tuple[str, ...], free: list[tuple[str, ...]]
) -> None:
    """An event that must wait because of the events' pace holds no order back."""
    limits = Limiter({"requests": 9, "events": 9}, clock=Clock())
    limits.hold(held, 10)
    assert [names for names in (PLAIN, BOTH) if limits.wait(names) <= 0] == free


def test_a_wait_that_the_server_asks_for_is_news_once() -> None:
    """Every request in flight may be answered with the same wish, a moment later."""
    clock = Clock()
    limits = Limiter({"requests": 9, "events": 9}, clock=clock)
    assert limits.hold(PLAIN, 30)
    clock.now = 0.5
    assert not limits.hold(PLAIN, 30)
    assert limits.hold(BOTH, 30), "events were not held"
    assert limits.hold(PLAIN, 60)
    clock.now = 60.5
    assert limits.hold(PLAIN, 0.1), "the former hold is over"


def test_what_the_server_asks_for_holds_until_then() -> None:
    """A longer wish prolongs the hold that it came in."""
    clock = Clock()
    limits = Limiter({"requests": 9, "events": 9}, clock=clock)
    assert limits.holds() == []
    clock.now = 10
    limits.hold(PLAIN, 30)
    clock.now = 20
    limits.hold(PLAIN, 40)
    clock.now = 59
    assert limits.holds() == [Hold("requests", 10, 60, is_asked=True)]
    clock.now = 60
    assert limits.holds() == []


def test_a_limit_holds_from_the_first_that_waits_for_it() -> None:
    """A full window that nobody waits for holds nobody."""
    clock = Clock()
    limits = Limiter({"requests": 2, "events": 9}, clock=clock)
    clock.now = 5
    limits.take(PLAIN)
    limits.take(PLAIN)
    assert limits.holds() == []
    clock.now = 7
    limits.wait(PLAIN)
    assert limits.holds() == [Hold("requests", 7, 66, is_asked=False)]
    clock.now = 67
    assert limits.holds() == [], "whoever waited went 1 s ago at the latest"


def test_a_limit_that_is_full_again_within_its_window_is_one_hold() -> None:
    """A thousand events go at once, and then none for a minute: that is held all the time."""
    clock = Clock()
    limits = Limiter({"requests": 2}, clock=clock)
    taken(limits, clock, PLAIN, 8)
    assert clock.now == 183
    limits.wait(PLAIN)
    assert limits.holds() == [Hold("requests", 0, 244, is_asked=False)]
    clock.now = 305.5
    assert taken(limits, clock, PLAIN, 3) == [305.5, 305.5, 366.5]
    limits.wait(PLAIN)
    assert limits.holds() == [Hold("requests", 305.5, 366.5, is_asked=False)]
