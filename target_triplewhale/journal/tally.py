"""The counts of a run, per stream and route; they add up, or the run fails loudly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from target_triplewhale.errors import RunEnded
from target_triplewhale.outcomes import (
    Delivered,
    Filtered,
    Outcome,
    Rejected,
    Superseded,
    Unchanged,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {
    Delivered: "delivered",
    Unchanged: "unchanged",
    Superseded: "superseded",
    Filtered: "filtered",
    Rejected: "rejected",
}


@dataclass
class Count:
    """How the records of one stream ended on one route; `endpoint` is empty where it is skipped."""

    stream: str
    route: str
    endpoint: str
    offered: int = 0
    ended: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(NAMES.values(), 0)))
    codes: Counter[str] = field(default_factory=Counter)
    is_retry: bool = False
    """Whether the records are of earlier runs, and judged no more."""

    def offer(self) -> int:
        """Count a record that is offered, and return its position on the route, from 0."""
        self.offered += 1
        return self.offered - 1

    def end(self, outcome: Outcome) -> None:
        """Count how a record ended."""
        self.ended[NAMES[type(outcome)]] += 1
        if isinstance(outcome, Rejected):
            self.codes[outcome.code] += 1

    @cached_property
    def key(self) -> tuple[str, str]:
        """What no other count of the run has."""
        return (self.stream, self.route)

    @property
    def fields(self) -> dict[str, str | int]:
        """What a line of a structured log tells of it."""
        names = {"stream_name": self.stream, "route": self.route, "endpoint": self.endpoint}
        return {**names, "read": self.offered, **self.ended}

    @property
    def open(self) -> int:
        """Records that have not ended."""
        return self.offered - self.ended.total()

    @property
    def sent(self) -> int:
        """Records that the configuration did not leave out."""
        return self.offered - self.ended["filtered"]


class Tally:
    """A count for each stream and route, in the order in which they came."""

    def __init__(self, *, is_retry: bool = False) -> None:
        """Count what is read, or what is sent again."""
        self._is_retry = is_retry
        self._counts: dict[tuple[str, str], Count] = {}

    def __iter__(self) -> Iterator[Count]:
        """Yield the counts in that order, of streams that had any record."""
        return iter([count for count in self._counts.values() if count.offered])

    def of(self, stream: str, route: str, endpoint: str) -> Count:
        """Return the count of a stream on a route, made at its first mention."""
        count = Count(stream, route, endpoint, is_retry=self._is_retry)
        return self._counts.setdefault(count.key, count)

    def check(self) -> None:
        """Raise RunEnded where, after a whole run, the counts do not add up."""
        for count in self:
            if count.open:
                raise RunEnded(
                    "TW-RUN-MISCOUNTED",
                    f"stream {count.stream}, route {count.route}: {count.offered} records were "
                    f"offered and {count.ended.total()} have ended. This is a fault of "
                    "target-triplewhale; the STATE of this run is not to be trusted",
                )
