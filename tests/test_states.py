"""STATE as early as it is true, and not more often than every five seconds."""

from __future__ import annotations

import json

from target_triplewhale.states import States


class Clock:
    """A clock that the test turns."""

    now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_at_most_one_in_five_seconds_and_always_the_newest() -> None:
    """A tap may send a STATE after every record."""
    clock, written = Clock(), list[bytes]()
    states = States(written.append, clock)
    for number in range(1, 4):
        states.take(number, b'{"n": %d}' % number)
        states.emit(settled=number)
    assert written == [b'{"n": 1}']
    clock.now += 4.9
    states.emit(settled=3)
    assert written == [b'{"n": 1}']
    clock.now += 0.2
    states.emit(settled=3)
    assert written == [b'{"n": 1}', b'{"n": 3}']


def test_none_passes_a_record_that_is_open() -> None:
    """STATE is a promise."""
    written: list[bytes] = []
    states = States(written.append)
    states.take(2, b'{"n": 2}')
    states.take(5, b'{"n": 5}')
    states.emit(settled=4)
    assert written == [b'{"n": 2}']
    states.emit(settled=5, is_last=True)
    assert written == [b'{"n": 2}', b'{"n": 5}']


def test_no_empty_one_goes_out() -> None:
    """It would make the next run begin anew."""
    written: list[bytes] = []
    states = States(written.append)
    for value in (b"{}", b"{ }", b"null", b""):
        states.take(0, value)
    states.emit(settled=0, is_last=True)
    assert written == []


def test_of_too_many_that_wait_the_newest_is_kept() -> None:
    """A tap may send a large STATE after every record, while one record is open for long."""
    written: list[bytes] = []
    states = States(written.append)
    for number in range(1, 3001):
        states.take(number, b'{"n": %d, "x": "%s"}' % (number, b"x" * 10_000))
    states.emit(settled=2000)
    assert 1990 < json.loads(written[-1])["n"] <= 2000
    states.emit(settled=3000, is_last=True)
    assert json.loads(written[-1])["n"] == 3000


def test_of_two_at_one_place_the_later_one_goes_out() -> None:
    """No record came between them."""
    written: list[bytes] = []
    states = States(written.append)
    states.take(1, b'{"n": 1}')
    states.take(1, b'{"n": 2}')
    states.emit(settled=1)
    assert written == [b'{"n": 2}']
