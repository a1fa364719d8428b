"""The first records of each reject code, named so that a person finds them; nobody's data."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from target_triplewhale import messages
from target_triplewhale.journal.masking import masked, redacted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.journal.rejects import Entry
    from target_triplewhale.outcomes import Rejected

MOST = 5
UNTELLING = {"shop", "platform", "platform_account_id", "channel_account_id", "created_at"}
"""Parts of an identity that do not name a record to a person."""


class Examples:
    """Keeps so many of each code at the most."""

    def __init__(self) -> None:
        self._by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def add(
        self, entries: Sequence[Entry], rejected: Rejected, identity: Mapping[str, str]
    ) -> None:
        """Take in a rejected record, if there is room for it."""
        found, counted = self._by_code[rejected.code], entries[0].counted
        if len(found) < MOST:
            found.append(
                {
                    "stream": counted.stream,
                    "route": counted.route,
                    "record": named(identity),
                    "reasons": reasons(rejected, entries),
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


def reasons(rejected: Rejected, entries: Sequence[Entry]) -> list[str]:
    """Return all that is wrong with a record; the API's own words may say back what it holds."""
    told = ((masked(one.field), one.problem) for one in rejected.reasons)
    if rejected.status is not None:
        records = [messages.read(entry.source.line).record for entry in entries]
        told = ((field, redacted(words, records)) for field, words in told)
    return [f"{field} {words}".strip() for field, words in told]
