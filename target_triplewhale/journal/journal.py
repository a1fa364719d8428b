"""Takes in how each record ended: on disk, in the counts, in the log, in this order."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import RejectsUnwritable
from target_triplewhale.journal.examples import Examples, named, reasons
from target_triplewhale.journal.masking import masked
from target_triplewhale.journal.tally import NAMES, Tally
from target_triplewhale.notices import warn
from target_triplewhale.outcomes import FILTERED, Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.journal.allowance import RejectAllowance
    from target_triplewhale.journal.ledger.pending import Pending
    from target_triplewhale.journal.rejects import Entry, RejectsFile
    from target_triplewhale.journal.tally import Count
    from target_triplewhale.outcomes import Outcome

LOGGED_PER_CODE = 5
"""Rejects of one code that are logged one by one; the file has all of them."""
SUPERSEDED_SHARE = 0.05
"""Above it, orders look like rows of line items."""


class Journal:
    """The only writer of rejects and counts; may be called from any thread."""

    def __init__(
        self, rejects: RejectsFile, allowance: RejectAllowance, pending: Pending | None = None
    ) -> None:
        self.rejects = rejects
        self.tally = Tally()
        self.retried = Tally(is_retry=True)
        """What rejected records of earlier runs have come to."""
        self.voided: dict[str, Counter[str]] = {}
        """What the voids have come to that no record asked for, by route."""
        self.unvoided: list[tuple[str, Rejected]] = []
        """The orders of those that could not be, and why."""
        self.examples = Examples()
        self.allowance = allowance
        self.is_retrying = False
        self._pending = pending
        self._lock = threading.Lock()
        self._failure: RejectsUnwritable | None = None

    def count(self, stream: str, route: str, endpoint: str) -> Count:
        """Return the count of a stream on a route, made at its first mention."""
        with self._lock:
            tally = self.retried if self.is_retrying else self.tally
            return tally.of(stream, route, endpoint)

    def counts(self) -> list[Count]:
        """Return the counts of what is read, and of what is sent again."""
        with self._lock:
            return [*self.tally, *self.retried]

    def settle(self, entries: Sequence[Entry], outcome: Outcome) -> None:
        """Count how records have ended that leave nothing else behind."""
        with self._lock:
            for entry in entries:
                entry.counted.end(outcome)
                if self._pending is not None:
                    self._pending.let_go(entry)
            self.allowance.judge(entries, outcome)

    def pass_over(self, entry: Entry) -> None:
        """Count a record that is left out, whatever it is: it says nothing of the others."""
        with self._lock:
            entry.counted.end(FILTERED)

    def reject(
        self, entries: Sequence[Entry], rejected: Rejected, identity: Mapping[str, str]
    ) -> bool:
        """Keep all rows of a record; return False where it must stay open for want of a disk."""
        counted = entries[0].counted
        with self._lock:
            if not self._keep(entries, rejected, identity):
                return False
            if counted.codes[rejected.code] < LOGGED_PER_CODE:
                _log(entries, rejected, identity)
            self.examples.add(entries, rejected, identity)
            for _ in entries:
                counted.end(rejected)
            self.allowance.judge(entries, rejected)
            return True

    def count_void(self, route: str, order: str, outcome: Outcome) -> None:
        """Count a void that no record asked for."""
        with self._lock:
            ended = self.voided.setdefault(route, Counter())
            ended[NAMES[type(outcome)]] += 1
            if isinstance(outcome, Rejected):
                self.unvoided.append((order, outcome))
        if isinstance(outcome, Rejected) and ended[NAMES[Rejected]] <= LOGGED_PER_CODE:
            warn(outcome.code, "order %s could not be voided (%s)", masked(order), outcome.code)

    def sync(self) -> None:
        """Have the disk keep all rejects, before a STATE passes them."""
        self.rejects.sync()
        if self._pending is not None:
            with self._lock:
                self._pending.write()

    def _keep(
        self, entries: Sequence[Entry], rejected: Rejected, identity: Mapping[str, str]
    ) -> bool:
        """Write a reject to the file, if it is this run's, and to the ledger, if there is one."""
        try:
            for entry in () if entries[0].counted.is_retry else entries:
                self.rejects.write(entry, rejected, identity)
        except RejectsUnwritable as failure:
            self._failure = failure
            return False
        if self._pending is not None:
            self._pending.keep(entries, rejected, identity)
        return True

    @property
    def awaits(self) -> bool:
        """Whether any record may wait to be sent again."""
        return self._pending is not None and self._pending.has_waited

    def hold(self, settled: int) -> int:
        """Return how far a STATE may go where all before `settled` is."""
        with self._lock:
            return self.allowance.hold(settled)

    def check_disk(self) -> None:
        """Raise where the rejects file could not take a record."""
        if self._failure:
            raise self._failure

    def warn_of_superseded(self) -> None:
        """Say where so many orders share an identity that they look like line items."""
        for count in self.tally:
            superseded = count.ended["superseded"]
            counts_sales = count.endpoint and ENDPOINTS[count.endpoint].counts_sales
            if counts_sales and superseded > SUPERSEDED_SHARE * count.sent:
                warn(
                    "TW-ORDERS-SUPERSEDED",
                    "stream %s: %d of %d orders were superseded by a later one with the same "
                    "identity. If the source has one row a line item, its rows must be grouped "
                    "into orders first (group_rows), or line items are lost",
                    count.stream,
                    superseded,
                    count.sent,
                )


def _log(entries: Sequence[Entry], rejected: Rejected, identity: Mapping[str, str]) -> None:
    count = entries[0].counted
    warn(
        rejected.code,
        "%s %s of stream %s rejected (%s): %s",
        ENDPOINTS[count.endpoint].noun,
        named(identity),
        count.stream,
        rejected.code,
        "; ".join(reasons(rejected, entries)),
        stream_name=count.stream,
        route=count.route,
        endpoint=count.endpoint,
        status=rejected.status,
    )
