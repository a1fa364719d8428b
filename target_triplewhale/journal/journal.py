"""Takes in how each record ended: on disk, in the counts, in the log, in this order."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.errors import RejectsUnwritable, RunEnded
from target_triplewhale.journal.masking import masked
from target_triplewhale.outcomes import Outcome, Rejected

if TYPE_CHECKING:
    from target_triplewhale.journal.allowance import RejectAllowance
    from target_triplewhale.journal.rejects import Entry, RejectsFile
    from target_triplewhale.journal.tally import Tally

logger = logging.getLogger("target-triplewhale")

LOGGED_PER_CODE = 5
"""Rejects of one code that are logged one by one; the file has all of them."""
UNTELLING = {"shop", "platform", "platform_account_id", "channel_account_id", "created_at"}
"""Parts of an identity that do not name a record to a person."""
SUPERSEDED_SHARE = 0.05
"""Above it, orders look like rows of line items."""


class Journal:
    """The only writer of rejects and counts; may be called from any thread."""

    def __init__(self, rejects: RejectsFile, tally: Tally, allowance: RejectAllowance) -> None:
        self.rejects = rejects
        self.tally = tally
        self.allowance = allowance
        self._lock = threading.Lock()
        self._failure: RejectsUnwritable | None = None

    def offer(self, stream: str, route: str, endpoint: str) -> int:
        """Count a record that is offered to a route, and return its position there, from 0."""
        with self._lock:
            count = self.tally.of(stream, route, endpoint)
            count.offered += 1
            return count.offered - 1

    def settle(self, entry: Entry, outcome: Outcome) -> bool:
        """Record how a record ended; return False where it must stay open for want of a disk."""
        with self._lock:
            count = self.tally.of(entry.stream, entry.route, entry.endpoint)
            if isinstance(outcome, Rejected):
                try:
                    self.rejects.write(entry, outcome)
                except RejectsUnwritable as failure:
                    self._failure = failure
                    return False
                if count.codes[outcome.code] < LOGGED_PER_CODE:
                    _log(entry, outcome)
            self.tally.end(count, outcome)
            self.allowance.judge(count, entry, outcome)
            return True

    @property
    def is_halted(self) -> bool:
        """Whether rejects end the run."""
        return self.allowance.halt is not None and self._failure is None

    def check(self) -> None:
        """Raise what has to end the run, if anything has come up."""
        halt: RunEnded | None = self._failure or self.allowance.halt
        if halt:
            raise halt

    def warn_of_superseded(self) -> None:
        """Say where so many orders share an identity that they look like line items."""
        for count in self.tally:
            superseded = count.ended["superseded"]
            counts_sales = count.endpoint and ENDPOINTS[count.endpoint].counts_sales
            if counts_sales and superseded > SUPERSEDED_SHARE * count.sent:
                logger.warning(
                    "stream %s: %d of %d orders were superseded by a later one with the same "
                    "identity. If the source has one row a line item, its rows must be grouped "
                    "into orders first (group_rows), or line items are lost",
                    count.stream,
                    superseded,
                    count.sent,
                )


def _log(entry: Entry, rejected: Rejected) -> None:
    is_our_own = rejected.status is None
    problems = (one.problem if is_our_own else masked(one.problem) for one in rejected.reasons)
    fields = (masked(one.field) for one in rejected.reasons)
    pairs = zip(fields, problems, strict=True)
    reasons = "; ".join(f"{field} {problem}".strip() for field, problem in pairs)
    names = [value for key, value in entry.identity.items() if key not in UNTELLING]
    name = " ".join(names) or "without id"
    logger.warning(
        "%s %s of stream %s rejected (%s): %s",
        entry.noun,
        masked(name),
        entry.stream,
        rejected.code,
        reasons,
    )
