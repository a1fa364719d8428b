"""How many rejects a run bears, and where STATE stays when it bears no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

ORDERS = schema("orders", "order_id", keys=["order_id"])


def test_twenty_first_records_rejected_alike_halt_the_run(run: Runner, stored: Stored) -> None:
    """That is a mapping mistake, not bad data; no STATE may pass it."""
    bad = [order(number, currency="") for number in range(20)]
    lines = [ORDERS, *records("orders", *bad), state(a=1), *records("orders", order(99))]
    done = run(lines, max_rejects="99%", batch_size_rows=20, is_whole=False)
    assert done.code == 1
    assert done.states == []
    assert "TW-ORDERS-CURRENCY-MISSING" in done.log
    assert not stored("orders_table")


def test_over_a_share_the_run_fails_at_its_end_with_all_settled(run: Runner) -> None:
    """The others are delivered, and STATE passes what is on disk."""
    bad = [order(number, currency="") for number in range(2)]
    good = [order(number) for number in range(10, 28)]
    lines = [ORDERS, *records("orders", *good, *bad), state(a=1)]
    assert run(lines, max_rejects="10%").code == 0
    failed = run(lines, max_rejects="9%")
    assert failed.code == 1
    assert failed.states == [{"a": 1}]
    assert failed.counts("orders:orders") == {"read": 20, "delivered": 18, "rejected": 2}


def test_no_rejects_allowed_means_that_state_stays_before_the_first(run: Runner) -> None:
    """For runners without a disk, where a rejects file is lost with the machine."""
    lines = [ORDERS, *records("orders", order(1)), state(a=1)]
    lines += [*records("orders", order(2, currency="")), state(a=2)]
    done = run(lines, max_rejects=0, batch_size_rows=1, is_whole=False)
    assert done.code == 1
    assert done.states == [{"a": 1}]


def test_scattered_rejects_are_bad_data_and_no_mistake(run: Runner) -> None:
    """Only rejects with nothing delivered between them make a row, in the order as read."""
    found = [order(one, currency="" if one % 40 == 0 else "EUR") for one in range(1000)]
    done = run([ORDERS, *records("orders", *found), state(a=1)], max_rejects="5%")
    assert done.code == 0
    assert done.counts("orders:orders") == {"read": 1000, "delivered": 975, "rejected": 25}
    assert done.states == [{"a": 1}]


def test_two_hundred_rejects_in_a_row_halt_later_too(run: Runner) -> None:
    """A tap that changes in the middle is a mistake as well; STATE stays before the row."""
    found = [order(one, currency="" if one >= 30 else "EUR") for one in range(300)]
    lines: list[Any] = [ORDERS]
    for number, line in enumerate(records("orders", *found)):
        lines += [line, state(done=number)]
    done = run(lines, max_rejects="99%", batch_size_rows=10, is_whole=False)
    assert done.code == 1
    assert done.states[-1] == {"done": 29}
    assert done.counts("orders:orders")["rejected"] == 200


def test_what_was_read_before_a_reject_that_ends_the_run_is_delivered(
    run: Runner, stored: Stored
) -> None:
    """Else every run would end at the same place with nothing delivered."""
    lines = [ORDERS, *records("orders", order(1), order(2), order(3, currency=""), order(4))]
    done = run([*lines, state(a=1)], max_rejects=0, is_whole=False)
    assert done.code == 1
    assert done.states == []
    assert [one["order_id"] for one in stored("orders_table")] == ["A-1", "A-2"]
