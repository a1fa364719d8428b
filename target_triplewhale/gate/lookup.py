"""What is known of some records before they are sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from target_triplewhale.gate.under_way import Version
from target_triplewhale.gate.versions import fingerprint_of, key
from target_triplewhale.journal.times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.gate.under_way import UnderWay
    from target_triplewhale.journal.ledger.keys import Name
    from target_triplewhale.journal.ledger.known import Kept, Known
    from target_triplewhale.journal.ledger.ledger import Ledger


@dataclass(frozen=True)
class Lookup:
    """What is under way, and what was accepted, under the names of some records."""

    under_way: dict[Name, set[Version]]
    known: Mapping[Name, Sequence[Known]]
    formers: Mapping[Parcel, Known]
    """What was accepted under the very identity of a record, where anything was."""
    same: AbstractSet[Parcel]
    """The records that the API has already."""
    kept: Mapping[int, Kept]
    """What was accepted last of those records that are not as they were, or are sent again."""

    def kept_of(self, parcel: Parcel) -> Kept | None:
        """Return what was accepted last of a record that is not as it was."""
        former = self.formers.get(parcel)
        return self.kept.get(former.version) if former else None

    def is_new(self, parcel: Parcel) -> bool:
        """Tell whether nothing is known under the name of a record, nor under way."""
        name = key(parcel).name
        return name not in self.known and name not in self.under_way

    def is_certain(self, parcel: Parcel) -> bool:
        """Tell whether the API has nothing later than what was accepted of a record."""
        former = self.formers.get(parcel)
        return not (self.is_under_way(parcel) or (former and former.is_doubtful))

    def valid(self, parcel: Parcel) -> list[Known]:
        """Return what a route has had accepted under the name of a record, and may not be void."""
        found = self.known.get(key(parcel).name, ())
        found = [one for one in found if one.route == parcel.sender.route]
        return [one for one in found if not one.is_void or one.is_doubtful]

    def has_void(self, parcel: Parcel) -> bool:
        """Tell whether a route has voided a record."""
        return bool(self._voided(parcel))

    def add(self, parcel: Parcel) -> None:
        """Take in a record that is sent on."""
        name, rest = key(parcel)
        version = Version(rest, parcel.sender.route, parcel.sender.read_at)
        self.under_way.setdefault(name, set()).add(version)

    def _voided(self, parcel: Parcel) -> list[Known]:
        found = self.known.get(key(parcel).name, ())
        found = [one for one in found if one.route == parcel.sender.route]
        return [one for one in found if one.is_void and not one.is_doubtful]

    def is_under_way(self, parcel: Parcel) -> bool:
        """Tell whether any version of a record is."""
        return key(parcel).name in self.under_way

    def is_outdated(self, parcel: Parcel) -> bool:
        """Tell whether a record that is sent again is older than what was sent of it since.

        A void is of all that has its name.
        """
        if not parcel.sender.was_rejected:
            return False
        name, rest = key(parcel)
        read_at, route = parcel.sender.read_at, parcel.sender.route
        sent = [(one.rest, one.route, one.read_at) for one in self.under_way.get(name, ())]
        sent += [
            (one.rest, one.route, seconds(self.kept[one.version].read_at))
            for one in self.known.get(name, ())
            if one.version in self.kept
        ]
        void = {one.rest for one in self._voided(parcel)}
        return any(
            time > read_at
            for other, of, time in sent
            if other == rest or (of == route and (parcel.sender.is_void or other in void))
        )

    def other_rest(self, parcel: Parcel) -> str | None:
        """Return what a route has under another identity with the name of a record, if that."""
        name, rest = key(parcel)
        if name not in self.known and name not in self.under_way:
            return None
        route = parcel.sender.route
        others = {one.rest for one in self.under_way.get(name, ()) if one.route == route}
        found = self.valid(parcel) or (self._voided(parcel) if parcel.sender.is_void else ())
        others.update(one.rest for one in found)
        return min(others) if others and rest not in others else None


def look_up(parcels: Sequence[Parcel], ledger: Ledger, under_way: UnderWay) -> Lookup:
    """Return what is known of records that have a key."""
    keys = [key(parcel) for parcel in parcels]
    # In this order: what is settled in between is in both, and nothing is in neither.
    beginning = under_way.of(keys)
    known = ledger.known(keys)
    if not known:
        return Lookup(beginning, known, {}, set(), {})
    formers = {parcel: one for parcel in parcels if (one := _former(parcel, known))}
    same = {parcel for parcel, one in formers.items() if _is_same(parcel, one)}
    found = Lookup(beginning, known, formers, same, {})
    differing = list(_differing(parcels, found))
    return replace(found, kept=ledger.kept(differing)) if differing else found


def _former(parcel: Parcel, known: Mapping[Name, Sequence[Known]]) -> Known | None:
    name, rest = key(parcel)
    for one in known.get(name, ()):
        if one.rest == rest:
            return one
    return None


def _is_same(parcel: Parcel, known: Known) -> bool:
    """Tell whether the API has a record already; a sent event is sent for ever."""
    return parcel.endpoint.is_event or known.fingerprint == fingerprint_of(parcel)


def _differing(parcels: Sequence[Parcel], found: Lookup) -> Iterator[int]:
    for parcel in parcels:
        if parcel.sender.was_rejected:
            yield from (one.version for one in found.known.get(key(parcel).name, ()))
        elif parcel in found.formers and parcel not in found.same and not parcel.sender.is_void:
            yield found.formers[parcel].version
