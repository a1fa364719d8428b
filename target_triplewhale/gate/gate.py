"""Takes the place of the delivery that is behind it, in the thread that reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.gate import identities
from target_triplewhale.gate.lookup import Lookup, look_up
from target_triplewhale.gate.versions import has_key, key
from target_triplewhale.outcomes import SUPERSEDED, UNCHANGED, Unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.gate.changes import Changes
    from target_triplewhale.gate.passage import Passage
    from target_triplewhale.gate.seen import Snapshot
    from target_triplewhale.gate.snapshots import Snapshots
    from target_triplewhale.gate.voids import Voids
    from target_triplewhale.outcomes import Outcome

ASKED = 500
"""Records that are looked up together."""


class Gate:
    """Lets through what the API does not have as it is."""

    def __init__(
        self,
        passage: Passage,
        changes: Changes,
        voids: Voids,
        snapshots: Snapshots,
        *,
        guards: bool,
    ) -> None:
        self._passage = passage
        self._ledger = passage.ledger
        self._delivery = passage.delivery
        self._changes = changes
        self._voids = voids
        self._snapshots = snapshots
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
        self._voids.send_settled()
        self._delivery.flush()

    def finish(self, before: int | None = None) -> None:
        """Return when all is settled that was taken in, or that came `before` a record."""
        if before is not None:
            self._drop_from(before)
        self._compare()
        if before is not None:
            self._passage.let_through()
        self._delivery.finish(before)
        if self._voids.send_settled():
            self._delivery.finish()

    def see(
        self,
        snapshot: Snapshot,
        named: tuple[str, str] | None,
        identity: Sequence[str | None] | None = None,
    ) -> None:
        """Note that a stream that is read whole has a record: its shop and id, its identity."""
        self._snapshots.see(snapshot, named, identity)

    def close_version(self, stream: str, snapshot: Snapshot) -> None:
        """Void what a version lacks that the tap has closed, and return when that is settled."""
        self._compare()
        self._delivery.finish()
        self._snapshots.void(stream, snapshot)
        self.finish()

    def void(self, parcels: Sequence[Parcel], *, are_gone: bool) -> None:
        """Void what a tool names; what is gone from the source only up to `max_voids`."""
        for parcel in parcels:
            self._voids.hold(parcel)
        self._voids.send_settled(is_counted=are_gone)
        self._delivery.finish()

    def end(self, *, is_whole: bool) -> None:
        """Log what was erased; keep what was lacking, once all of the input is delivered."""
        if is_whole:
            self._snapshots.keep()
        self._changes.tell()

    def check(self) -> None:
        """Raise what has ended the delivery, if anything has."""
        self._delivery.check()

    def stop(self) -> None:
        """Begin nothing more, and give what is in flight a while to be answered."""
        self._fresh = []
        self._passage.drop_from(0)
        self._delivery.stop()

    def close(self) -> None:
        """Close connections, end the thread, and let go of the ledger."""
        self._delivery.close()
        self._snapshots.close()
        self._ledger.close()

    def _drop_from(self, number: int) -> None:
        """Forget what came from a record on."""
        self._fresh = [parcel for parcel in self._fresh if parcel.number < number]
        self._passage.drop_from(number)
        self._voids.drop_from(number)

    def _compare(self) -> None:
        """Send on what the API does not have as it is, in the order as read.

        What is refused goes first: where that ends the run, the others are not sent. All is
        decided before the first is sent: while that waits for room, voids may go.
        """
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        found = look_up(fresh, self._ledger, self._passage.under_way)
        unchanged = []
        for parcel in fresh:
            is_same = parcel in found.same and not (self._voids or found.is_under_way(parcel))
            outcome = UNCHANGED if is_same else self._take(parcel, found)
            if isinstance(outcome, Unchanged):
                unchanged.append(parcel)
            elif outcome is not None:
                self._passage.on_settled([parcel], outcome)
        if unchanged:
            self._passage.keep(unchanged)
        if not self._passage.is_halting():
            self._passage.let_through()

    def _take(self, parcel: Parcel, found: Lookup) -> Outcome | None:
        """Send a parcel on, or hold it where it voids; return how it ends where it does at once."""
        if earlier := self._voids.withdraw(parcel):
            self._passage.on_settled([earlier], SUPERSEDED)
        if parcel.sender.is_void:
            return self._take_void(parcel, found)
        outcome = None if found.is_new(parcel) else self._outcome(parcel, found)
        if outcome is None:
            self._send_on(parcel, found)
        return outcome

    def _outcome(self, parcel: Parcel, found: Lookup) -> Outcome | None:
        """Return how a record ends that is not sent, None where it is."""
        is_last = parcel.endpoint.is_event or found.is_certain(parcel)
        if is_last and parcel in found.same:
            return UNCHANGED
        if found.is_outdated(parcel):
            return SUPERSEDED
        if self._guards and (other := found.other_rest(parcel)):
            return identities.changed(parcel.endpoint, key(parcel).rest, other)
        kept = found.kept_of(parcel)
        return self._changes.look(parcel, kept.body, is_last=is_last) if kept else None

    def _take_void(self, parcel: Parcel, found: Lookup) -> Outcome | None:
        """Hold a void of what may be known; what never was is voided as it came, if it can be."""
        if found.is_outdated(parcel):
            return SUPERSEDED
        is_whole = parcel.sender.otherwise is None
        if is_whole and self._guards and (other := found.other_rest(parcel)):
            return identities.changed(parcel.endpoint, key(parcel).rest, other)
        if found.is_under_way(parcel) or found.valid(parcel):
            self._voids.hold(parcel)
            return None
        if found.has_void(parcel):
            return UNCHANGED
        outcome: Outcome | None = parcel.sender.otherwise
        if outcome is None:
            self._send_on(parcel, found)
        return outcome

    def _send_on(self, parcel: Parcel, found: Lookup) -> None:
        kept = found.kept_of(parcel)
        found.add(parcel)
        is_known = parcel in found.formers
        self._passage.send(parcel, kept.body if kept else None, is_known=is_known)
