"""How many rejects a run bears, and what STATE may pass meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.journal.allowance import (
    FIRST_ROW,
    GROWING_SECONDS,
    LATER_ROW,
    RejectAllowance,
)
from target_triplewhale.journal.rejects import Entry, Source
from target_triplewhale.journal.tally import Tally
from target_triplewhale.outcomes import Delivered, Outcome, Rejected

if TYPE_CHECKING:
    import pytest

REJECTED = Rejected("TW-X", ())
OTHER = Rejected("TW-Y", ())


def judge(
    allowance: RejectAllowance, outcomes: list[Outcome], order: list[int] | None = None
) -> None:
    """Let records 0, 1, 2 ... end so, in their order or another one."""
    tally = Tally()
    for number in order or range(len(outcomes)):
        count = tally.of("s", "s:orders", "orders")
        count.end(outcomes[number])
        source = Source(number, b"{}", "s", b"{}")
        allowance.judge([Entry(number, source, count)], outcomes[number])


def allowance(count: int | None = None, share: float | None = 0.5) -> RejectAllowance:
    """Return an allowance of a share, or of a number."""
    return RejectAllowance(count, None if count is not None else share)


def test_the_first_row_halts_and_holds_state_before_it() -> None:
    """A mapping mistake must be read again once it is mended."""
    found = allowance()
    judge(found, [REJECTED] * FIRST_ROW)
    assert found.halt
    assert found.hold(FIRST_ROW) == 0


def test_what_is_delivered_later_does_not_let_state_pass_a_row_that_halted() -> None:
    """Requests in flight may still succeed."""
    found = allowance()
    judge(found, [*[REJECTED] * FIRST_ROW, Delivered(), Delivered()])
    assert found.hold(FIRST_ROW + 2) == 0


def test_a_later_row_is_longer_and_different_codes_make_none() -> None:
    """Bad data comes in many kinds, and in clusters."""
    shorter = allowance()
    judge(shorter, [Delivered(), *[REJECTED] * (LATER_ROW - 1)])
    assert not shorter.halt
    assert shorter.hold(500) == 1
    longer = allowance()
    judge(longer, [Delivered(), *[REJECTED] * LATER_ROW])
    assert longer.halt
    mixed = allowance()
    judge(mixed, [REJECTED, OTHER] * LATER_ROW)
    assert not mixed.halt


@given(st.permutations(range(40)))
def test_rows_follow_the_order_as_read_whatever_ends_first(order: list[int]) -> None:
    """Rejects by the mapping end before anything is delivered, and must not look like a row."""
    found = allowance()
    judge(found, [Delivered() if number % 2 else REJECTED for number in range(40)], order)
    assert not found.halt


@given(st.permutations(range(10)))
def test_over_a_number_state_stays_before_the_first_reject(order: list[int]) -> None:
    """For runners without a disk, whatever the answers' order."""
    found = allowance(0)
    outcomes: list[Outcome] = [REJECTED if number in (3, 5) else Delivered() for number in order]
    by_number = dict(zip(order, outcomes, strict=True))
    judge(found, [by_number[number] for number in range(10)], order)
    assert found.halt
    assert found.hold(10) == 3


def test_all_rejects_may_be_borne() -> None:
    """`max_rejects: 100%` turns rows off, and holds nothing."""
    found = allowance(share=1.0)
    judge(found, [REJECTED] * 500)
    assert not found.halt
    assert found.hold(500) == 500


def test_a_long_row_that_cannot_be_judged_yet_asks_the_input_to_wait() -> None:
    """Else a mapping mistake would reject all that can be read before the first answer comes."""
    found = allowance()
    rejected = range(1, FIRST_ROW + 1)
    judge(found, [Delivered(), *[REJECTED] * FIRST_ROW], list(rejected[:-1]))
    assert not found.must_be_judged
    judge(found, [Delivered(), *[REJECTED] * FIRST_ROW], list(rejected[-1:]))
    assert found.must_be_judged


def test_scattered_rejects_ask_nobody_to_wait() -> None:
    """They would send half-empty requests all the time."""
    found = allowance()
    outcomes: list[Outcome] = [
        REJECTED if number % 2 else Delivered() for number in range(10 * FIRST_ROW)
    ]
    judge(found, outcomes, list(range(1, len(outcomes), 2)))
    assert not found.must_be_judged


def test_a_later_row_that_no_longer_grows_lets_state_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """One reject at the end of a stream must not hold the STATE of all others for hours."""
    found = allowance()
    judge(found, [Delivered(), REJECTED])
    assert found.hold(5) == 1
    later = time.monotonic() + GROWING_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert found.hold(5) == 5


def test_a_stream_with_nothing_but_rejects_holds_state_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is a mapping mistake in the making, however slowly it comes."""
    found = allowance()
    judge(found, [REJECTED, REJECTED])
    later = time.monotonic() + GROWING_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert found.hold(5) == 0
