"""What the imitation does with records: keeps them, refuses them, or fails on them."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

from tests.conservation.answers import ACCEPTED, failed, partly_refused, refused
from tests.conservation.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conservation.answers import Answer
    from tests.conservation.faults import Script, Trait, Wait
    from tests.conservation.notes import Arrival, Request
    from tests.conservation.store import Store

_REFUSING = (400, 413, 422)


class Service:
    """Answers whole requests, and notes what that means for each record."""

    def __init__(self, script: Script, store: Store) -> None:
        self.notes = Notes()
        self._script = script
        self._store = store
        self._tellings = itertools.cycle(script.tellings)
        self._poison_waits = itertools.cycle(script.poison_waits)

    def answer(self, request: Request) -> Answer:
        """Do what a server does that has no fault but its dislikes."""
        arrivals = request.arrivals()
        traits = [self._trait(one) for one in arrivals]
        if "poison" in traits:
            return self.fail(request, 500, next(self._poison_waits))
        largest = self._script.largest
        if "large" in traits or (largest is not None and request.size > largest):
            return self.fail(request, 413)
        if "unknown" in traits:
            return self.fail(request, 404)
        disliked = [one for one, trait in zip(arrivals, traits, strict=True) if trait]
        return self._refuse(request, arrivals, disliked) if disliked else self._accept(arrivals)

    def keep_well(self, request: Request) -> None:
        """Keep what is not disliked, without a word about the rest."""
        self._keep([one for one in request.arrivals() if not self._trait(one)])

    def fail(self, request: Request, status: int, wait: Wait = "") -> Answer:
        """Answer a whole request with a status, and note whom that refuses or holds back."""
        arrivals = request.arrivals()
        if len(arrivals) == 1:
            if status == 500:
                self.notes.alone_at_500[arrivals[0].content] += 1
            elif status in _REFUSING or (status == 404 and arrivals[0].key[0] == "pps"):
                self.notes.refuse(arrivals)
        headers = self.notes.holds.headers(wait, request.endpoint, request.marks)
        return failed(status, headers)

    def refuse_some(self, request: Request) -> Answer:
        """Refuse every second record of a request, the first one included."""
        arrivals = request.arrivals()
        return self._refuse(request, arrivals, arrivals[::2])

    def _accept(self, arrivals: Sequence[Arrival]) -> Answer:
        self._keep(arrivals)
        return ACCEPTED

    def _keep(self, arrivals: Sequence[Arrival]) -> None:
        self.notes.kept += arrivals
        for one in arrivals:
            self._store.keep(one.key, one.body)

    def _refuse(
        self, request: Request, arrivals: Sequence[Arrival], disliked: Sequence[Arrival]
    ) -> Answer:
        self._keep([one for one in arrivals if one not in disliked])
        if not request.is_bulk:
            self.notes.refuse(disliked)
            return refused(request.number, _problem(disliked[0]))
        telling = next(self._tellings)
        names = Counter(one.body["order_id"] for one in arrivals)
        is_clear = telling in ("ids", "strangers")
        told = [one for one in disliked if is_clear and names[one.body["order_id"]] == 1]
        self.notes.refuse(arrivals if len(arrivals) == 1 else told)
        problems = [(str(one.body["order_id"]), _problem(one)) for one in disliked]
        return partly_refused(telling, problems)

    def _trait(self, arrival: Arrival) -> Trait | None:
        """Return what is always wrong with a record; only a survey's order can be unknown."""
        trait = self._script.traits.get(arrival.mark)
        return None if trait == "unknown" and arrival.key[0] != "pps" else trait


def _problem(arrival: Arrival) -> str:
    """Quote the record, as the API may: what is quoted must not reach a log."""
    customer = arrival.body.get("customer", arrival.body)
    who = customer.get("email") or customer.get("email_address") or customer.get("phone")
    return f"customer {who} is not welcome"
