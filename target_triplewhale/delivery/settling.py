"""Settles each parcel of a request by its verdict: halves, asks once more, gives up by rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from target_triplewhale.delivery.attempts import FAULT_TRIES
from target_triplewhale.delivery.batches import Batch
from target_triplewhale.delivery.probes import Probes
from target_triplewhale.delivery.verdicts import Accepted, Mixed, Refused, ServerFault, TooLarge
from target_triplewhale.errors import DeliveryHalted
from target_triplewhale.outcomes import DELIVERED, Reason, Rejected, reject_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_triplewhale.delivery.attempts import Attempts
    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.delivery.concurrency import Turn
    from target_triplewhale.delivery.outbox import Outbox

HALVING_REQUESTS = 2000
"""Requests that halving after a 500 may cost in a run."""
FAULTS_WITHOUT_SUCCESS = 20
"""Records alone at 500, with none delivered before, that make it a fault of everything."""


class Settling:
    """Knows what a run's requests have shown so far: successes, and records alone at 500."""

    def __init__(self, attempts: Attempts, outbox: Outbox, on_settled: OnSettled) -> None:
        self._attempts = attempts
        self._outbox = outbox
        self._on_settled = on_settled
        self._halving_left = HALVING_REQUESTS
        self._successes = Counter[str]()
        self._probes = Probes()
        self._faulty: list[tuple[Parcel, int]] = []

    async def settle(
        self, batch: Batch, fault_tries: int = FAULT_TRIES, turn: Turn | None = None
    ) -> None:
        """Send a batch until each of its parcels is settled, or is alone at 500."""
        match await self._attempts.send(batch, fault_tries, turn):
            case Accepted():
                self._accept(batch.parcels)
            case Refused() as refused:
                self._reject(batch.parcels[0], refused)
            case Mixed() as mixed:
                await self._settle_mixed(batch, mixed)
            case TooLarge():
                await self._halve(batch, fault_tries)
            case ServerFault() if len(batch.parcels) > 1:
                await self._halve_after_fault(batch)
            case _:
                self._set_aside(batch.parcels[0])

    def doubtful(self, *, is_idle: bool) -> bool:
        """Tell whether one alone at 500 can be judged: others have succeeded, or none is left."""
        return any(is_idle or self._has_succeeded_since(*one) for one in self._faulty)

    async def second_look(self) -> None:
        """Ask once more for each record alone at 500, when something else has succeeded."""
        aside = [one for one in self._faulty if self._has_succeeded_since(*one)] or self._faulty
        self._faulty = [one for one in self._faulty if one not in aside]
        for shop in dict.fromkeys(parcel.shop for parcel, _ in aside):
            await self._look_again([one for one in aside if one[0].shop == shop])

    def _has_succeeded_since(self, parcel: Parcel, then: int) -> bool:
        return self._successes[parcel.shop] > then

    async def _look_again(self, aside: Sequence[tuple[Parcel, int]]) -> None:
        """Judge the records of one shop; what it has not shown to take is a fault of all of it."""
        parcels = [parcel for parcel, _ in aside]
        fresh = _fresh(parcels)
        has_succeeded = self._has_succeeded_since(*aside[-1])
        if fresh and not has_succeeded and not await self._server_works(fresh):
            raise _fault_of_everything(parcels[0])
        for parcel in parcels:
            await self._last_try(parcel)

    async def _server_works(self, aside: Sequence[Parcel]) -> bool:
        """Tell faulty records from a faulty server: a record that it has taken is asked again."""
        probe = self._probes.find(aside[0], self._outbox.is_free)
        if probe is None:
            return len(aside) == 1 and await self._attempts.key_is_known()
        self._outbox.reserve(probe)
        answer = await self._attempts.send(Batch([probe]), fault_tries=1)
        self._outbox.settled([probe])
        return not isinstance(answer, ServerFault)

    def _accept(self, parcels: Sequence[Parcel]) -> None:
        self._successes[parcels[0].shop] += len(parcels)
        self._probes.add(parcels)
        self._on_settled(parcels, DELIVERED)

    def _reject(self, parcel: Parcel, refused: Refused) -> None:
        """A refusal shows, as a success does, that the server answers for this shop."""
        self._successes[parcel.shop] += 1
        name = parcel.endpoint.name
        code = reject_code(name, refused.field, refused.kind)
        reason = Reason(refused.field, refused.problem)
        self._on_settled([parcel], Rejected(code, (reason,), refused.status))

    async def _settle_mixed(self, batch: Batch, mixed: Mixed) -> None:
        doubtful: list[Parcel] = []
        accepted: list[Parcel] = []
        for parcel in batch.parcels:
            if parcel.key in mixed.refused:
                self._reject(parcel, Refused(mixed.refused[parcel.key], mixed.status))
            else:
                (doubtful if parcel.key in mixed.doubtful else accepted).append(parcel)
        if accepted:
            self._accept(accepted)
        if doubtful:
            for part in _parts(Batch(doubtful), whole=2 * len(doubtful) <= len(batch.parcels)):
                await self.settle(part)

    async def _halve(self, batch: Batch, fault_tries: int) -> None:
        for half in batch.halves():
            await self.settle(half, fault_tries)

    async def _halve_after_fault(self, batch: Batch) -> None:
        for half in batch.halves():
            if self._halving_left == 0:
                raise DeliveryHalted(
                    "TW-API-FAILS-OFTEN",
                    f"{batch.endpoint.name}: the API answers so many requests with 500 that "
                    f"{HALVING_REQUESTS} further ones did not find the records behind it",
                    endpoint=batch.endpoint.name,
                    status=500,
                )
            self._halving_left -= 1
            await self.settle(half, fault_tries=1)

    def _set_aside(self, parcel: Parcel) -> None:
        successes = self._successes[parcel.shop]
        self._faulty.append((parcel, successes))
        fresh = _fresh(one for one, _ in self._faulty if one.shop == parcel.shop)
        if successes == 0 and len(fresh) >= FAULTS_WITHOUT_SUCCESS:
            raise _fault_of_everything(parcel)

    async def _last_try(self, parcel: Parcel) -> None:
        match await self._attempts.send(Batch([parcel]), fault_tries=1):
            case ServerFault():
                problem = "the API answers it with status 500 each time, and others not"
                self._reject(parcel, Refused(problem, 500, kind="server_fault"))
            case Refused() as refused:
                self._reject(parcel, refused)
            case Accepted():
                self._accept([parcel])
            case _:
                raise AssertionError("one record is never answered in parts")


def _fresh(parcels: Iterable[Parcel]) -> list[Parcel]:
    """Leave out what was refused before, perhaps for ever."""
    return [parcel for parcel in parcels if not parcel.has_waited]


def _parts(batch: Batch, *, whole: bool) -> tuple[Batch, ...]:
    """Ask again for what is left of a request; for all of it only in halves."""
    return (batch,) if whole or len(batch.parcels) == 1 else batch.halves()


def _fault_of_everything(parcel: Parcel) -> DeliveryHalted:
    return DeliveryHalted(
        "TW-API-FAILS-ALWAYS",
        f"the API answers everything with 500. That often means that it does not know shop "
        f"{parcel.shop}: compare `shop` with Settings > Store, letter for letter",
        endpoint=parcel.endpoint.name,
        status=500,
    )
