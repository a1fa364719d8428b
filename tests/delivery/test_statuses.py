"""Every status of the table, through a real socket, to the end that a record comes to."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.delivery.attempts import Attempts
from target_triplewhale.delivery.concurrency import Concurrency
from target_triplewhale.delivery.halting import HaltSwitch
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.outbox import Outbox
from target_triplewhale.delivery.retries import Backoff
from target_triplewhale.delivery.settling import Settling
from target_triplewhale.delivery.turns import Turns
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.outcomes import Delivered, Rejected
from tests.delivery.parcels import parcel, traffic
from tests.delivery.servers import Answering, answer, client, resetting, serving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.outcomes import Outcome
    from tests.delivery.servers import Manner

OK = {"success": True}
NO = {"success": False, "message": "Validation errors"}
PAGE = "<html>gateway</html>"
RETRIES = 2


class Ended:
    """How each record ended, or why the run did."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Any] = {}
        self.halted: DeliveryHalted | None = None

    def settle(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        """Remember how each has ended."""
        self.outcomes |= {one.key: outcome for one in parcels}
        return True

    @property
    def in_short(self) -> str | list[Any]:
        """Return a halt's sentence, or a reject's code in the place of each record."""
        if self.halted:
            return str(self.halted)
        found = list(self.outcomes.values())
        return [one.code if isinstance(one, Rejected) else type(one) for one in found]


def ended(manner: Manner, endpoint: str, keys: Sequence[str] = ("1",)) -> Ended:
    """Send one request until each of its records has ended, as a run does."""
    found = Ended()

    async def work() -> None:
        async with serving(manner) as port:
            asking = client(f"http://127.0.0.1:{port}/api/v2")
            switch = HaltSwitch()
            turns = Turns(Limiter({"requests": 999, "events": 999}), Concurrency(8), switch)
            attempts = Attempts(asking, turns, Backoff(RETRIES, 0.001, 0.001), switch, traffic())
            outbox = Outbox(len(keys))
            outbox.add([parcel(endpoint, key) for key in keys], 0)
            batch = outbox.take(ENDPOINTS[endpoint].limits, 0)
            assert batch
            settling = Settling(attempts, outbox, found.settle)
            try:
                await settling.settle(batch)
                while settling.doubtful(is_idle=True):
                    await settling.second_look()
            except DeliveryHalted as halted:
                found.halted = halted
            finally:
                await asking.aclose()

    asyncio.run(work())
    return found


@pytest.mark.parametrize("endpoint", ["customers", "orders", "events", "pps"])
@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_success_delivers(endpoint: str, status: int) -> None:
    """At the first answer."""
    server = Answering([answer(status, OK)])
    assert ended(server, endpoint).in_short == [Delivered]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("endpoint", "status", "code"),
    [
        ("customers", 400, "TW-CUSTOMERS-RECORD-REFUSED"),
        ("customers", 422, "TW-CUSTOMERS-RECORD-REFUSED"),
        ("customers", 413, "TW-CUSTOMERS-RECORD-TOO_LARGE"),
        ("events", 400, "TW-EVENTS-RECORD-REFUSED"),
        ("orders", 400, "TW-ORDERS-RECORD-REFUSED"),
        ("orders", 413, "TW-ORDERS-RECORD-TOO_LARGE"),
        ("pps", 404, "TW-PPS-ORDER_ID-UNKNOWN"),
    ],
)
def test_a_refused_record_is_rejected(endpoint: str, status: int, code: str) -> None:
    """With the API's status, and at once."""
    server = Answering([answer(status, NO)])
    found = ended(server, endpoint)
    assert found.in_short == [code]
    assert found.outcomes["1"].status == status
    assert found.outcomes["1"].reasons[0].problem.startswith("Validation errors")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("endpoint", "status", "code", "words"),
    [
        ("customers", 401, "KEY-REFUSED", "does not know the key"),
        ("pps", 401, "KEY-REFUSED", "does not know the key"),
        ("orders", 403, "SHOP-REFUSED", "refuses shop example.myshopify.com"),
        ("customers", 404, "URL-WRONG", "`api_url` is wrong"),
        ("orders", 404, "URL-WRONG", "`api_url` is wrong"),
        ("customers", 204, "STATUS", "status 204, which it does not document"),
        ("customers", 302, "STATUS", "status 302, which it does not document"),
        ("customers", 405, "STATUS", "status 405, which it does not document"),
        ("orders", 418, "STATUS", "status 418, which it does not document"),
    ],
)
def test_what_every_record_would_meet_halts(
    endpoint: str, status: int, code: str, words: str
) -> None:
    """At the first answer, with a sentence, and no record is to blame."""
    server = Answering([answer(status, "" if status == 204 else NO)])
    found = ended(server, endpoint)
    assert words in found.in_short
    assert found.halted
    assert (found.halted.status, found.halted.code) == (status, f"TW-API-{code}")
    assert found.outcomes == {}
    assert len(server.requests) == 1


PASSING = [
    answer(408, NO),
    answer(425, NO),
    answer(429, NO),
    answer(429, NO, retry_after="0"),
    answer(502, PAGE),
    answer(503, NO),
    answer(504, PAGE),
    answer(520, PAGE),
    answer(599, ""),
    answer(200, PAGE),
    answer(400, PAGE),
    answer(422, PAGE),
]


@pytest.mark.parametrize("endpoint", ["customers", "orders"])
@pytest.mark.parametrize("fault", PASSING, ids=lambda one: one[9:60].split(b"\r\n")[0].decode())
def test_what_passes_is_tried_again(endpoint: str, fault: bytes) -> None:
    """And if it does not pass, the run halts: no record is to blame."""
    passing = Answering([fault, fault, answer(200, OK)])
    assert ended(passing, endpoint).in_short == [Delivered]
    assert len(passing.requests) == 3
    lasting = Answering([fault])
    found = ended(lasting, endpoint)
    assert "given up after 3 tries" in found.in_short
    assert len(lasting.requests) == RETRIES + 1


def test_a_connection_that_is_cut_each_time_halts() -> None:
    """The network was down; that says nothing of a record."""
    found = ended(resetting(b""), "customers")
    assert "the last with no connection, or a cut one" in found.in_short
    assert found.halted
    assert found.halted.status is None


@pytest.mark.parametrize("endpoint", ["customers", "orders"])
def test_a_fault_of_the_server_that_passes_delivers(endpoint: str) -> None:
    """500 twice, then 200."""
    server = Answering([answer(500, NO), answer(500, PAGE), answer(200, OK)])
    assert ended(server, endpoint).in_short == [Delivered]


@pytest.mark.parametrize("endpoint", ["customers", "orders"])
def test_a_record_that_the_server_always_fails_on_is_rejected(endpoint: str) -> None:
    """Three tries, the key check, which succeeds, and a last try."""
    fault = answer(500, NO)
    server = Answering([fault, fault, fault, answer(200, {"valid": True}), fault])
    found = ended(server, endpoint)
    assert found.in_short == [f"TW-{endpoint.upper()}-RECORD-SERVER_FAULT"]
    assert found.outcomes["1"].status == 500
    asked_for = [first.split(" ")[1].removeprefix("/api/v2") for first, _, _ in server.requests]
    assert asked_for[3] == "/users/api-keys/me"
    assert len(server.requests) == 5


def test_a_server_that_always_fails_halts_and_names_the_shop() -> None:
    """The key check fails as well, so no record is to blame."""
    found = ended(Answering([answer(500, NO)]), "customers")
    assert "does not know shop example.myshopify.com" in found.in_short


def orders_of(body: bytes) -> list[str]:
    return [order["order_id"] for order in json.loads(body)["orders"]]


def test_an_order_that_an_answer_names_is_rejected_and_the_others_are_delivered() -> None:
    """A 400 is a partial success."""
    errors = [{"order_id": "2", "error": "id is required"}]
    server = Answering([answer(400, {**NO, "errors": errors})])
    found = ended(server, "orders", ("1", "2", "3"))
    assert set(found.outcomes) == {"1", "2", "3"}
    assert found.outcomes["2"].reasons[0].problem == "id is required"
    assert isinstance(found.outcomes["1"], Delivered)
    assert isinstance(found.outcomes["3"], Delivered)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [400, 413, 500])
def test_a_request_whose_answer_names_nobody_is_halved(status: int) -> None:
    """Until each order has its own verdict."""
    tries = 3 if status == 500 else 1
    server = Answering([answer(status, NO)] * tries + [answer(200, OK)])
    assert ended(server, "orders", ("1", "2", "3", "4")).in_short == [Delivered] * 4
    sent = [orders_of(body) for _, _, body in server.requests]
    assert sent == [["1", "2", "3", "4"]] * tries + [["1", "2"], ["3", "4"]]
