"""Requests settled against a server that is played by a function of their keys."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from target_triplewhale.delivery.outbox import Outbox
from target_triplewhale.delivery.settling import Settling
from target_triplewhale.delivery.verdicts import Accepted, Mixed, Refused, ServerFault, TooLarge
from tests.delivery.parcels import parcel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_triplewhale.delivery.batches import Batch, Parcel
    from target_triplewhale.outcomes import Outcome

    Verdict = Accepted | Refused | Mixed | TooLarge | ServerFault


class Server:
    """Gives each request the verdict that a function of its keys says, and counts them."""

    def __init__(
        self, judge: Callable[[Sequence[str]], Verdict], *, knows_key: bool = True
    ) -> None:
        self._judge = judge
        self._knows_key = knows_key
        self.requests = 0
        self.key_checks = 0
        self.asked: list[list[str]] = []

    async def send(self, batch: Batch, fault_tries: int = 3, _: object = None) -> Verdict:
        """Answer one request."""
        verdict = self._judge(batch.asked.keys)
        self.requests += fault_tries if isinstance(verdict, ServerFault) else 1
        self.asked.append(list(batch.asked.keys))
        return verdict

    async def key_is_known(self) -> bool:
        """Answer the key check."""
        self.key_checks += 1
        return self._knows_key


def failing(fails: Callable[[str], bool], *, knows_key: bool = True) -> Server:
    """Make a server that answers a request with 500 where one of its keys makes it fail."""
    return Server(
        lambda keys: ServerFault() if any(map(fails, keys)) else Accepted(), knows_key=knows_key
    )


class Settled:
    """How parcels ended."""

    def __init__(self, server: Server) -> None:
        self.ended: dict[Parcel, list[Outcome]] = {}
        self.outbox = Outbox(100_000)
        self.settling = Settling(server, self.outbox, self._on_settled)  # type: ignore[arg-type]

    def _on_settled(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        for one in parcels:
            self.ended[one].append(outcome)
        self.outbox.settled(parcels)
        return True

    async def send(self, *parcels: Parcel) -> None:
        """Settle what goes together as one request."""
        self.ended |= {one: [] for one in parcels}
        self.outbox.add(parcels, 0)
        self.outbox.flush()
        while batch := self.outbox.take(parcels[0].endpoint.limits, 0):
            await self.settling.settle(batch)

    async def look_again(self, *, is_idle: bool = True) -> None:
        """Look again, as long as that tells anything."""
        while self.settling.doubtful(is_idle=is_idle):
            await self.settling.second_look()

    def settle(self, *batches: Sequence[Parcel]) -> None:
        """Settle one request after another, then look again at what is doubtful."""

        async def work() -> None:
            for batch in batches:
                await self.send(*batch)
            await self.look_again()

        asyncio.run(work())

    def by_key(self) -> dict[str, Outcome]:
        """Return how each ended; fails where one did not end once."""
        return {one.key: outcome for one, (outcome,) in self.ended.items()}


def settled(server: Server, endpoint: str, count: int) -> dict[str, Outcome]:
    """Settle records 0 to `count` and return how each ended."""
    parcels = [parcel(endpoint, str(number)) for number in range(count)]
    found = Settled(server)
    found.settle(*([parcels] if endpoint == "orders" else [[one] for one in parcels]))
    return found.by_key()
