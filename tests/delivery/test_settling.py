"""Each parcel of a request gets one verdict, whatever its answers are."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.verdicts import Accepted, Mixed, Refused, ServerFault, TooLarge
from target_triplewhale.outcomes import Rejected
from tests.delivery.judging import Server, Settled, settled
from tests.delivery.parcels import parcel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.delivery.judging import Verdict


class Chance:
    """Answers in any way that the verdicts allow, but takes what it has taken before."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311
        self._taken: set[str] = set()

    def __call__(self, keys: Sequence[str]) -> Verdict:
        """Judge a request."""
        verdict = self._judge(keys)
        if isinstance(verdict, Accepted):
            self._taken |= set(keys)
        if isinstance(verdict, Mixed):
            self._taken |= set(keys) - verdict.refused.keys() - verdict.doubtful
        return verdict

    def _judge(self, keys: Sequence[str]) -> Verdict:
        dice = self._dice
        if self._taken.issuperset(keys):
            return Accepted()
        if len(keys) == 1:
            single: list[Verdict] = [Accepted(), Refused("no", 400), ServerFault()]
            return dice.choice(single)
        if dice.random() < 0.4:
            whole: list[Verdict] = [Accepted(), TooLarge(), ServerFault()]
            return dice.choice(whole)
        refused = [key for key in keys if dice.random() < 0.3]
        left = [key for key in keys if key not in refused]
        doubtful = dice.choice([left, [], dice.sample(left, dice.randint(0, len(left)))])
        return Mixed(dict.fromkeys(refused, "no"), frozenset(doubtful), 400)


@given(count=st.integers(1, 80), seed=st.integers())
def test_every_parcel_gets_one_verdict_whatever_the_answers(count: int, seed: int) -> None:
    """Halving, asking again and second looks leave none out and settle none twice."""
    judge = Chance(seed)
    found = Settled(Server(lambda keys: Accepted() if keys == ["good"] else judge(keys)))
    found.settle([parcel("orders", "good")], [parcel("orders", str(n)) for n in range(count)])
    assert len(found.by_key()) == count + 1


@given(
    refused=st.sets(st.integers(0, 40)),
    unclear=st.sets(st.integers(0, 40)),
    poison=st.sets(st.integers(0, 40), max_size=3),
    most=st.integers(1, 41),
)
def test_each_parcel_ends_as_the_server_would_have_it(
    refused: set[int], unclear: set[int], poison: set[int], most: int
) -> None:
    """Refused ones are rejected, poisoned ones too, and every other one is delivered."""

    def judge(keys: Sequence[str]) -> Verdict:
        numbers = {int(key) for key in keys}
        if len(keys) > most:
            return TooLarge()
        if numbers & poison:
            return ServerFault()
        if not numbers & refused:
            return Accepted()
        if len(keys) == 1:
            return Refused("no", 400)
        named = {str(one): "no" for one in numbers & refused - unclear}
        doubtful = numbers - refused | unclear if numbers & refused & unclear else set()
        return Mixed(named, frozenset(map(str, doubtful)), 400)

    outcomes = settled(Server(judge), "orders", 41)
    rejected = {int(key) for key, outcome in outcomes.items() if isinstance(outcome, Rejected)}
    assert rejected == refused | poison


def test_an_answer_that_names_one_order_at_a_time_settles_a_thousand() -> None:
    """However little each answer tells, the last order gets its verdict."""

    def judge(keys: Sequence[str]) -> Verdict:
        if len(keys) == 1:
            return Refused("no", 400)
        return Mixed({keys[0]: "no"}, frozenset(keys[1:]), 400)

    server = Server(judge)
    outcomes = settled(server, "orders", 1000)
    assert len(outcomes) == 1000
    assert server.requests <= 2000


def test_what_an_answer_leaves_open_is_asked_again_in_one_request() -> None:
    """Not order by order, where one further answer may tell."""
    answers: Iterator[Verdict] = iter([Mixed({"0": "no"}, frozenset({"2", "3"}), 400), Accepted()])
    server = Server(lambda _: next(answers))
    outcomes = settled(server, "orders", 4)
    assert [key for key, one in outcomes.items() if isinstance(one, Rejected)] == ["0"]
    assert server.asked == [["0", "1", "2", "3"], ["2", "3"]]


def test_an_answer_that_tells_nothing_is_asked_again_in_halves() -> None:
    """The same request would get the same answer."""
    all_of_them = ["0", "1", "2", "3"]
    server = Server(
        lambda keys: Mixed({}, frozenset(keys), 400) if keys == all_of_them else Accepted()
    )
    settled(server, "orders", 4)
    assert server.asked == [all_of_them, all_of_them[:2], all_of_them[2:]]


def test_a_reject_tells_code_words_and_status() -> None:
    """It goes to the rejects file, where it has to be understood."""
    judge = Refused("the order is not known", 404, kind="unknown", field="order_id")
    (outcome,) = settled(Server(lambda _: judge), "pps", 1).values()
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.status) == ("TW-PPS-ORDER_ID-UNKNOWN", 404)
    assert [(one.field, one.problem) for one in outcome.reasons] == [
        ("order_id", "the order is not known")
    ]


def test_one_record_is_never_answered_in_parts() -> None:
    """No verdict says so; if one did, the run would end and not lose the record in silence."""
    answers: list[Any] = [ServerFault(), TooLarge()]
    with pytest.raises(AssertionError):
        settled(Server(lambda _: answers.pop(0)), "customers", 1)
