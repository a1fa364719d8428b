"""Delivery comes to an end in every case, and tells why."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.delivery import delivery as module
from target_triplewhale.delivery.client import Answer
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.outcomes import Delivered
from tests.delivery.running import PATIENCE, Run, customers

if TYPE_CHECKING:
    from collections.abc import Callable


def test_what_halts_the_delivery_is_raised_where_it_is_waited_for(
    begin: Callable[..., Run],
) -> None:
    """And again at every later look."""
    run = begin(Answer(401, {}))
    run.send(*customers("1"))
    with pytest.raises(DeliveryHalted, match="does not know the key"):
        run.delivery.finish()
    with pytest.raises(DeliveryHalted, match="does not know the key"):
        run.delivery.check()


def test_a_halt_wakes_a_reader_that_waits_for_input(begin: Callable[..., Run]) -> None:
    """Its bell rings, however long the tap is silent."""
    run = begin(Answer(403, {}))
    run.send(*customers("1"))
    run.until(lambda: run.service.answered == 1)
    run.bell.wait(PATIENCE)
    run.until(lambda: _has_failed(run))


def _has_failed(run: Run) -> bool:
    try:
        run.delivery.check()
    except DeliveryHalted:
        return True
    return False


def test_a_reader_over_the_budget_hears_of_a_halt(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would wait for room for ever."""
    monkeypatch.setattr(module, "BUDGET", 10)
    run = begin(Answer(401, {}))
    with pytest.raises(DeliveryHalted):
        run.delivery.send(*customers("1", weight=50))


def test_a_defect_in_the_loop_is_raised_and_never_swallowed(begin: Callable[..., Run]) -> None:
    """Else records would stay open without a word."""
    run = begin(ZeroDivisionError("made up"))
    run.send(*customers("1"))
    with pytest.raises(ZeroDivisionError):
        run.delivery.finish()


def test_of_several_failures_the_first_is_told(begin: Callable[..., Run]) -> None:
    """The others may only follow from it."""
    run = begin(Answer(401, {}), Answer(403, {}))
    run.service.is_open = False
    run.send(*customers("1", "2"))
    run.until(lambda: len(run.service.requests) == 2)
    run.service.is_open = True
    run.until(lambda: run.service.answered == 2)
    run.delivery.stop()
    with pytest.raises(DeliveryHalted, match="does not know the key"):
        run.delivery.check()


def test_nothing_begins_after_a_halt(begin: Callable[..., Run]) -> None:
    """What waits for a turn stays open, for the next run."""
    run = begin(Answer(401, {}), most=1)
    run.send(*customers("1", "2", "3"))
    with pytest.raises(DeliveryHalted):
        run.delivery.finish()
    run.until(lambda: run.switch.is_tripped)
    run.delivery.stop()
    assert len(run.service.requests) == 1
    assert run.ended == []


def test_stopping_waits_for_what_is_in_flight_and_begins_nothing(
    begin: Callable[..., Run],
) -> None:
    """An answer that is on its way is worth a while: it is one record less to send again."""
    run = begin(most=2)
    run.service.is_open = False
    run.send(*customers("1", "2", "3", "4"))
    run.until(lambda: len(run.service.requests) == 2)
    late = threading.Timer(0.1, lambda: setattr(run.service, "is_open", True))
    late.start()
    run.delivery.stop()
    late.join()
    assert sorted(run.outcomes()) == ["1", "2"]
    assert len(run.service.requests) == 2
    run.delivery.check()


def test_stopping_waits_no_longer_than_the_grace(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that never answers does not keep a run from ending."""
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.1)
    run = begin()
    run.service.is_open = False
    run.send(*customers("1"))
    run.until(lambda: len(run.service.requests) == 1)
    run.delivery.stop()
    assert (run.service.answered, run.service.given_up) == (0, 1)
    run.delivery.close()
    assert run.service.is_closed
    assert run.ended == []


def test_stopping_with_nothing_in_flight_ends_at_once(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for nothing."""
    monkeypatch.setattr(module, "GRACE_SECONDS", PATIENCE * 10)
    run = begin()
    run.send(*customers("1"))
    run.delivery.finish()
    run.delivery.stop()
    assert run.outcomes() == {"1": Delivered}


def test_a_wait_for_the_next_try_ends_with_the_run(begin: Callable[..., Run]) -> None:
    """Also an hour of Retry-After."""
    run = begin(Answer(429, {}, retry_after=3600.0))
    run.send(*customers("1"))
    run.until(lambda: run.service.answered == 1)
    run.delivery.stop()
    assert run.ended == []
    run.delivery.check()


def test_what_never_began_can_be_stopped_and_closed(begin: Callable[..., Run]) -> None:
    """A wrong setting or an empty input ends a run before its first parcel."""
    before = threading.enumerate()
    run = begin()
    run.delivery.stop()
    run.delivery.close()
    run.delivery.hand_over()
    run.delivery.check()
    assert threading.enumerate() == before


def test_closing_leaves_no_thread_and_no_connection(begin: Callable[..., Run]) -> None:
    """And a second time does no harm."""
    before = threading.enumerate()
    run = begin()
    run.send(*customers("1"))
    run.delivery.finish()
    assert threading.enumerate() != before
    run.delivery.close()
    assert run.service.is_closed
    assert threading.enumerate() == before
    run.delivery.close()


def test_closing_gives_up_what_is_in_flight(begin: Callable[..., Run]) -> None:
    """After the grace there is nothing to wait for."""
    run = begin()
    run.service.is_open = False
    run.send(*customers("1"))
    run.until(lambda: len(run.service.requests) == 1)
    run.delivery.close()
    assert run.ended == []
    assert run.service.is_closed
