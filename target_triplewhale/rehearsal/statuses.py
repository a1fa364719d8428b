"""Which statuses orders and subscriptions have."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST = 50
"""More than that are no statuses but another column's values; further ones count together."""
FURTHER = "(further ones)"
NONE = "(none)"


class Statuses:
    """Counts the values of `status` by endpoint."""

    def __init__(self) -> None:
        self._found: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, endpoint: str, payload: Mapping[str, Any]) -> None:
        """Take in a record."""
        found = self._found[endpoint]
        status = payload.get("status") or NONE
        found[status if status in found or len(found) < MOST else FURTHER] += 1

    def sentences(self) -> Iterator[str]:
        """Yield a line for each endpoint, the most frequent status first."""
        for endpoint, found in self.document().items():
            told = ", ".join(f"{status} {number:,}" for status, number in found.items())
            yield f"{endpoint} by status: {told}"

    def document(self) -> dict[str, dict[str, int]]:
        """Return them as the report has them."""
        return {endpoint: dict(_masked(found)) for endpoint, found in self._found.items()}


def _masked(found: Counter[str]) -> list[tuple[str, int]]:
    told: Counter[str] = Counter()
    for status, number in found.items():
        told[masked(status)] += number
    return told.most_common()
