"""One request until it has a verdict: slot, attempt, wait, again."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import TYPE_CHECKING

from target_triplewhale.delivery.client import Answer
from target_triplewhale.delivery.verdicts import Asked, Halt, ServerFault, TryAgain, verdict
from target_triplewhale.errors import DeliveryHalted

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from target_triplewhale.delivery.batches import Batch
    from target_triplewhale.delivery.client import Client, NoAnswer
    from target_triplewhale.delivery.concurrency import Turn
    from target_triplewhale.delivery.halting import HaltSwitch
    from target_triplewhale.delivery.retries import Backoff
    from target_triplewhale.delivery.traffic import Traffic
    from target_triplewhale.delivery.turns import Turns
    from target_triplewhale.delivery.verdicts import Accepted, Mixed, Refused, TooLarge

logger = logging.getLogger("target-triplewhale")

KEY_CHECK_PATH = "/users/api-keys/me"
KEY_CHECK_LIMITS = ("requests",)
FAULT_TRIES = 3
"""Tries of a request that the server fails on (500) before it is halved."""
TOLD_SECONDS = 10.0
"""A cause of waits that is told at INFO is told so no more for so long."""
TOO_MANY = 429


class Attempts:
    """Sends requests, waits as the limits and the server ask, and stops when told to halt."""

    def __init__(
        self,
        client: Client,
        turns: Turns,
        backoff: Backoff,
        switch: HaltSwitch,
        traffic: Traffic,
    ) -> None:
        self._client = client
        self._turns = turns
        self._backoff = backoff
        self._switch = switch
        self.traffic = traffic
        self._told_until: dict[tuple[str, str], float] = {}

    async def turn(self, limits: tuple[str, ...]) -> Turn:
        """Wait until a first attempt may go, before it is chosen what it will send."""
        return await self._turns.take(limits)

    def give_back(self) -> None:
        """Let another go where there is nothing to send after all."""
        self._turns.drop()

    async def send(
        self, batch: Batch, fault_tries: int = FAULT_TRIES, turn: Turn | None = None
    ) -> Accepted | Refused | Mixed | TooLarge | ServerFault:
        """Return the verdict that ends the request; raise where it ends the run."""
        asked, body, endpoint = batch.asked, batch.body, batch.endpoint
        tries = faults = 0
        while True:
            turn = turn or await self.turn(endpoint.limits)
            self.traffic.count(endpoint.name, "requests")
            posting = self._client.post(endpoint.path, body)
            answer = await self._answer(posting, turn, endpoint.path, endpoint.limits)
            if _is_refusal(answer):
                self.traffic.count(endpoint.name, "refused")
            turn = None
            match verdict(answer, asked):
                case Halt() as halt:
                    self._switch.trip()  # before the room that this turn has left is taken
                    raise DeliveryHalted(
                        halt.code, halt.sentence, endpoint=endpoint.name, status=halt.status
                    )
                case ServerFault(after=after) as fault:
                    faults += 1
                    if faults >= fault_tries:
                        return fault
                    cause = TryAgain("status 500", 500, after)
                case TryAgain() as cause:
                    pass
                case final:
                    return final
            # A Retry-After of nothing counts as a try, or it could go on for ever.
            tries += not cause.after
            await self._wait(cause, tries, asked)

    async def key_is_known(self) -> bool:
        """Ask the API about the key: whether it answers, and knows it."""
        turn = await self._turns.take(KEY_CHECK_LIMITS)
        asking = self._client.get(KEY_CHECK_PATH)
        answer = await self._answer(asking, turn, KEY_CHECK_PATH, KEY_CHECK_LIMITS)
        return isinstance(answer, Answer) and answer.status == 200  # noqa: PLR2004

    async def _answer(
        self, asking: Awaitable[Answer | NoAnswer], turn: Turn, path: str, limits: tuple[str, ...]
    ) -> Answer | NoAnswer:
        """End a turn with its answer; a Retry-After holds all others, whatever the status is."""
        try:
            answer = await asking
        except BaseException:
            self._turns.drop()
            raise
        self._turns.end(turn, path, is_refusal=_is_refusal(answer))
        if not isinstance(answer, Answer) or not answer.retry_after:
            return answer
        # Of many answers of one moment, which ask for one wait, the first is told.
        if self._turns.hold(limits, answer.retry_after):
            fields = {"path": path, "status": answer.status, "retry_after": answer.retry_after}
            message = "%s: the API asks to wait %.0f s"
            logger.info(message, path, answer.retry_after, extra=fields)
        return answer

    async def _wait(self, cause: TryAgain, tries: int, asked: Asked) -> None:
        """Pause before the next try; where the server says how long, the next turn waits."""
        if cause.after:
            return
        pause = self._backoff.pause(tries, random.random())  # noqa: S311
        if pause is None:
            raise DeliveryHalted(
                "TW-API-OUT-OF-TRIES",
                f"{asked.endpoint.name}: given up after {tries} tries, the last with {cause.cause}."
                " Nothing is rejected for that: run again, and it goes on from the last STATE",
                endpoint=asked.endpoint.name,
                status=cause.status,
            )
        self._tell_of_wait(asked.endpoint.name, cause, pause)
        await self._switch.sleep(pause)

    def _tell_of_wait(self, endpoint: str, cause: TryAgain, pause: float) -> None:
        """Log what many requests meet at once only once in a while."""
        now = asyncio.get_running_loop().time()
        is_told = now < self._told_until.get((endpoint, cause.cause), 0.0)
        tell = logger.debug if is_told else logger.info
        if not is_told:
            self._told_until[endpoint, cause.cause] = now + TOLD_SECONDS
        fields = {"endpoint": endpoint, "status": cause.status, "cause": cause.cause}
        message = "%s: %s, trying again in %.1f s"
        tell(message, endpoint, cause.cause, pause, extra=fields)


def _is_refusal(answer: Answer | NoAnswer) -> bool:
    """Tell whether an answer may mean that the server has too much to do."""
    return not isinstance(answer, Answer) or answer.status == TOO_MANY or answer.status >= 500  # noqa: PLR2004
