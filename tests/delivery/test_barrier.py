"""The mark that STATE waits for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.barrier import LowWaterMark


@given(st.permutations(range(12)))
def test_the_mark_is_the_first_open_record_whatever_the_order(order: list[int]) -> None:
    """A STATE must not pass a record that is open, in any order of answers."""
    mark = LowWaterMark()
    numbers = [mark.open() for _ in order]
    still_open = set(numbers)
    for number in order:
        mark.close(number)
        still_open.discard(number)
        assert mark.settled == min(still_open, default=len(numbers))


def test_a_record_is_open_until_its_last_route_has_ended() -> None:
    """STATE waits for all routes of a record."""
    mark = LowWaterMark()
    number = mark.open()
    mark.add(number, 2)
    mark.close(number)
    mark.close(number)
    assert mark.settled == number
    mark.close(number)
    assert mark.settled == mark.next_number == number + 1
