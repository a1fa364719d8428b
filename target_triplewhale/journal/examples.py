"""The first records of each reject code, named so that a person finds them; nobody's data."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.journal.tally import Count
    from target_triplewhale.outcomes import Rejected

MOST = 5
UNTELLING = {"shop", "platform", "platform_account_id", "channel_account_id", "created_at"}
"""Parts of an identity that do not name a record to a person."""


class Examples:
    """Keeps so many of each code at the most."""

    def __init__(self) -> None:
        self._by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(self, counted: Count, rejected: Rejected, identity: Mapping[str, str]) -> None:
        """Take in a rejected record, if there is room for it."""
        found = self._by_code[rejected.code]
        if len(found) < MOST:
            found.append(
                {
                    "stream": counted.stream,
                    "route": counted.route,
                    "record": named(identity),
                    "reasons": reasons(rejected),
                    "status": rejected.status,
                }
            )

    def of(self, code: str) -> list[dict[str, Any]]:
        """Return those of a code, the first ones first."""
        return self._by_code[code]


def named(identity: Mapping[str, object]) -> str:
    """Return what a record is called, masked."""
    told = (masked(str(value)) for path, value in identity.items() if path not in UNTELLING)
    return " ".join(told) or "without id"


def reasons(rejected: Rejected) -> list[str]:
    """Return all that is wrong with a record; the API's own words may hold a person's data."""
    is_our_own = rejected.status is None
    return [
        f"{masked(one.field)} {one.problem if is_our_own else masked(one.problem)}".strip()
        for one in rejected.reasons
    ]
