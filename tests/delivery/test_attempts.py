"""One request until it has a verdict, in virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.delivery.attempts import Attempts
from target_triplewhale.delivery.batches import Batch
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.concurrency import START, Concurrency
from target_triplewhale.delivery.halting import Abandoned, HaltSwitch
from target_triplewhale.delivery.limits import Limiter
from target_triplewhale.delivery.retries import Backoff
from target_triplewhale.delivery.turns import Turns
from target_triplewhale.delivery.verdicts import Accepted, Refused, ServerFault
from target_triplewhale.errors import DeliveryHalted
from tests.delivery.parcels import parcel, traffic
from tests.delivery.virtual_time import play
from tests.docs.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from tests.delivery.virtual_time import Clock

OK = Answer(200, {"success": True})


class Played:
    """A client that gives prepared answers, each after a second, and all that asks it."""

    def __init__(self, clock: Clock, answers: Sequence[Answer | NoAnswer | Exception]) -> None:
        self.clock = clock
        self.asked: list[float] = []
        self.paths: list[str] = []
        self.switch = HaltSwitch()
        self.concurrency = Concurrency(128, clock)
        self._answers = list(answers)
        limiter = Limiter({"requests": 1000, "events": 1000}, clock=clock)
        turns = Turns(limiter, self.concurrency, self.switch)
        self.traffic = traffic(clock)
        backoff = Backoff(3, 2, 16)
        self.attempts = Attempts(self, turns, backoff, self.switch, self.traffic)  # type: ignore[arg-type]

    async def post(self, path: str, _: bytes) -> Answer | NoAnswer:
        """Give the next answer."""
        return await self._next(path)

    async def get(self, path: str) -> Answer | NoAnswer:
        """Give the next answer."""
        return await self._next(path)

    async def _next(self, path: str) -> Answer | NoAnswer:
        self.asked.append(self.clock.now)
        self.paths.append(path)
        await asyncio.sleep(1)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def send(self, endpoint: str = "customers", **options: Any) -> Any:
        """Send one record."""
        return await self.attempts.send(Batch([parcel(endpoint)]), **options)


def played(
    answers: Sequence[Answer | NoAnswer | Exception],
    work: Callable[[Played], Coroutine[Any, Any, Any]] = Played.send,
) -> tuple[Any, Played]:
    """Return what came of it, an error included, and what was asked."""
    found: list[Played] = []

    async def run(clock: Clock) -> Any:
        found.append(Played(clock, answers))
        try:
            return await work(found[0])
        except (DeliveryHalted, Abandoned) as error:
            return error

    return play(run), found[0]


def room_left(of: Played) -> bool:
    """Tell whether everything in flight was counted out again."""
    free = 0
    while of.concurrency.has_room:
        of.concurrency.start()
        free += 1
    return free == of.concurrency.limit


def test_nothing_is_asked_inside_a_retry_after() -> None:
    """The server's wish wins, however long, and counts against no number of tries."""
    verdict, asking = played([*[Answer(429, {}, retry_after=90.0)] * 6, OK])
    assert isinstance(verdict, Accepted)
    assert asking.asked == [91.0 * tries for tries in range(7)]


def test_a_wait_that_the_server_asked_for_counts_as_no_try() -> None:
    """All tries are left afterwards."""
    verdict, _ = played([*[Answer(503, {}, retry_after=9.0)] * 6, *[Answer(503, {})] * 3, OK])
    assert isinstance(verdict, Accepted)


def test_a_short_wait_that_the_server_asked_for_is_not_made_longer() -> None:
    """It knows best."""
    _, asking = played([Answer(429, {}, retry_after=0.1), OK])
    assert asking.asked == [0, 1.1]


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_retry_after_holds_the_others_whatever_the_status(status: int) -> None:
    """A server that asks for a pause means every request."""

    async def two(asking: Played) -> None:
        await asking.send(fault_tries=1)
        await asking.send()

    _, asking = played([Answer(status, {}, retry_after=60.0), OK], two)
    assert asking.asked == [0, 61]


def test_a_retry_after_of_events_holds_all_that_events_count_for() -> None:
    """An event counts as a request too, so nobody knows which limit was meant."""

    async def both(asking: Played) -> None:
        await asyncio.gather(asking.send("events"), _later(asking))

    async def _later(asking: Played) -> None:
        await asyncio.sleep(2)
        await asking.send("orders")

    _, asking = played([Answer(429, {}, retry_after=30.0), OK, OK], both)
    assert asking.asked == [0, 31, 31]


def test_waits_without_a_wish_of_the_server_double() -> None:
    """2, 4 and 8 seconds, with up to a quarter taken off by chance."""
    verdict, asking = played([NoAnswer("timeout"), Answer(502, {}), Answer(503, {}), OK])
    assert isinstance(verdict, Accepted)
    pauses = [
        later - first - 1 for first, later in zip(asking.asked, asking.asked[1:], strict=False)
    ]
    for pause, most in zip(pauses, (2, 4, 8), strict=True):
        assert 0.75 * most <= pause <= most


@pytest.mark.parametrize("last", [NoAnswer("connection"), Answer(429, {}, retry_after=0.0)])
def test_out_of_tries_halts(last: Answer | NoAnswer) -> None:
    """A record is never rejected because the way was cut; a wait of nothing is a try too."""
    error, asking = played([last] * 4)
    assert isinstance(error, DeliveryHalted)
    assert "given up after 4 tries" in str(error)
    assert error.endpoint == "customers"
    assert error.status == getattr(last, "status", None)
    assert len(asking.asked) == 4


def test_a_server_fault_is_tried_three_times() -> None:
    """Then it is halved, or the record is asked again after others."""
    verdict, asking = played([Answer(500, {})] * 3)
    assert isinstance(verdict, ServerFault)
    assert len(asking.asked) == 3


def test_half_of_a_faulty_request_is_tried_once() -> None:
    """Three tries each would cost three times the requests."""
    verdict, asking = played([Answer(500, {})], lambda asking: asking.send(fault_tries=1))
    assert isinstance(verdict, ServerFault)
    assert len(asking.asked) == 1


def test_other_failures_do_not_use_up_the_tries_of_a_fault() -> None:
    """A gateway's 502 says nothing of the record; the third 500 is what counts."""
    answers = [Answer(500, {}), Answer(502, {}), Answer(500, {}), Answer(200, {})]
    verdict, _ = played(answers)
    assert isinstance(verdict, Accepted)


def test_a_refusal_is_final_at_once() -> None:
    """It would be the same the next time."""
    verdict, asking = played([Answer(400, {"message": "no"})])
    assert verdict == Refused("no", 400)
    assert len(asking.asked) == 1


def test_what_halts_says_where_and_why() -> None:
    """401 ends the run at its first answer."""
    error, asking = played([Answer(401, {})])
    assert isinstance(error, DeliveryHalted)
    assert (error.endpoint, error.status) == ("customers", 401)
    assert len(asking.asked) == 1


def test_a_turn_that_was_taken_before_is_used_for_the_first_try_only() -> None:
    """A second try waits for a turn of its own, or room would be counted out twice."""

    async def work(asking: Played) -> Any:
        turn = await asking.attempts.turn(("requests",))
        return await asking.send(turn=turn)

    verdict, asking = played([Answer(502, {}), OK], work)
    assert isinstance(verdict, Accepted)
    assert room_left(asking)


def test_a_turn_is_given_back_where_there_is_nothing_to_send() -> None:
    """Room is not lost to a request that never was."""

    async def work(asking: Played) -> None:
        await asking.attempts.turn(("requests",))
        asking.attempts.give_back()

    _, asking = played([], work)
    assert room_left(asking)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 520, None])
def test_what_tells_of_too_much_halves_what_is_in_flight(status: int | None) -> None:
    """Down on 429, 5xx and timeouts."""
    answer = NoAnswer("timeout") if status is None else Answer(status, {})
    _, asking = played([answer, OK], lambda asking: asking.send(fault_tries=1))
    assert asking.concurrency.limit == START / 2


@pytest.mark.parametrize("status", [200, 400, 404, 413, 499])
def test_what_tells_of_the_record_does_not(status: int) -> None:
    """A refused record is no sign of load."""
    _, asking = played([Answer(status, {})])
    assert asking.concurrency.limit == START


def test_what_many_requests_meet_at_once_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """An outage with 128 requests in flight is one event of the log, not 128."""
    caplog.set_level("INFO", "target-triplewhale")

    async def crowd(asking: Played) -> None:
        await asyncio.gather(*(asking.send() for _ in range(4)))

    played([*[Answer(502, {})] * 4, *[OK] * 4], crowd)
    played([*[Answer(429, {}, retry_after=60.0)] * 4, *[OK] * 4], crowd)
    assert [line.split(",")[0] for line in caplog.messages] == [
        "customers: status 502",
        page("docs/running.md").having("told by")[2].text.strip(),
    ]
    assert [(one.__dict__["status"], one.levelname) for one in caplog.records] == [
        (502, "INFO"),
        (429, "INFO"),
    ]


def test_what_goes_on_for_long_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever looks at the end of the log must find it there."""
    caplog.set_level("INFO", "target-triplewhale")

    async def twice(asking: Played) -> None:
        await asking.send()
        await asyncio.sleep(10)
        await asking.send()

    played([Answer(502, {}), OK] * 2, twice)
    assert len(caplog.messages) == 2


def test_every_attempt_is_counted_when_it_goes_out_and_refusals_when_they_come() -> None:
    """The report's chart shows both; a refused record is no refused request."""
    _, asking = played([Answer(429, {}, retry_after=5.0), NoAnswer("timeout"), Answer(400, {})])
    told = asking.traffic.document()["endpoints"]["customers"]
    assert [second for second, sent in enumerate(told["requests"]) if sent] == [
        int(moment) for moment in asking.asked
    ]
    assert [second for second, refused in enumerate(told["refused"]) if refused] == [1, 7]
    assert sum(told["records"]) == 0


def test_no_attempt_begins_once_the_run_ends() -> None:
    """What waits for a turn is given up, and stays open."""

    async def work(asking: Played) -> Any:
        asking.switch.trip()
        return await asking.send()

    error, asking = played([], work)
    assert isinstance(error, Abandoned)
    assert asking.asked == []


@pytest.mark.parametrize("answer", [Answer(429, {}, retry_after=3600.0), NoAnswer("timeout")])
def test_a_wait_for_the_next_try_ends_with_the_run(answer: Answer | NoAnswer) -> None:
    """Also an hour of Retry-After."""

    async def work(asking: Played) -> Any:
        asyncio.get_running_loop().call_later(2, asking.switch.trip)
        return await asking.send()

    error, asking = played([answer], work)
    assert isinstance(error, Abandoned)
    assert asking.clock.now == 2


def test_a_request_that_is_cancelled_or_breaks_makes_room() -> None:
    """The run ends then, and what is left of it must not wait for room."""

    async def cancelled(asking: Played) -> None:
        task = asyncio.create_task(asking.send())
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def broken(asking: Played) -> None:
        with pytest.raises(ZeroDivisionError):
            await asking.send()

    assert room_left(played([OK], cancelled)[1])
    assert room_left(played([ZeroDivisionError()], broken)[1])


@pytest.mark.parametrize(
    ("answer", "is_known"),
    [
        (Answer(200, {"valid": True}), True),
        (Answer(200, None, is_json=False), True),
        (Answer(401, {}), False),
        (Answer(500, {}), False),
        (NoAnswer("connection"), False),
    ],
)
def test_a_key_is_known_where_the_api_says_so(
    answer: Answer | NoAnswer,
    is_known: bool,  # noqa: FBT001
) -> None:
    """A server that fails on everything fails on that too."""
    found, asking = played([answer], lambda asking: asking.attempts.key_is_known())
    assert found is is_known
    assert asking.paths == ["/users/api-keys/me"]
    assert room_left(asking)
