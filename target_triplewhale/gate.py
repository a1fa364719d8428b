"""What stands around delivery where there is a ledger: only what is new or has changed is sent.

Before it, records are compared with what the API has accepted of them; after it, what it accepts is
kept, and only then settled.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from target_triplewhale.journal.ledger.keys import guarded, key_of
from target_triplewhale.journal.ledger.known import Accepted, fingerprint
from target_triplewhale.outcomes import Delivered, Reason, Rejected, Unchanged, reject_code

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from target_triplewhale.delivery.batches import OnSettled, Parcel
    from target_triplewhale.delivery.delivery import Delivery
    from target_triplewhale.journal.ledger.keys import Key, Name
    from target_triplewhale.journal.ledger.known import Known
    from target_triplewhale.journal.ledger.ledger import Ledger
    from target_triplewhale.outcomes import Outcome

UNCHANGED = Unchanged()
ASKED = 500
"""Records that are looked up together."""


class Version(NamedTuple):
    """A record as a route sends it: the rest of its key, and the route."""

    rest: str
    route: str


class UnderWay:
    """What has been sent of each record and is not settled: the ledger does not tell of it yet."""

    def __init__(self) -> None:
        self._versions: dict[Name, Counter[Version]] = {}
        self._lock = threading.Lock()

    def add(self, parcel: Parcel) -> None:
        """Take in a version that is to be sent."""
        name, version = _version(parcel)
        with self._lock:
            self._versions.setdefault(name, Counter())[version] += 1

    def remove(self, parcels: Iterable[Parcel]) -> None:
        """Let go of versions that are settled."""
        with self._lock:
            for name, version in map(_version, parcels):
                left = self._versions[name] - Counter((version,))
                if left:
                    self._versions[name] = left
                else:
                    del self._versions[name]

    def of(self, keys: Iterable[Key]) -> dict[Name, set[Version]]:
        """Return the versions that are under way, by name."""
        with self._lock:
            return {name: {*self._versions[name]} for name, _ in keys if name in self._versions}


class Keeper:
    """Keeps what the API has accepted, in the thread that delivers."""

    def __init__(self, ledger: Ledger, under_way: UnderWay, on_settled: OnSettled) -> None:
        self._ledger = ledger
        self._under_way = under_way
        self._on_settled = on_settled

    def settle(self, parcels: Sequence[Parcel], outcome: Outcome) -> bool:
        """Keep, then tell; raise LedgerUnusable where nothing can be kept any more."""
        known = [parcel for parcel in parcels if has_key(parcel)]
        if isinstance(outcome, Delivered) and known:
            self._ledger.accept([_accepted(parcel) for parcel in known])
        is_kept = self._on_settled(parcels, outcome)
        self._under_way.remove(known)
        return is_kept


class Gate:
    """Takes the place of the delivery that is behind it, in the thread that reads."""

    def __init__(
        self,
        ledger: Ledger,
        under_way: UnderWay,
        delivery: Delivery,
        on_settled: OnSettled,
        *,
        guards: bool,
    ) -> None:
        self._ledger = ledger
        self._under_way = under_way
        self._delivery = delivery
        self._on_settled = on_settled
        self._guards = guards
        self._fresh: list[Parcel] = []

    def send(self, parcel: Parcel) -> None:
        """Take a parcel in; wait for room where too much is open."""
        if not has_key(parcel):
            self._delivery.send(parcel)
            return
        self._fresh.append(parcel)
        if len(self._fresh) >= ASKED:
            self._compare()

    def hand_over(self) -> None:
        """Let delivery have what was taken in."""
        self._compare()
        self._delivery.hand_over()

    def flush(self) -> None:
        """Let nothing wait for company any longer."""
        self._compare()
        self._delivery.flush()

    def finish(self, before: int | None = None) -> None:
        """Return when all is settled that was taken in, or that came `before` a record."""
        if before is not None:
            self._fresh = [parcel for parcel in self._fresh if parcel.number < before]
        self._compare()
        self._delivery.finish(before)

    def check(self) -> None:
        """Raise what has ended the delivery, if anything has."""
        self._delivery.check()

    def stop(self) -> None:
        """Begin nothing more, and give what is in flight a while to be answered."""
        self._fresh = []
        self._delivery.stop()

    def close(self) -> None:
        """Close connections, end the thread, and let go of the ledger."""
        self._delivery.close()
        self._ledger.close()

    def _compare(self) -> None:
        """Send on what the API does not have as it is."""
        fresh, self._fresh = self._fresh, []
        keys = [key(parcel) for parcel in fresh]
        # In this order: what is settled in between is in both, and nothing is in neither.
        under_way = self._under_way.of(keys)
        known = self._ledger.known(keys)
        unchanged = []
        for parcel, (name, rest) in zip(fresh, keys, strict=True):
            versions = under_way.get(name, ())
            outcome = self._outcome(parcel, rest, versions, known.get(name, ()))
            if outcome is None:
                under_way[name] = {*versions, Version(rest, parcel.sender.route)}
                self._under_way.add(parcel)
                self._delivery.send(parcel)
            elif outcome is UNCHANGED:
                unchanged.append(parcel)
            else:
                self._on_settled([parcel], outcome)
        if unchanged:
            self._on_settled(unchanged, UNCHANGED)

    def _outcome(
        self, parcel: Parcel, rest: str, under_way: Collection[Version], known: Sequence[Known]
    ) -> Outcome | None:
        """Return how a record ends that is not sent, None where it is."""
        if not under_way:
            for one in known:
                if one.rest == rest and _is_same(parcel, one):
                    return UNCHANGED
        route = parcel.sender.route
        others = {one.rest for one in under_way if one.route == route}
        others.update(one.rest for one in known if one.route == route and not one.is_void)
        if self._guards and others and rest not in others:
            return _identity_changed(parcel, rest, min(others))
        return None


def has_key(parcel: Parcel) -> bool:
    """Tell whether a record can be told from any other at all."""
    return isinstance(parcel.identity, tuple)


def key(parcel: Parcel) -> Key:
    """Return what a record is known by in the ledger."""
    return key_of(parcel.endpoint, parcel.sender.identity)


def _is_same(parcel: Parcel, known: Known) -> bool:
    """Tell whether the API has a record already; a sent event is sent for ever."""
    return parcel.endpoint.is_event or known.fingerprint == _fingerprint(parcel)


def _version(parcel: Parcel) -> tuple[Name, Version]:
    name, rest = key(parcel)
    return name, Version(rest, parcel.sender.route)


def _fingerprint(parcel: Parcel) -> str:
    """Return the fingerprint of what the source says, without what was filled in."""
    filled_at = parcel.sender.filled_at
    filled = b',"updated_at":"%s"' % filled_at.encode() if filled_at else b""
    return fingerprint(parcel.body.replace(filled, b"") if filled else parcel.body)


def _accepted(parcel: Parcel) -> Accepted:
    return Accepted(key(parcel), parcel.sender.route, _fingerprint(parcel), parcel.body)


def _identity_changed(parcel: Parcel, rest: str, other: str) -> Rejected:
    """Refuse what the API would take for another record than the one that it has."""
    before, now = guarded(parcel.endpoint, other), guarded(parcel.endpoint, rest)
    reasons = [
        Reason(
            field,
            f"is {now[field]}, and was {before[field]} when it was accepted: both would count. "
            "Restore the former, or set `identity_changes: allow`",
        )
        for field in now
        if now[field] != before[field]
    ]
    code = reject_code(parcel.endpoint.name, reasons[0].field, "identity_changed")
    return Rejected(code, tuple(reasons))
