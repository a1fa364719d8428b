"""What waits to be sent: nothing lost, nothing twice, and in order for each identity."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from target_triplewhale.delivery import outbox as module
from target_triplewhale.delivery.outbox import FLUSH_SECONDS, Outbox
from target_triplewhale.endpoints import ENDPOINTS
from tests.delivery.parcels import parcel
from tests.delivery.virtual_time import Clock, play

if TYPE_CHECKING:
    from target_triplewhale.delivery.batches import Batch, Parcel

PLAIN = ("requests",)
BOTH = ("requests", "events")
SIZE = 3


class Sending(RuleBasedStateMachine):
    """Parcels of few identities are added, taken, settled and dropped, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox = Outbox(SIZE)
        self.number = 0
        # Of each identity the versions that were not sent yet, in their order.
        self.open: dict[Any, list[Parcel]] = defaultdict(list)
        self.under_way: list[Parcel] = []
        self.ended: list[Parcel] = []
        self.added: list[Parcel] = []
        self.again: list[Parcel] = []

    @rule(
        name=st.sampled_from(["orders", "customers", "events"]),
        shop=st.sampled_from("ab"),
        keys=st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from("tu")), max_size=5),
    )
    def add(self, name: str, shop: str, keys: list[tuple[str, str]]) -> None:
        """Orders of one id but two times of creation are two records with one key."""
        new = []
        for key, created in keys:
            identity = (key, created) if name == "orders" else key
            new.append(parcel(name, key, identity=identity, shop=shop, number=self.number))
            self.open[name, shop, identity].append(new[-1])
            self.number += 1
        self.added += new
        self.outbox.add(new, now=self.number)

    @rule()
    def flush(self) -> None:
        """Then all that may go can be taken."""
        self.outbox.flush()
        may_go = any(
            versions and not self._is_under_way(identity)
            for identity, versions in self.open.items()
        )
        assert self.outbox.is_ripe == may_go

    @rule(limits=st.sampled_from([PLAIN, BOTH]))
    def take(self, limits: tuple[str, ...]) -> None:
        """A request holds one shop's records, no key twice, and the newest of each identity."""
        batch = self.outbox.take(limits, 0)
        if batch is not None:
            assert batch.endpoint.limits == limits
            assert len({(one.endpoint.name, one.shop) for one in batch.parcels}) == 1
            keys = [one.key for one in batch.parcels]
            assert 1 <= len(keys) == len(set(keys)) <= (SIZE if batch.endpoint.is_bulk else 1)
            for one in batch.parcels:
                self._send(one)

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def settle(self, data: st.DataObject) -> None:
        """In any order, some of a request together."""
        first = data.draw(st.sampled_from(self.under_way))
        queue = (first.endpoint.name, first.shop)
        others = [one for one in self.under_way if (one.endpoint.name, one.shop) == queue]
        self._end(data.draw(st.lists(st.sampled_from(others), min_size=1, unique_by=id)))

    @rule(back=st.integers(0, 8))
    def drop(self, back: int) -> None:
        """Exactly the newest versions go that are not under way."""
        first = max(self.number - back, 0)
        dropped = self.outbox.drop_from(first)
        expected = []
        for versions in self.open.values():
            expected += [one for one in versions if one.number >= first]
            versions[:] = [one for one in versions if one.number < first]
        assert sorted(map(id, dropped)) == sorted(map(id, expected))
        self.ended += dropped

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        """A record that was taken is free where no version of it waits or is under way."""
        one = data.draw(st.sampled_from(self.ended))
        identity = (one.endpoint.name, one.shop, one.identity)
        is_free = not self.open[identity] and not self._is_under_way(identity)
        assert self.outbox.is_free(one) == is_free
        if is_free:
            self.outbox.reserve(one)
            self.under_way.append(one)
            self.again.append(one)

    def teardown(self) -> None:
        """In the end each parcel has ended, and once."""
        self.outbox.flush()
        while self.outbox.is_ripe or self.under_way:
            self.take(PLAIN)
            self.take(BOTH)
            for one in list(self.under_way):
                self._end([one])
        assert sorted(map(id, self.ended)) == sorted(map(id, self.added))
        assert self.outbox.take(PLAIN, 0) is self.outbox.take(BOTH, 0) is None

    def _end(self, parcels: list[Parcel]) -> None:
        for one in parcels:
            self.under_way.remove(one)
            if one in self.again:
                self.again.remove(one)
            else:
                self.ended += [*(one.superseded or ()), one]
        self.outbox.settled(parcels)

    def _send(self, one: Parcel) -> None:
        identity = (one.endpoint.name, one.shop, one.identity)
        assert not self._is_under_way(identity)
        assert [*(one.superseded or ()), one] == self.open[identity]
        self.open[identity] = []
        self.under_way.append(one)

    def _is_under_way(self, identity: Any) -> bool:
        return any(
            (one.endpoint.name, one.shop, one.identity) == identity for one in self.under_way
        )


TestSending = Sending.TestCase
TestSending.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def keys(batch: Batch | None) -> list[str]:
    return [] if batch is None else [one.key for one in batch.parcels]


def test_nothing_goes_before_there_is_enough_for_a_request() -> None:
    """Orders wait for company, since a request of one costs as much as one of a thousand."""
    outbox = Outbox(3)
    outbox.add([parcel("orders", "1"), parcel("orders", "2")], 0)
    assert outbox.take(PLAIN, 0) is None
    outbox.add([parcel("orders", "3")], 0)
    assert keys(outbox.take(PLAIN, 0)) == ["1", "2", "3"]


def test_a_second_version_is_no_company() -> None:
    """It goes in the place of the first, so the request is not fuller."""
    outbox = Outbox(2)
    outbox.add([parcel("orders", "1", number=0), parcel("orders", "1", number=1)], 0)
    assert not outbox.is_ripe


def test_a_flush_takes_only_what_has_waited_so_long() -> None:
    """The timer of 30 s is about each queue's oldest parcel, not about its newest."""
    outbox = Outbox(10)
    outbox.add([parcel("orders", "1", shop="a")], 10)
    outbox.add([parcel("orders", "2", shop="b")], 20)
    outbox.add([parcel("orders", "3", shop="a")], 20)
    outbox.flush(before=10)
    assert not outbox.is_ripe
    outbox.flush(before=15)
    assert keys(outbox.take(PLAIN, 0)) == ["1", "3"]
    assert outbox.take(PLAIN, 0) is None


def test_waiting_begins_anew_after_a_request_has_gone() -> None:
    """A parcel that came later does not inherit the waiting of those before it."""
    outbox = Outbox(10)
    outbox.add([parcel("orders", "1")], 0)
    outbox.flush()
    outbox.take(PLAIN, 0)
    outbox.add([parcel("orders", "2")], 100)
    outbox.flush(before=50)
    assert not outbox.is_ripe


def test_waiting_begins_with_what_ripeness_left_out() -> None:
    """A full request that has not gone yet does not make the next one ripe."""
    outbox = Outbox(2)
    outbox.add([parcel("orders", "1"), parcel("orders", "2")], 0)
    outbox.add([parcel("orders", "3")], 100)
    outbox.flush(before=50)
    assert keys(outbox.take(PLAIN, 0)) == ["1", "2"]
    assert not outbox.is_ripe


def test_a_request_takes_company_along_that_is_not_ripe_yet() -> None:
    """What goes anyway goes full."""
    outbox = Outbox(3)
    first = parcel("orders", "1", number=0)
    outbox.add([first], 0)
    outbox.flush()
    outbox.take(PLAIN, 0)
    outbox.add([parcel("orders", "1", number=1), parcel("orders", "2", number=2)], 0)
    assert not outbox.is_ripe
    outbox.settled([first])
    assert keys(outbox.take(PLAIN, 0)) == ["1", "2"]
    assert not outbox.is_ripe


def test_a_held_version_goes_first_when_the_former_has_its_answer() -> None:
    """It has waited longest."""
    outbox = Outbox(1)
    first = parcel("customers", "1", number=0)
    outbox.add([first], 0)
    outbox.take(PLAIN, 0)
    later = [parcel("customers", key, number=1) for key in ("1", "2", "3")]
    outbox.add(later, 0)
    outbox.settled([first])
    assert [keys(outbox.take(PLAIN, 0)) for _ in later] == [["1"], ["2"], ["3"]]


def test_a_held_version_alone_waits_for_no_flush() -> None:
    """Its former's answer is all that it waited for."""
    outbox = Outbox(1)
    versions = [parcel("customers", "1", number=number) for number in (0, 1)]
    for version in versions:
        outbox.add([version], 0)
        outbox.take(PLAIN, 0)
    outbox.settled(versions[:1])
    assert keys(outbox.take(PLAIN, 0)) == ["1"]


def test_of_several_that_end_together_each_lets_its_next_version_go() -> None:
    """And those without one let nothing go."""
    outbox = Outbox(3)
    sent = [parcel("orders", key) for key in ("1", "2", "3")]
    outbox.add(sent, 0)
    outbox.take(PLAIN, 0)
    outbox.add([parcel("orders", key, number=1) for key in ("1", "3")], 0)
    assert not outbox.is_ripe
    outbox.settled(sent)
    batch = outbox.take(PLAIN, 0)
    assert sorted(keys(batch)) == ["1", "3"]
    assert not outbox.is_ripe


def test_a_key_that_comes_twice_waits_for_the_next_request() -> None:
    """A bulk answer names orders by id alone; who waits keeps its place."""
    outbox = Outbox(3)
    found = [("1", "t"), ("1", "u"), ("2", "t"), ("1", "v"), ("3", "t")]
    outbox.add([parcel("orders", key, identity=(key, at)) for key, at in found], 0)
    outbox.flush()
    sent = [outbox.take(PLAIN, 0) for _ in range(3)]
    identities = [[one.identity for one in batch.parcels] if batch else [] for batch in sent]
    assert identities == [[("1", "t"), ("2", "t"), ("3", "t")], [("1", "u")], [("1", "v")]]


def test_company_is_looked_for_no_further_than_a_request_is_long() -> None:
    """One id a thousand times over must not be looked through again for every request."""
    outbox = Outbox(2)
    found = [("1", "t"), ("1", "u"), ("1", "v"), ("2", "t")]
    outbox.add([parcel("orders", key, identity=(key, at)) for key, at in found], 0)
    assert [keys(outbox.take(PLAIN, 0)) for _ in range(3)] == [["1"], ["1", "2"], ["1"]]


@pytest.mark.parametrize("is_flushed", [True, False])
def test_of_what_waits_the_lower_rank_goes_first(is_flushed: bool) -> None:  # noqa: FBT001
    """Customers before orders, orders before surveys, whichever came first."""
    names = ["pps", "orders", "customers"]
    outbox = Outbox(2 if is_flushed else 1)
    outbox.add([parcel(name) for name in names], 0)
    outbox.flush()
    found: list[str] = []
    while batch := outbox.take(PLAIN, 0):
        found.append(batch.endpoint.name)
        outbox.settled(batch.parcels)
    assert found == names[::-1]


def test_what_waits_too_long_goes_before_what_ranks_first() -> None:
    """An endless stream of customers must not hold an order back, and all STATE with it."""
    outbox = Outbox(1)
    outbox.add([parcel("orders", "1")], 0)
    outbox.add([parcel("customers", key) for key in "123"], 20)
    taken = [outbox.take(PLAIN, now) for now in (FLUSH_SECONDS, FLUSH_SECONDS + 1)]
    assert [one and one.endpoint.name for one in taken] == ["customers", "orders"]


def test_a_version_waits_since_its_first_one() -> None:
    """A record that changes all the time is sent all the same."""
    outbox = Outbox(1)
    outbox.add([parcel("orders", "1")], 0)
    outbox.add([parcel("orders", "1"), parcel("customers", "1")], 20)
    batch = outbox.take(PLAIN, FLUSH_SECONDS + 1)
    assert batch
    assert batch.endpoint.name == "orders"


def test_a_request_is_full_by_its_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large orders would else wait for a thousand, and then go in one request of many megabytes."""
    monkeypatch.setattr(module, "REQUEST_BYTES", 2 * len(parcel("orders").body))
    outbox = Outbox(1000)
    outbox.add([parcel("orders", key) for key in "12"], 0)
    assert keys(outbox.take(PLAIN, 0)) == ["1", "2"]
    outbox.add([parcel("orders", key) for key in "345"], 0)
    assert keys(outbox.take(PLAIN, 0)) == ["3", "4"]
    assert outbox.take(PLAIN, 0) is None


def test_surveys_wait_for_the_answers_to_orders() -> None:
    """The API refuses a survey whose order it does not know yet."""
    outbox = Outbox(1)
    outbox.add([parcel("pps", "1"), parcel("orders", "1")], 0)
    batch = outbox.take(PLAIN, 0)
    assert keys(batch) == ["1"]
    assert outbox.take(PLAIN, 0) is None
    assert batch
    outbox.settled(batch.parcels)
    assert keys(outbox.take(PLAIN, 0)) == ["1"]


def test_surveys_do_not_wait_for_orders_for_ever() -> None:
    """Where orders are always under way, surveys would hold STATE back."""
    outbox = Outbox(1)
    outbox.add([parcel("pps", "1"), parcel("orders", "1")], 0)
    outbox.take(PLAIN, 0)
    outbox.flush()
    assert outbox.take(PLAIN, 0) is None
    outbox.flush(before=1)
    assert keys(outbox.take(PLAIN, 0)) == ["1"]


def test_equals_go_in_turn() -> None:
    """A shop with much to send does not hold another back."""
    outbox = Outbox(1)
    found = [("1", "a"), ("2", "a"), ("3", "a"), ("4", "b"), ("5", "b")]
    outbox.add([parcel("orders", key, shop=shop) for key, shop in found], 0)
    assert [keys(outbox.take(PLAIN, 0)) for _ in found] == [["1"], ["4"], ["2"], ["5"], ["3"]]


def test_each_set_of_limits_has_its_own() -> None:
    """A full window of events holds back events only."""
    outbox = Outbox(1)
    outbox.add([parcel("events", "1"), parcel("orders", "2")], 0)
    assert keys(outbox.take(PLAIN, 0)) == ["2"]
    assert outbox.take(PLAIN, 0) is None
    assert keys(outbox.take(BOTH, 0)) == ["1"]
    assert {endpoint.limits for endpoint in ENDPOINTS.values()} == {PLAIN, BOTH}


def test_a_version_that_is_dropped_gives_its_place_back() -> None:
    """What comes after a run's end is not sent, and what came before it still is."""
    outbox = Outbox(10)
    versions = [parcel("orders", "1", number=number) for number in range(4)]
    outbox.add(versions, 0)
    assert outbox.drop_from(2) == versions[2:]
    outbox.flush()
    batch = outbox.take(PLAIN, 0)
    assert batch is not None
    assert batch.parcels == [versions[1]]
    assert versions[1].superseded == [versions[0]]


def test_who_waits_for_something_ripe_wakes_for_the_right_limits() -> None:
    """And goes on waiting while others only collect."""

    async def wait(clock: Clock) -> list[float]:
        outbox, woken = Outbox(10), []

        async def waiting(limits: tuple[str, ...]) -> None:
            await outbox.ripe(limits)
            woken.append(clock.now)

        tasks = [asyncio.create_task(waiting(limits)) for limits in (BOTH, PLAIN)]
        loop = asyncio.get_running_loop()
        loop.call_later(1, outbox.add, [parcel("orders")], 1.0)
        loop.call_later(2, outbox.flush)
        loop.call_later(3, outbox.add, [parcel("events")], 3.0)
        loop.call_later(4, outbox.flush)
        await asyncio.gather(*tasks)
        await outbox.ripe(PLAIN)
        return woken

    assert play(wait) == [2, 4]
