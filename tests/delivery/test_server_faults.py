"""Records at 500: a faulty record is told from a faulty server, at a bounded cost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.delivery.settling import FAULTS_WITHOUT_SUCCESS, HALVING_REQUESTS
from target_triplewhale.delivery.verdicts import Accepted, Refused, ServerFault
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.outcomes import Delivered, Rejected
from tests.delivery.judging import Server, Settled, failing, settled
from tests.delivery.parcels import parcel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.delivery.judging import Verdict


@pytest.mark.parametrize("endpoint", ["orders", "customers"])
@pytest.mark.parametrize("poison", [{"0"}, {"7"}, {"6", "7"}, {"0", "3"}, {"1", "2", "7"}])
def test_each_poisoned_record_is_found_wherever_it_lies(endpoint: str, poison: set[str]) -> None:
    """Even where nothing succeeds after the last of them."""
    for key, outcome in settled(failing(poison.__contains__), endpoint, 8).items():
        assert isinstance(outcome, Rejected if key in poison else Delivered)
        if key in poison:
            assert (outcome.code, outcome.status) == (  # type: ignore[union-attr]
                f"TW-{endpoint.upper()}-RECORD-SERVER_FAULT",
                500,
            )


@pytest.mark.parametrize("verdict", [Accepted(), Refused("no", 400)])
def test_a_second_look_takes_the_answer_it_gets(verdict: Verdict) -> None:
    """A record that failed by chance is delivered, or refused for what it is."""
    answers = iter([ServerFault(), Accepted(), verdict])
    outcomes = settled(Server(lambda _: next(answers)), "customers", 2)
    assert isinstance(outcomes["0"], Delivered if verdict == Accepted() else Rejected)


def test_a_single_record_at_500_is_rejected_when_the_key_is_known() -> None:
    """The server answers, so the record is to blame."""
    server = failing(lambda _: True)
    (outcome,) = settled(server, "customers", 1).values()
    assert isinstance(outcome, Rejected)
    assert server.key_checks == 1


def test_a_single_record_at_500_halts_when_the_server_answers_nothing() -> None:
    """Nothing shows that the record is to blame."""
    with pytest.raises(DeliveryHalted, match=r"does not know shop example\.myshopify\.com"):
        settled(failing(lambda _: True, knows_key=False), "customers", 1)


@pytest.mark.parametrize("endpoint", ["orders", "customers"])
def test_a_server_that_fails_on_everything_halts_soon(endpoint: str) -> None:
    """A thousand records at 500 must not cost thousands of requests."""
    server = failing(lambda _: True)
    with pytest.raises(DeliveryHalted) as halted:
        settled(server, endpoint, 1000)
    assert (halted.value.endpoint, halted.value.status) == (endpoint, 500)
    assert server.requests <= 3 * FAULTS_WITHOUT_SUCCESS + 30


def test_a_server_that_begins_to_fail_halts() -> None:
    """A record that it has taken before tells faulty records from a faulty server."""
    asked: set[str] = set()

    def fails(key: str) -> bool:
        asked.add(key)
        return len(asked) > 3

    with pytest.raises(DeliveryHalted):
        settled(failing(fails), "customers", 10)


@pytest.mark.parametrize("first", [Accepted(), Refused("no", 400)])
def test_faults_after_an_answer_wait_for_the_next_one(first: Verdict) -> None:
    """A server that has looked at one record, even to refuse it, does not fail on everything."""
    count = FAULTS_WITHOUT_SUCCESS + 10
    known = {"0": first, str(count - 1): Accepted()}
    outcomes = settled(Server(lambda keys: known.get(keys[0], ServerFault())), "customers", count)
    rejected = [key for key, one in outcomes.items() if isinstance(one, Rejected)]
    assert rejected == [str(n) for n in range(isinstance(first, Accepted), count - 1)]


def test_an_outage_of_one_shop_is_no_fault_of_its_records() -> None:
    """Another shop's success shows nothing of it."""
    parcels = [parcel("customers", str(n), shop="a" if n < 4 else "b") for n in range(8)]
    with pytest.raises(DeliveryHalted, match="shop b"):
        Settled(failing(lambda key: int(key) >= 4)).settle(*([one] for one in parcels))


def test_faults_are_counted_shop_by_shop() -> None:
    """Many shops with a poisoned record each are no outage."""
    found = Settled(failing(lambda key: int(key) < FAULTS_WITHOUT_SUCCESS))
    shops = [str(number) for number in range(FAULTS_WITHOUT_SUCCESS)]
    faulty = [[parcel("customers", shop, shop=shop)] for shop in shops]
    good = [[parcel("customers", str(1000 + int(shop)), shop=shop)] for shop in shops]
    found.settle(*faulty, *good)
    rejected = [key for key, one in found.by_key().items() if isinstance(one, Rejected)]
    assert rejected == shops


def test_a_record_at_500_is_judged_once_others_of_its_shop_have_succeeded() -> None:
    """Not before, unless nothing else is left; another shop's success shows nothing."""
    found = Settled(failing(lambda key: key == "bad"))

    async def work() -> list[bool]:
        doubtful = [found.settling.doubtful(is_idle=True)]
        for key, shop in (("bad", "a"), ("good 1", "b"), ("good 2", "a")):
            await found.send(parcel("customers", key, shop=shop))
            doubtful.append(found.settling.doubtful(is_idle=False))
        await found.settling.second_look()
        return [*doubtful, found.settling.doubtful(is_idle=True)]

    assert asyncio.run(work()) == [False, False, False, True, False]


def test_a_second_look_leaves_the_shops_alone_that_nothing_is_known_of() -> None:
    """Shop a's success is no reason to judge shop b, whose other records are still to come."""
    found = Settled(failing(lambda key: key.startswith("bad")))

    async def work() -> None:
        sent = [("bad 1", "b"), ("bad 2", "b"), ("bad 3", "a"), ("good 1", "a")]
        for key, shop in [*sent, ("good 2", "b")]:
            await found.send(parcel("customers", key, shop=shop))
            await found.look_again(is_idle=False)

    asyncio.run(work())
    rejected = {key for key, one in found.by_key().items() if isinstance(one, Rejected)}
    assert rejected == {"bad 1", "bad 2", "bad 3"}


def test_each_record_at_500_is_judged_by_what_came_after_it() -> None:
    """One that failed just now does not keep one from being judged that failed before a success."""
    server = failing(lambda key: key.startswith("bad"), knows_key=False)
    found = Settled(server)

    async def work() -> None:
        await found.send(parcel("customers", "bad 1"))
        await found.send(parcel("orders", "good 1"))
        await found.send(parcel("customers", "bad 2"))
        await found.look_again(is_idle=False)
        await found.send(parcel("orders", "good 2"))
        await found.look_again(is_idle=False)

    asyncio.run(work())
    rejected = {key for key, one in found.by_key().items() if isinstance(one, Rejected)}
    assert rejected == {"bad 1", "bad 2"}


def test_a_record_is_asked_again_only_where_no_newer_version_is_open() -> None:
    """To find out whether the server works must not bring an older version back."""
    server = Server(lambda keys: ServerFault() if keys[0] in {"1", "2"} else Accepted())
    found = Settled(server)
    old, other = parcel("customers", "old"), parcel("customers", "other")

    async def work() -> None:
        for one in (other, old, parcel("customers", "1")):
            await found.send(one)
        newer = parcel("customers", "old", number=9)
        found.ended[newer] = []
        found.outbox.add([newer], 0)
        await found.look_again()
        assert newer not in [one for one, ends in found.ended.items() if ends]

    asyncio.run(work())
    assert server.asked[-2:] == [["other"], ["1"]]


def test_a_newer_version_waits_while_an_older_one_is_asked_again() -> None:
    """It is held like any version behind one that is under way, and goes afterwards."""
    old, newer = parcel("customers", "old"), parcel("customers", "old", number=9)
    found: Settled
    held: list[bool] = []

    def judge(keys: Sequence[str]) -> Verdict:
        if keys == ["bad"]:
            return ServerFault()
        if found.ended[old]:
            found.outbox.add([newer], 0)
            found.outbox.flush()
            held.append(found.outbox.take(("requests",), 0) is None)
        return Accepted()

    found = Settled(Server(judge))
    found.ended[newer] = []
    found.settle([old], [parcel("customers", "bad")])
    assert held == [True]
    batch = found.outbox.take(("requests",), 0)
    assert batch is not None
    assert batch.parcels == [newer]


def test_halving_is_bounded_over_the_run() -> None:
    """A thousand poisoned orders do not make a million requests."""
    server = failing(lambda key: int(key) % 2 == 1)
    with pytest.raises(DeliveryHalted, match="did not find"):
        settled(server, "orders", 4000)
    assert HALVING_REQUESTS <= server.requests <= HALVING_REQUESTS + 3


def test_a_thousand_poisoned_orders_stay_within_the_bound() -> None:
    """Spread over a hundred thousand, each costs about twenty requests, up to the bound."""
    server = failing(lambda key: int(key) % 1000 == 0)
    parcels = [parcel("orders", str(number)) for number in range(100_000)]
    found = Settled(server)
    found.settle(*(parcels[start : start + 1000] for start in range(0, 100_000, 1000)))
    rejected = [key for key, one in found.by_key().items() if isinstance(one, Rejected)]
    assert len(rejected) == 100
    assert server.requests <= HALVING_REQUESTS + 100 * 3 + 101
