"""Orders that are to be voided, held until it is clear that they are not too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from target_triplewhale.errors import TooManyVoids
from target_triplewhale.gate.versions import key, voiding
from target_triplewhale.journal.ledger.keys import Key
from target_triplewhale.journal.ledger.known import Kept
from target_triplewhale.journal.times import exact_time
from target_triplewhale.outcomes import SUPERSEDED, UNCHANGED, Reason, Rejected, reject_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.gate.passage import Passage
    from target_triplewhale.journal.ledger.keys import Name
    from target_triplewhale.journal.ledger.known import Known
    from target_triplewhale.outcomes import Outcome


NOT_KEPT = Kept(None, "")
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


class Place(NamedTuple):
    """Of which route, and of which order; of one identity of it, where no row says that it is gone.

    A row says by its id alone that an order is gone: `rest` is empty then.
    """

    route: str
    name: Name
    rest: str


class VoidAllowance:
    """How many orders a run may void: `max_voids`, a number or a share of those that are known."""

    def __init__(self, count: int | None, share: float | None, known: Callable[[], int]) -> None:
        self._count = count
        self._share = share
        self._known = known
        self._taken = 0

    def check(self, number: int) -> None:
        """Raise TooManyVoids where so many more are too many."""
        most = self._most()
        if self._taken + number > most:
            done = f"{self._taken} of it were" if self._taken else "Nothing of it was"
            raise TooManyVoids(
                "TW-VOIDS-TOO-MANY",
                f"{self._taken + number} orders are gone from the source, and this run may void "
                f"{most} at the most: half an export must not void a year. {done} "
                "voided; where it is right, raise `max_voids`",
            )

    def take(self, number: int) -> None:
        """Take so many more."""
        self.check(number)
        self._taken += number

    def _most(self) -> int:
        """Count the known anew: those that this run has sent are known by now, or void."""
        if self._count is not None:
            return self._count
        return max(LEAST, int((self._share or 0) * (self._known() + self._taken)))


class Voids:
    """Holds voids until nothing before them is under way, and sends them as what was accepted."""

    def __init__(self, passage: Passage, allowance: VoidAllowance) -> None:
        self._passage = passage
        self._allowance = allowance
        self._held: dict[Place, Parcel] = {}

    def __len__(self) -> int:
        """Return how many are held."""
        return len(self._held)

    def hold(self, parcel: Parcel) -> None:
        """Hold a void, unless a row has said already that the order is gone."""
        place = _place(parcel)
        if place._replace(rest="") not in self._held:
            self._held[place] = parcel

    def withdraw(self, parcel: Parcel) -> Parcel | None:
        """Give out the void of the same order, if one is held: a later version has come."""
        return self._held.pop(_place(parcel), None) if self._held else None

    def drop_from(self, number: int) -> None:
        """Forget what came from a record on."""
        for place in [place for place, one in self._held.items() if one.number >= number]:
            del self._held[place]

    def send_settled(self, *, is_counted: bool = True) -> bool:
        """Send the voids of orders that are not under way; tell whether there were any.

        Raises TooManyVoids before the first where they are too many, unless nobody counts them.
        """
        known = self._due()
        if is_counted:
            self._allowance.take(sum(any(map(_is_valid, one)) for one in known.values()))
        places = list(known)
        for some in (places[at : at + ASKED] for at in range(0, len(places), ASKED)):
            # One that was withdrawn while another waited for room is not there any more.
            found = {place: known[place] for place in some if place in self._held}
            self._send(found)
            self._passage.let_through()
        return bool(known)

    def _due(self) -> dict[Place, list[Known]]:
        """Return the voids that can go, with what their routes have had accepted of the orders."""
        keys = [key(parcel) for parcel in self._held.values()]
        waiting = self._passage.under_way.of(keys)
        due = [of for of in keys if of.name not in waiting]
        known: dict[Name, list[Known]] = {}
        for some in (due[at : at + ASKED] for at in range(0, len(due), ASKED)):
            known |= self._passage.ledger.known(some)
        return {
            place: [one for one in known.get(place.name, ()) if _is_meant(place, one)]
            for place in self._held
            if place.name not in waiting
        }

    def _send(self, found: Mapping[Place, Sequence[Known]]) -> None:
        numbers = [one.version for known in found.values() for one in known if _is_valid(one)]
        kept = self._passage.ledger.kept(numbers)
        for place, known in found.items():
            parcel = self._held.pop(place)
            outcome = self._take(parcel, known, kept)
            if outcome:
                self._passage.on_settled([parcel], outcome)

    def _take(
        self, parcel: Parcel, known: Sequence[Known], kept: Mapping[int, Kept]
    ) -> Outcome | None:
        """Send what voids an order, or return how its void ends without."""
        valid = {one.rest: kept.get(one.version, NOT_KEPT) for one in known if _is_valid(one)}
        if not valid:
            return UNCHANGED if known else self._send_as_it_came(parcel, parcel.sender.otherwise)
        read_at = exact_time(parcel.sender.read_at)
        former = {rest: one.body for rest, one in valid.items() if one.read_at <= read_at}
        if not former:
            return SUPERSEDED
        bodies = {rest: body for rest, body in former.items() if body is not None}
        if not bodies:
            is_same = key(parcel).rest in former
            otherwise = NO_BODY if parcel.sender.otherwise or not is_same else None
            return self._send_as_it_came(parcel, otherwise, is_known=True)
        self._send_bodies(parcel, bodies)
        return None

    def _send_bodies(self, parcel: Parcel, bodies: Mapping[str, bytes]) -> None:
        """Void all that was accepted under a name; with the last of it the record has ended."""
        name = key(parcel).name
        for left, (rest, body) in zip(reversed(range(len(bodies))), bodies.items(), strict=True):
            void = voiding(parcel, Key(name, rest), body)
            if left:
                void.sender = void.sender._replace(entries=())
            self._passage.send(void, body, is_known=True)

    def _send_as_it_came(
        self, parcel: Parcel, otherwise: Outcome | None, *, is_known: bool = False
    ) -> Outcome | None:
        if otherwise is None:
            self._passage.send(parcel, is_known=is_known)
        return otherwise


def _place(parcel: Parcel) -> Place:
    name, rest = key(parcel)
    return Place(parcel.sender.route, name, "" if parcel.sender.entries else rest)


def _is_meant(place: Place, one: Known) -> bool:
    return one.route == place.route and place.rest in ("", one.rest)


def _is_valid(one: Known) -> bool:
    return not one.is_void or one.is_doubtful
