"""Delivery as a whole: two threads, and a bounded amount between them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.delivery import delivery as module
from target_triplewhale.delivery.attempts import Attempts
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.outbox import Outbox
from target_triplewhale.outcomes import Delivered, Rejected, Superseded
from tests.delivery.parcels import parcel
from tests.delivery.running import OK, PATIENCE, Run, customers

if TYPE_CHECKING:
    from collections.abc import Callable


def test_reading_goes_on_while_requests_are_in_flight(begin: Callable[..., Run]) -> None:
    """The thread that reads never waits for an answer while there is room."""
    run = begin()
    run.service.is_open = False
    run.send(*customers("1", "2"))
    run.until(lambda: len(run.service.requests) == 2)
    run.send(*customers("3", "4", first=2))
    run.until(lambda: len(run.service.requests) == 4)
    assert (run.waits, run.ended) == (0, [])
    run.service.is_open = True
    run.delivery.finish()
    assert set(run.outcomes()) == {"1", "2", "3", "4"}


def test_reading_waits_over_the_budget_and_goes_on_when_there_is_room(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded by what is open, and not by the input; what waits is sent at once."""
    monkeypatch.setattr(module, "BUDGET", 100)
    run = begin(batch_size=1000)
    run.service.is_open = False
    run.send(*customers("1", "2", weight=50))
    assert run.waits == 0

    def open_late() -> None:
        assert run.ended == []
        run.service.is_open = True

    run.on_wait = open_late
    run.delivery.send(*customers("3", first=2, weight=50))
    assert run.waits > 0
    assert run.ended
    run.on_wait = lambda: None
    run.delivery.finish()
    assert set(run.outcomes()) == {"1", "2", "3"}


def test_records_are_counted_as_sent_when_the_api_has_accepted_them(
    begin: Callable[..., Run],
) -> None:
    """What it has refused was sent, and did not arrive."""
    run = begin(OK, Answer(400, {"message": "no"}), OK, most=1)
    run.send(*customers("1", "2", "3"))
    run.delivery.finish()
    assert run.traffic.totals("requests") == {"customers": 3}
    assert run.traffic.totals("records") == {"customers": 2}


def test_a_parcel_larger_than_the_budget_is_sent_all_the_same(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for nothing but itself."""
    monkeypatch.setattr(module, "BUDGET", 10)
    run = begin(batch_size=1000)
    run.delivery.send(*customers("1", weight=50))
    assert run.outcomes() == {"1": Delivered}


def test_parcels_go_over_in_handfuls(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one, threads would spend their time on telling each other."""
    monkeypatch.setattr(module, "HANDED_OVER", 3)
    run = begin()
    one, two, three = customers("1", "2", "3")
    run.delivery.send(one)
    run.delivery.send(two)
    assert run.service.requests == []
    run.delivery.send(three)
    run.until(lambda: len(run.ended) == 3)
    assert run.waits == 0


def test_what_has_waited_long_enough_goes_without_company(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the thread that reads waits for input, and calls nothing."""
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0)
    run = begin(batch_size=1000)
    run.send(parcel("orders", "1"))
    run.until(lambda: len(run.ended) == 1)


def test_company_is_waited_for_until_then(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer looks at how long a parcel has waited."""
    looked: list[float] = []
    run = begin(batch_size=2)
    flush = Outbox.flush

    def remember(self: Any, before: float = float("inf")) -> None:
        looked.append(before)
        flush(self, before)

    monkeypatch.setattr(Outbox, "flush", remember)
    run.send(parcel("orders", "1"))
    run.until(lambda: bool(looked))
    assert looked[0] < float("inf")
    assert run.service.requests == []
    run.send(parcel("orders", "2", number=1))
    run.until(lambda: len(run.ended) == 2)
    assert run.service.requests == [["1", "2"]]


def test_a_flush_waits_for_nothing(begin: Callable[..., Run]) -> None:
    """It only lets things go."""
    run = begin(batch_size=1000)
    run.delivery.send(parcel("orders", "1"))
    run.delivery.flush()
    assert run.waits == 0
    run.until(lambda: len(run.ended) == 1)


def test_a_run_is_finished_when_all_is_settled(begin: Callable[..., Run]) -> None:
    """Whatever it takes: tries, rejects, a second look."""
    answers = [Answer(502, {}), Answer(400, {}), *[Answer(500, {})] * 3]
    # Who gets which answer is a matter of time: one record may get all of them but the 400.
    run = begin(*answers, most=1, retries=len(answers))
    for one in customers("1", "2", "3"):
        run.delivery.send(one)
    run.delivery.finish()
    assert len(run.ended) == 3
    assert sorted(one.__name__ for one in run.outcomes().values()) == [
        "Delivered",
        "Delivered",
        "Rejected",
    ]


def test_nothing_to_finish_is_no_wait(begin: Callable[..., Run]) -> None:
    """An empty input ends at once."""
    run = begin()
    run.delivery.finish()
    assert run.waits == 0
    run.delivery.check()


def test_what_came_before_the_end_is_sent_and_what_came_after_is_not(
    begin: Callable[..., Run],
) -> None:
    """Rejects end a run at a record; the records after it are the next run's."""
    run = begin(batch_size=1000)
    for number, key in enumerate("12131"):
        run.delivery.send(parcel("orders", key, number=number))
    run.delivery.finish(before=3)
    assert run.service.requests == [["1", "2"]]
    assert [(one.number, type(outcome)) for one, outcome in run.ended] == [
        (2, Delivered),
        (1, Delivered),
        (0, Superseded),
    ]


def test_what_was_superseded_ends_with_the_one_that_took_its_place(
    begin: Callable[..., Run],
) -> None:
    """Not before: a STATE in between would lose it."""
    run = begin(batch_size=1000)
    run.service.is_open = False
    run.send(*(parcel("customers", "1", number=number) for number in range(3)))
    run.delivery.flush()
    run.until(lambda: len(run.service.requests) == 1)
    assert run.ended == []
    run.service.is_open = True
    run.delivery.finish()
    assert [(one.number, type(outcome)) for one, outcome in run.ended] == [
        (2, Delivered),
        (0, Superseded),
        (1, Superseded),
    ]


def test_a_later_version_waits_for_the_answer_to_the_former(begin: Callable[..., Run]) -> None:
    """Retries included: an older version never lands after a newer one."""
    run = begin(NoAnswer("timeout"), Answer(503, {}))
    run.service.is_open = False
    older, newer, other = customers("1", "1", "2")
    run.send(older)
    run.until(lambda: len(run.service.requests) == 1)
    run.send(newer, other)
    run.until(lambda: len(run.service.requests) == 2)
    assert run.service.requests == [["1"], ["2"]]
    run.service.is_open = True
    run.delivery.finish()
    assert [one for one, _ in run.ended if one is not other] == [older, newer]
    assert len(run.service.requests) == 5


def test_a_record_that_the_server_fails_on_is_asked_again_when_nothing_else_is_left(
    begin: Callable[..., Run],
) -> None:
    """Else the run would wait for a success that cannot come."""
    run = begin(*[Answer(500, {})] * 4)
    run.send(*customers("1"))
    run.delivery.finish()
    assert run.outcomes() == {"1": Rejected}
    assert len(run.service.requests) == 4


def test_a_turn_for_what_is_no_longer_there_is_given_back(
    begin: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run's end takes out leaves the room to others."""
    waiting, given_back = threading.Event(), threading.Event()
    turn, give_back = Attempts.turn, Attempts.give_back

    async def wait(self: Attempts, limits: tuple[str, ...]) -> Any:
        if len(run.service.requests) == 1:
            waiting.set()
        return await turn(self, limits)

    def remember(self: Attempts) -> None:
        give_back(self)
        given_back.set()

    monkeypatch.setattr(Attempts, "turn", wait)
    monkeypatch.setattr(Attempts, "give_back", remember)
    run = begin(most=1)
    run.service.is_open = False
    run.send(*customers("1"))
    run.until(lambda: len(run.service.requests) == 1)
    run.send(*customers("2", first=5))
    assert waiting.wait(PATIENCE)
    run.on_wait = lambda: setattr(run.service, "is_open", True)
    run.delivery.finish(before=5)
    assert given_back.wait(PATIENCE)
    run.delivery.send(*customers("3", first=6))
    run.delivery.finish()
    assert run.outcomes() == {"1": Delivered, "3": Delivered}


def test_news_are_told_as_soon_as_a_part_of_a_request_has_ended(begin: Callable[..., Run]) -> None:
    """Its other part may wait out a Retry-After of an hour, and STATE and room with it."""
    run = begin(Answer(413, {}), OK, Answer(429, {}, retry_after=3600.0), batch_size=2)
    run.send(parcel("orders", "1"), parcel("orders", "2", number=1))
    run.until(lambda: run.service.answered == 3)
    assert run.outcomes() == {"1": Delivered}
    assert run.news > 0


def test_what_was_superseded_stays_open_with_a_reject_that_could_not_be_kept(
    begin: Callable[..., Run],
) -> None:
    """A full disk: nothing of the record is anywhere, so no STATE may pass any version of it."""
    run = begin(batch_size=1000)
    run.keeps = False
    run.send(*(parcel("customers", "1", number=number) for number in range(2)))
    run.delivery.finish()
    assert [one.number for one, _ in run.ended] == [1]


def test_a_fault_while_parcels_are_taken_in_ends_the_delivery(begin: Callable[..., Run]) -> None:
    """Else whoever waits for them would wait for ever."""
    run = begin()
    run.delivery.send(parcel("customers", "1", identity=[]))  # type: ignore[arg-type]
    run.delivery.hand_over()
    with pytest.raises(TypeError):
        run.until(lambda: run.delivery.check() is not None)  # type: ignore[func-returns-value]
