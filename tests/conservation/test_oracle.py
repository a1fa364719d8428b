"""The judge can fail: it finds each broken promise in evidence that is doctored to show it."""

from __future__ import annotations

import copy
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.conservation.doctored import FILLED_IN, Case
from tests.conservation.faults import WELL
from tests.conservation.input import Input, state
from tests.conservation.ledger import differing
from tests.conservation.oracle import (
    broken_in_ledger,
    broken_in_repeat,
    broken_in_waiting,
    stale,
)
from tests.conservation.plan import Run, Stop
from tests.conservation.store import key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def case() -> Case:
    return Case()


def test_an_honest_run_breaks_nothing(case: Case) -> None:
    """A judge that always complains would prove as little as one that never does."""
    assert case.broken() == []


def _lost_record(case: Case) -> None:
    case.lose(case.sent()[0])


def _lost_reject(case: Case) -> None:
    case.evidence.rejects.pop()


def _stale_version(case: Case) -> None:
    older, newer = case.versions()
    case.lose(newer)
    body = {**older.body, **FILLED_IN}
    case.store.keep(key_of("orders", body), body)


def _older_after_newer(case: Case) -> None:
    older, newer = case.versions()
    case.deliver(older)
    case.deliver(newer)


def _foreign_row(case: Case) -> None:
    one = next(one for one in case.sent() if one.endpoint == "orders")
    case.deliver(one, name=f"{one.mark}x")


def _changed_field(case: Case) -> None:
    order = next(one for one in case.sent() if one.endpoint == "orders")
    case.evidence.notes.arrivals.clear()
    case.deliver(order, order_revenue=1)


def _filtered_record_sent(case: Case) -> None:
    lines = [one for one in case.given.expected if one.fate == "filtered" and one.endpoint]
    assert lines
    one = next(one for one in case.sent() if one.stream == "contacts")
    body = {**one.body, "note": f"L{lines[0].line}x", "customer_id": "G-unknown"}
    case.deliver(replace(one, body=body))


def _early_state(case: Case) -> None:
    """The run was stopped; what came last is neither kept nor on disk, but below the STATE."""
    case.evidence.code, case.evidence.is_signalled = 143, True
    case.evidence.run = Run({}, WELL, stop=Stop(signal.SIGTERM, 1, 0.0))
    case.lose(case.sent()[-1])


def _state_back(case: Case) -> None:
    case.evidence.states.insert(0, case.evidence.states[-2])


def _state_of_its_own(case: Case) -> None:
    case.evidence.states.insert(0, state(-7)["value"])


def _no_last_state(case: Case) -> None:
    case.evidence.states.pop()


def _request_too_early(case: Case) -> None:
    holds = case.evidence.notes.holds
    holds.headers("1", "events", {"event-1"})
    holds.look(2, time.monotonic() + 0.001, "events", {"event-1"})


def _other_request_too_early(case: Case) -> None:
    clock = iter([0.0, 0.3])
    holds = case.evidence.notes.holds
    holds.cpu = lambda: next(clock)
    holds.headers("date", "events", {"event-1"})
    holds.look(2, time.monotonic() + 0.5, "orders", {"L1"})


def _count_off(case: Case) -> None:
    routes = copy.deepcopy(case.evidence.report)
    assert routes
    routes["routes"][0]["delivered"] -= 1
    case.evidence.report = routes


def _reject_without_reason(case: Case) -> None:
    one = case.sent()[0]
    case.reject(one)


def _reject_twice(case: Case) -> None:
    case.evidence.rejects.append(case.evidence.rejects[-1])


def _two_ids_for_one_event(case: Case) -> None:
    event = next(one for one in case.sent() if "eventId" in one.loose)
    case.deliver(event, eventId="another")


def _one_id_for_two_events(case: Case) -> None:
    one = next(one for one in case.sent() if "eventId" in one.loose)
    two = next(
        two for two in case.sent() if "eventId" in two.loose and two.identity != one.identity
    )
    case.deliver(two, eventId=one.mark)


def _request_without_key(case: Case) -> None:
    case.evidence.notes.odd.append("a request came without the key")


def _email_in_the_log(case: Case) -> None:
    case.evidence.log = "customer person3@mail.example rejected"


def _phone_in_the_log(case: Case) -> None:
    case.evidence.log = "customer +49305550003 rejected"


def _traceback(case: Case) -> None:
    case.evidence.log = "Traceback (most recent call last):"


def _odd_code(case: Case) -> None:
    case.evidence.code = 143


def _hang(case: Case) -> None:
    case.evidence.code = None


@pytest.mark.parametrize(
    ("doctor", "words"),
    [
        (_lost_record, "is below STATE"),
        (_lost_record, "stored is nothing, the last line is"),
        (_lost_reject, "had to be rejected"),
        (_stale_version, "is below STATE"),
        (_stale_version, "the last line is"),
        (_older_after_newer, "came after line"),
        (_older_after_newer, "was kept after line"),
        (_foreign_row, "nothing in the input says"),
        (_changed_field, "differs in ['order_revenue']"),
        (_filtered_record_sent, "stored, and in no line"),
        (_early_state, "is below STATE"),
        (_state_back, "STATE goes back"),
        (_state_of_its_own, "was never sent"),
        (_no_last_state, "the last STATE is"),
        (_request_too_early, "the one that was answered so"),
        (_other_request_too_early, "request 2 to orders came inside a Retry-After"),
        (_count_off, "have ended"),
        (_reject_without_reason, "did not ask for that"),
        (_reject_without_reason, "are on disk"),
        (_reject_twice, "is rejected 2 times"),
        (_two_ids_for_one_event, "came under 2 ids"),
        (_one_id_for_two_events, "is the id of 2 events"),
        (_request_without_key, "without the key"),
        (_email_in_the_log, "an e-mail address in line 1"),
        (_phone_in_the_log, "a phone number"),
        (_traceback, "a traceback"),
        (_odd_code, "exit code 143"),
        (_hang, "the run hangs"),
    ],
)
def test_a_broken_promise_is_found(case: Case, doctor: Callable[[Case], None], words: str) -> None:
    """Each promise is broken in turn, and the judge must name it."""
    doctor(case)
    assert any(words in one for one in case.broken()), case.broken()


def test_a_request_on_the_wire_is_no_broken_promise(case: Case) -> None:
    """What was sent before the answer could be read must not be held against the sender."""
    holds = case.evidence.notes.holds
    holds.headers("1", "orders", {"L1"})
    holds.look(2, time.monotonic() + 0.02, "orders", {"L2"})
    holds.look(3, time.monotonic() + 1.2, "orders", {"L1"})
    assert case.broken() == []


def test_a_record_superseded_by_a_rejected_one_is_not_lost(case: Case) -> None:
    """The design settles a superseded record with the one that went in its place."""
    older, newer = case.versions()
    newest = [one for one in case.sent() if one.identity == newer.identity][-1]
    case.lose(newest)
    case.reject(newest)
    case.evidence.notes.refused.add((newest.identity, newest.mark))
    assert case.evidence.report
    case.evidence.report = None
    assert older.line < newest.line
    assert [one for one in case.broken() if "report" not in one] == []


def test_what_a_ledger_lacks_is_found_unless_it_is_sent_again(case: Case, tmp_path: Path) -> None:
    """Between two runs the ledger may be behind; after the last one it may not."""
    nothing_more = Input(case.given.schemas, [])
    lacking = differing(tmp_path, case.store)
    assert lacking == {one.identity for one in case.sent()}
    assert broken_in_ledger(lacking, case.given, case.given, [case.evidence]) == []
    found = broken_in_ledger(lacking, case.given, nothing_more, [case.evidence])
    assert len(found) == len(lacking)


def test_what_the_server_kept_of_a_rejected_record_is_no_fault_of_the_ledger(case: Case) -> None:
    """It was told that the record is refused, and keeps only what was accepted."""
    one, nothing_more = case.sent()[0], Input(case.given.schemas, [])
    case.reject(one)
    assert broken_in_ledger({one.identity}, case.given, nothing_more, [case.evidence]) == []


def test_a_request_without_news_is_found(case: Case) -> None:
    """What is unchanged must cost nothing at all."""
    (found,) = broken_in_repeat(case.evidence)
    assert found.startswith("a run without news sent 1 requests")
    case.evidence.notes.requests = 0
    assert broken_in_repeat(case.evidence) == []


def test_what_waits_after_it_could_be_sent_is_found(case: Case) -> None:
    """Only what can never be sent may wait for ever."""
    waiting = list(case.evidence.rejects)
    assert waiting
    assert broken_in_waiting(case.given, waiting) == []
    case.reject(case.sent()[0])
    assert broken_in_waiting(case.given, case.evidence.rejects[-1:]) != []


def test_an_input_without_news_has_what_the_server_has(case: Case) -> None:
    """An older version, or one that the server lacks, would have to be sent."""
    lost = case.sent()[0]
    case.lose(lost)
    news = stale(case.given, case.store)
    assert news == {lost.identity}
    sent = [one for one in case.given.newest(news).expected if one.fate == "sent"]
    assert lost.identity not in {one.identity for one in sent}
    assert len({one.identity for one in sent}) == len(sent)
