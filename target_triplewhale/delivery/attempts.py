"""One request until it has a verdict: slot, attempt, wait, again."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

from target_triplewhale.delivery.client import Answer
from target_triplewhale.delivery.verdicts import Asked, Halt, ServerFault, TryAgain, verdict
from target_triplewhale.errors import DeliveryHalted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.delivery.batches import Batch
    from target_triplewhale.delivery.client import Client
    from target_triplewhale.delivery.halting import HaltSwitch
    from target_triplewhale.delivery.limits import Limiter
    from target_triplewhale.delivery.retries import Backoff
    from target_triplewhale.delivery.verdicts import Accepted, Mixed, Refused, TooLarge

logger = logging.getLogger("target-triplewhale")

KEY_CHECK_PATH = "/users/api-keys/me"
FAULT_TRIES = 3
"""Tries of a request that the server fails on (500) before it is halved."""


class Attempts:
    """Sends requests, waits as the limits and the server ask, and stops when told to halt."""

    def __init__(
        self, client: Client, limiter: Limiter, backoff: Backoff, switch: HaltSwitch
    ) -> None:
        self._client = client
        self._limiter = limiter
        self._backoff = backoff
        self._switch = switch

    async def send(
        self, batch: Batch, fault_tries: int = FAULT_TRIES
    ) -> Accepted | Refused | Mixed | TooLarge | ServerFault:
        """Return the verdict that ends the request; raise where it ends the run."""
        asked, body = batch.asked, batch.body
        tries = faults = 0
        while True:
            await self._slot(asked.endpoint.limits)
            answer = await self._client.post(asked.endpoint.path, body)
            match verdict(answer, asked):
                case Halt() as halt:
                    raise DeliveryHalted(
                        halt.sentence, endpoint=asked.endpoint.name, status=halt.status
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
        await self._slot(("requests",))
        answer = await self._client.get(KEY_CHECK_PATH)
        return isinstance(answer, Answer) and answer.status == 200  # noqa: PLR2004

    async def _slot(self, limits: Sequence[str]) -> None:
        self._switch.check()
        await self._limiter.take(limits)
        self._switch.check()

    async def _wait(self, cause: TryAgain, tries: int, asked: Asked) -> None:
        if cause.after:
            logger.info("%s: the API asks to wait %.0f s", asked.endpoint.name, cause.after)
            self._limiter.hold(asked.endpoint.limits, cause.after)
            return
        pause = self._backoff.pause(tries, random.random())  # noqa: S311
        if pause is None:
            raise DeliveryHalted(
                f"{asked.endpoint.name}: given up after {tries} tries, the last with {cause.cause}."
                " Nothing is rejected for that: run again, and it goes on from the last STATE",
                endpoint=asked.endpoint.name,
                status=cause.status,
            )
        logger.info("%s: %s, trying again in %.1f s", asked.endpoint.name, cause.cause, pause)
        await self._switch.sleep(pause)
