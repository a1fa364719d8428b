"""How many rejects a run bears: `max_rejects`, and rows of rejects for one and the same reason."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_triplewhale.errors import TooManyRejects
from target_triplewhale.outcomes import Delivered, Filtered, Outcome, Rejected, Unchanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_triplewhale.journal.rejects import Entry
    from target_triplewhale.journal.tally import Count

FIRST_ROW = 20
"""So many first records of a stream rejected with one code end the run."""
LATER_ROW = 200
"""So many in a row later do."""
GROWING_SECONDS = 30.0
"""A later row that has not grown for so long holds no STATE back, lest a quiet stream hold all."""
JUDGED = (Rejected, Delivered, Unchanged)
UNJUDGED = Filtered()
"""Stands for the further rows of a record: one mistake in it is one, however long it is."""


@dataclass
class Row:
    """Rejects of a route with one code and nothing delivered between them, as they were read."""

    code: str = ""
    length: int = 0
    first: int = 0
    judged: int = 0
    is_mistake: bool = False
    """Whether the row is too long to be bad data."""
    _next: int = 0
    _early: dict[int, tuple[int, Outcome]] = field(default_factory=dict)
    _unjudged: int = 0
    _grown_at: float = 0.0
    _last: int = -1

    def add(self, position: int, number: int, outcome: Outcome) -> None:
        """Take in what ended; it is judged when all that was read before it has ended."""
        if position == self._next and not self._early and not self.is_mistake:
            self._judge(number, outcome)
            self._next += 1
            return
        self._early[position] = (number, outcome)
        while not self.is_mistake and self._next in self._early:
            self._judge(*self._early.pop(self._next))
            self._next += 1
        if isinstance(outcome, Rejected) and self._early:
            self._unjudged = self._unjudged + 1 if position == self._last + 1 else 1
            self._last = position

    @property
    def must_be_judged(self) -> bool:
        """Whether so many in a row wait for what was read before them that it may be a mistake."""
        return bool(self._early) and self._unjudged >= FIRST_ROW

    def _judge(self, number: int, outcome: Outcome) -> None:
        """Go on with the row, begin another, or end it."""
        if not isinstance(outcome, JUDGED):
            return
        self.judged += 1
        if not isinstance(outcome, Rejected):
            self.code, self.length = "", 0
        elif outcome.code == self.code:
            self.length += 1
        else:
            self.code, self.length, self.first = outcome.code, 1, number
        is_from_the_start = self.length == self.judged
        self.is_mistake = self.length >= (FIRST_ROW if is_from_the_start else LATER_ROW)
        self._grown_at = time.monotonic() if self.length else 0.0

    @property
    def holds(self) -> bool:
        """Whether it may still become a mistake: nothing was delivered yet, or it grew lately."""
        is_from_the_start = self.length == self.judged
        is_growing = time.monotonic() - self._grown_at < GROWING_SECONDS
        return self.length > 0 and (is_from_the_start or self.is_mistake or is_growing)


class RejectAllowance:
    """Keeps `halt` once the run must end, and the record that no STATE may pass."""

    def __init__(self, count: int | None, share: float | None) -> None:
        self._count = count
        self._share = share
        self._bears_all = share is not None and share >= 1
        self._rows: dict[tuple[str, str], Row] = {}
        self._rejected = Counter[str]()
        self._over: int | None = None
        self.halt: TooManyRejects | None = None
        self.must_be_judged = False
        """Whether the input must wait for records under way, to tell a mistake from bad data."""

    def judge(self, entries: Sequence[Entry], outcome: Outcome) -> None:
        """Take in how records ended, all in the same way."""
        if self._bears_all:
            return
        for entry in entries:
            counted, number = entry.counted, entry.source.number
            if counted.is_retry:
                continue
            row = self._rows.get(counted.key) or self._rows.setdefault(counted.key, Row())
            row.add(entry.position, number, UNJUDGED if entry.is_further else outcome)
            if isinstance(outcome, Rejected):
                self._look_at_reject(counted, number, row)
            if row.is_mistake and not self.halt:
                self._end(counted, row)

    def _look_at_reject(self, counted: Count, number: int, row: Row) -> None:
        self.must_be_judged |= row.must_be_judged
        self._rejected[counted.stream] += 1
        if self.halt or self._are_too_many(counted.stream):
            self._over = min(number, number if self._over is None else self._over)

    def _end(self, counted: Count, row: Row) -> None:
        """End the run where a row is a mistake."""
        self._over = row.first
        self.halt = TooManyRejects(
            "TW-REJECTS-ALL-ALIKE",
            f"stream {counted.stream}: {row.length} records in a row rejected with {row.code}. "
            "That is a mistake in the mapping or a changed API rather than bad data; "
            "`max_rejects: 100%` goes on all the same",
        )

    def _are_too_many(self, stream: str) -> bool:
        """End the run where a stream has more rejects than the number allows."""
        if self._count is None or self._rejected[stream] <= self._count:
            return False
        self.halt = TooManyRejects(
            "TW-REJECTS-TOO-MANY",
            f"stream {stream}: more than {self._count} records rejected (setting `max_rejects`)",
        )
        return True

    def hold(self, settled: int) -> int:
        """Return how far a STATE may go, while rows grow and records are settled up to there."""
        held = [row.first for row in self._rows.values() if row.holds]
        if self._over is not None:
            held.append(self._over)
        return min([settled, *held])

    def release(self) -> None:
        """Let STATE pass the rows that did not grow long enough; no record follows."""
        self._rows.clear()

    def verdict(self, counts: Iterable[Count]) -> TooManyRejects | None:
        """Return, at the end of the input, why the run fails, if it does."""
        by_stream: dict[str, list[Count]] = {}
        for count in counts:
            by_stream.setdefault(count.stream, []).append(count)
        for stream, of_stream in by_stream.items():
            rejected = sum(count.ended["rejected"] for count in of_stream)
            judged = sum(count.sent for count in of_stream)
            if problem := self._problem(rejected, judged):
                code = "TW-REJECTS-ALL" if rejected == judged else "TW-REJECTS-TOO-MANY"
                return TooManyRejects(code, f"stream {stream}: {problem}")
        return None

    def _problem(self, rejected: int, judged: int) -> str:
        if not rejected or self._bears_all:
            return ""
        if rejected == judged:
            return f"each of its {judged} records was rejected"
        if self._share is not None and rejected > self._share * judged:
            return (
                f"{rejected} of {judged} records were rejected, more than "
                f"{self._share:.0%} (setting `max_rejects`)"
            )
        return ""
