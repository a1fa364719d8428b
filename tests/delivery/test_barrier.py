"""The mark that STATE waits for, against the simplest thing that does the same."""

from __future__ import annotations

import threading

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from target_triplewhale.delivery.barrier import LowWaterMark, NoMark


class Marking(RuleBasedStateMachine):
    """Records are opened in order; their parts are closed in any."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = LowWaterMark()
        self.parts: list[int] = []

    @rule(parts=st.integers(0, 3))
    def open(self, parts: int) -> None:
        """Numbers count from 0, without a gap; a record of no parts has ended already."""
        assert self.mark.open(parts) == len(self.parts)
        self.parts.append(parts)

    @precondition(lambda self: any(self.parts))
    @rule(data=st.data())
    def close(self, data: st.DataObject) -> None:
        """Answers come in any order, and settle some together."""
        numbers = data.draw(st.lists(st.sampled_from(self.still_open), max_size=4, unique=True))
        self.mark.close(numbers)
        for number in numbers:
            self.parts[number] -= 1

    @property
    def still_open(self) -> list[int]:
        """What the mark must not pass."""
        return [number for number, parts in enumerate(self.parts) if parts]

    @invariant()
    def the_mark_is_the_first_open_record(self) -> None:
        """A STATE must not pass a record that is open, and need not wait for anything else."""
        first = min(self.still_open, default=len(self.parts))
        assert self.mark.settled == first
        assert self.mark.next_number == len(self.parts)
        assert self.mark.unsettled == len(self.parts) - first


TestMarking = Marking.TestCase
TestMarking.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_the_mark_holds_between_two_threads() -> None:
    """One thread opens records, the other settles them; the mark never passes an open one."""
    mark, count, wrong = LowWaterMark(), 5000, []
    opened: list[int] = []

    def settle() -> None:
        done = 0
        while done < count:
            while done < len(opened):
                if mark.settled > opened[done]:
                    wrong.append(done)
                mark.close([opened[done]])
                done += 1

    settling = threading.Thread(target=settle)
    settling.start()
    for _ in range(count):
        opened.append(mark.open(1))  # noqa: PERF401  (the other thread reads along)
    settling.join()
    assert not wrong
    assert mark.settled == count


def test_a_run_without_state_numbers_records_and_holds_none() -> None:
    """The first may stay open to the end of the input, however long that is."""
    mark = NoMark()
    assert [mark.open(1), mark.open(2)] == [0, 1]
    assert (mark.next_number, mark.settled, mark.unsettled) == (2, 2, 0)
    mark.close([1, 0])
    assert mark.unsettled == 0
