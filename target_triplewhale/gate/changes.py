"""Looks at what the API has in another version: what would be erased, or would count twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.gate import identities
from target_triplewhale.gate.versions import VOID
from target_triplewhale.mapping.erased import carried, missing
from target_triplewhale.notices import warn
from target_triplewhale.outcomes import UNCHANGED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.mapping.shape import Path
    from target_triplewhale.outcomes import Outcome

KEEP, WARN, SEND = "keep", "warn", "send"
"""What is done with fields that a stream no longer brings."""
_ERASED = "were erased (`missing_fields: keep` carries them on)"
_NEVER_LOST = {(VOID,), ("updated_at",)}


class Changes:
    """Compares bodies, and counts what was erased or carried on, per stream and field."""

    def __init__(self, missing_fields: str, *, guards: bool) -> None:
        self._missing_fields = missing_fields
        self._guards = guards
        self._lost_fields: dict[str, Counter[str]] = {}
        self._unseen = 0

    def look(self, parcel: Parcel, body: bytes | None, *, is_last: bool) -> Outcome | None:
        """Return how a record ends that is not sent; one that is sent may get another body.

        `is_last` tells that nothing later than the body that was accepted is under way.
        """
        if body is None:
            self._unseen += 1
            return None
        before, now = msgspec.json.decode(body), msgspec.json.decode(parcel.body)
        if self._guards and (refused := identities.of_refunds(parcel.endpoint, before, now)):
            return refused
        lost = [] if self._missing_fields == SEND else self._lost(parcel, before, now)
        if lost and self._missing_fields == KEEP:
            now = carried(now, before, lost)
            parcel.body = msgspec.json.encode(now)
        if is_last and _without_time(parcel, now) == _without_time(parcel, before):
            return UNCHANGED
        if lost:
            of_stream = self._lost_fields.setdefault(parcel.sender.stream, Counter())
            of_stream.update(".".join(path) for path in lost)
        return None

    def tell(self) -> None:
        """Log what the streams no longer bring."""
        if self._unseen and self._missing_fields != SEND:
            warn(
                "TW-LEDGER-FIELDS-UNTOLD",
                "%d records have changed of which the ledger keeps no body (`ledger_bodies: "
                "fingerprint`): whether fields of them were erased cannot be told",
                self._unseen,
            )
        end = "were carried on" if self._missing_fields == KEEP else _ERASED
        for stream, fields in self._lost_fields.items():
            told = ", ".join(f"{name} ({number} records)" for name, number in fields.most_common())
            warn(
                "TW-LEDGER-FIELDS-MISSING",
                "stream %s no longer brings what was accepted before, so these fields %s: %s",
                stream,
                end,
                told,
            )

    def _lost(
        self, parcel: Parcel, before: Mapping[str, Any], now: Mapping[str, Any]
    ) -> list[Path]:
        """Return the fields that the API has and the stream brings no more, not even empty."""
        gone = [path for path in missing(before, now) if path not in _NEVER_LOST]
        return [path for path in gone if not parcel.sender.brings(path)]


def _without_time(parcel: Parcel, body: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was filled in."""
    hidden = "updated_at" if parcel.sender.filled_at else None
    return {name: value for name, value in body.items() if name != hidden}
