"""Records at 500, settled against a server that is played by a function."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.delivery.batches import Batch, Parcel
from target_triplewhale.delivery.settling import HALVING_REQUESTS, Settling
from target_triplewhale.delivery.verdicts import Accepted, ServerFault
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.outcomes import Delivered, Rejected

if TYPE_CHECKING:
    from collections.abc import Callable


class Server:
    """Answers a request with 500 when `fails` says so of one of its keys."""

    def __init__(self, fails: Callable[[str], bool], *, knows_key: bool = True) -> None:
        self._fails = fails
        self._knows_key = knows_key
        self.requests = 0

    async def send(self, batch: Batch, fault_tries: int = 3) -> Accepted | ServerFault:
        """Answer one request."""
        self.requests += fault_tries if any(map(self._fails, batch.asked.keys)) else 1
        return ServerFault() if any(map(self._fails, batch.asked.keys)) else Accepted()

    async def key_is_known(self) -> bool:
        """Answer the key check."""
        return self._knows_key


def settled(server: Server, endpoint: str, count: int) -> dict[str, list[Any]]:
    """Settle records 0 to `count` and return how each ended."""
    found: dict[str, list[Any]] = {str(number): [] for number in range(count)}
    parcels = [
        Parcel(ENDPOINTS[endpoint], "s", key, (key,), json.dumps(key).encode(), ended.append)
        for key, ended in found.items()
    ]

    async def run() -> None:
        settling = Settling(server)  # type: ignore[arg-type]
        whole = ENDPOINTS[endpoint].is_bulk
        batches = [Batch(parcels)] if whole else [Batch([one]) for one in parcels]
        for batch in batches:
            await settling.settle(batch)
        await settling.second_look()

    asyncio.run(run())
    return found


@pytest.mark.parametrize("endpoint", ["orders", "customers"])
@pytest.mark.parametrize("poison", [{"0"}, {"7"}, {"6", "7"}, {"0", "3"}, {"1", "2", "7"}])
def test_each_poisoned_record_is_found_wherever_it_lies(endpoint: str, poison: set[str]) -> None:
    """Even where nothing succeeds after the last of them."""
    found = settled(Server(poison.__contains__), endpoint, 8)
    for key, ended in found.items():
        (outcome,) = ended
        assert isinstance(outcome, Rejected if key in poison else Delivered)


def test_a_single_record_at_500_is_rejected_when_the_key_is_known() -> None:
    """The server answers, so the record is to blame."""
    (ended,) = settled(Server(lambda _: True), "customers", 1).values()
    assert isinstance(ended[0], Rejected)


def test_a_single_record_at_500_halts_when_the_server_answers_nothing() -> None:
    """Nothing shows that the record is to blame."""
    with pytest.raises(DeliveryHalted, match="does not know shop s"):
        settled(Server(lambda _: True, knows_key=False), "customers", 1)


@pytest.mark.parametrize("endpoint", ["orders", "customers"])
def test_a_server_that_fails_on_everything_halts_soon(endpoint: str) -> None:
    """A thousand records at 500 must not cost thousands of requests."""
    server = Server(lambda _: True)
    with pytest.raises(DeliveryHalted):
        settled(server, endpoint, 1000)
    assert server.requests < 100


def test_a_server_that_begins_to_fail_halts() -> None:
    """A record that it has taken before tells faulty records from a faulty server."""
    asked: list[str] = []

    def fails(key: str) -> bool:
        asked.append(key)
        return len(set(asked)) > 3

    with pytest.raises(DeliveryHalted):
        settled(Server(fails), "customers", 10)


def test_an_outage_of_one_shop_is_no_fault_of_its_records() -> None:
    """Another shop's success shows nothing of it."""
    server = Server(lambda key: int(key) >= 4)
    parcels = [
        Parcel(ENDPOINTS["customers"], "a" if one < 4 else "b", str(one), (str(one),), b"", print)
        for one in range(8)
    ]

    async def run() -> None:
        settling = Settling(server)  # type: ignore[arg-type]
        for parcel in parcels:
            await settling.settle(Batch([parcel]))
        await settling.second_look()

    with pytest.raises(DeliveryHalted, match="shop b"):
        asyncio.run(run())


def test_halving_is_bounded_over_the_run() -> None:
    """A thousand poisoned orders do not make a million requests."""
    server = Server(lambda key: int(key) % 2 == 1)
    with pytest.raises(DeliveryHalted, match="did not find"):
        settled(server, "orders", 4000)
    assert server.requests <= HALVING_REQUESTS + 3
