"""Orders that are to be voided, held until it is clear that they are not too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.errors import TooManyVoids
from target_triplewhale.gate.versions import key, voiding
from target_triplewhale.journal.ledger.keys import Key
from target_triplewhale.outcomes import Reason, Rejected, reject_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.gate.passage import Passage
    from target_triplewhale.journal.ledger.keys import Name
    from target_triplewhale.journal.ledger.known import Known

ASKED = 500
"""Records that are looked up together."""
LEAST = 10
"""So many may always be voided."""
NO_BODY = Rejected(
    reject_code("orders", "void", "no_body"),
    (
        Reason(
            "void",
            "needs the body that was accepted, and the ledger keeps none (`ledger_bodies`): send "
            "the order whole, with `void: true`",
        ),
    ),
)


class VoidAllowance:
    """How many orders a run may void: `max_voids`, a number or a share of those that are known."""

    def __init__(self, count: int | None, share: float | None, known: Callable[[], int]) -> None:
        self._count = count
        self._share = share
        self._known = known
        self._most: int | None = None
        self._taken = 0

    def take(self, number: int) -> None:
        """Take so many more; raise TooManyVoids where that is too many."""
        if self._most is None:
            self._most = self._number()
        if self._taken + number > self._most:
            raise TooManyVoids(
                f"{self._taken + number} orders are gone from the source, and this run may void "
                f"{self._most} at the most: half an export must not void a year. Nothing of it was "
                "voided; where it is right, raise `max_voids`"
            )
        self._taken += number

    def give_back(self, number: int) -> None:
        """Take back what need not be voided after all."""
        self._taken -= number

    def _number(self) -> int:
        if self._count is not None:
            return self._count
        return max(LEAST, int((self._share or 0) * self._known()))


class Voids:
    """Holds voids until nothing before them is under way, and sends them as what was accepted."""

    def __init__(self, passage: Passage, allowance: VoidAllowance) -> None:
        self._passage = passage
        self._allowance = allowance
        self._held: dict[tuple[str, Name], Parcel] = {}

    def allow(self, number: int) -> None:
        """Raise TooManyVoids where so many more are too many."""
        self._allowance.take(number)

    def hold(self, parcel: Parcel) -> None:
        """Hold a void; raise TooManyVoids where it is one too many."""
        self._allowance.take(1)
        self._held[_place(parcel)] = parcel

    def withdraw(self, parcel: Parcel) -> Parcel | None:
        """Give out the void of the same order, if one is held: a later version has come."""
        withdrawn = self._held.pop(_place(parcel), None) if self._held else None
        if withdrawn:
            self._allowance.give_back(1)
        return withdrawn

    def drop_from(self, number: int) -> None:
        """Forget what came from a record on."""
        for place in [place for place, one in self._held.items() if one.number >= number]:
            del self._held[place]

    def send_settled(self) -> bool:
        """Send the voids of orders that are not under way; tell whether there were any."""
        waiting = self._passage.under_way.of([key(parcel) for parcel in self._held.values()])
        due = [place for place in self._held if place[1] not in waiting]
        self.send([self._held.pop(place) for place in due])
        return bool(due)

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Send voids, each with the body that was accepted in the place of its own."""
        ledger = self._passage.ledger
        for some in (parcels[at : at + ASKED] for at in range(0, len(parcels), ASKED)):
            known = ledger.known([key(parcel) for parcel in some])
            valid = [_valid(parcel, known) for parcel in some]
            kept = ledger.kept([one.version for found in valid for one in found])
            for parcel, found in zip(some, valid, strict=True):
                bodies = {Key(key(parcel).name, one.rest): kept[one.version].body for one in found}
                self._send(parcel, bodies)

    def _send(self, parcel: Parcel, bodies: Mapping[Key, bytes | None]) -> None:
        """Send what voids each of the bodies; where there are none, what came, if that can be."""
        found = {of: body for of, body in bodies.items() if body is not None}
        if not found:
            self._send_as_it_came(parcel, is_known=bool(bodies))
        for number, (of, body) in enumerate(found.items()):
            void = voiding(parcel, of, body)
            if number:
                void.sender = void.sender._replace(entries=())
            self._passage.send(void, body, is_known=True)

    def _send_as_it_came(self, parcel: Parcel, *, is_known: bool) -> None:
        otherwise = parcel.sender.otherwise
        if otherwise is None:
            self._passage.send(parcel)
        else:
            self._passage.on_settled([parcel], NO_BODY if is_known else otherwise)


def _place(parcel: Parcel) -> tuple[str, Name]:
    return parcel.sender.route, key(parcel).name


def _valid(parcel: Parcel, known: Mapping[Name, Sequence[Known]]) -> list[Known]:
    """Return what a route has had accepted that a void means, and is not void.

    A row says of an order that it is gone, by its id; without a row one identity is meant.
    """
    name, rest = key(parcel)
    found = [one for one in known.get(name, ()) if one.route == parcel.sender.route]
    is_exact = not parcel.sender.entries
    return [one for one in found if not one.is_void and not (is_exact and one.rest != rest)]
