"""Times that can hardly be meant: from before 2005, or in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from target_triplewhale.rehearsal.findings import DATE_EARLY, DATE_FUTURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=1)
"""How far a time may be ahead: clocks differ."""
DAYS_AHEAD = timedelta(days=1)
"""How far a day may be: it begins earlier in other zones."""


class Dates:
    """Looks at the times that say when something happened."""

    def __init__(self, now: datetime) -> None:
        """Compare as text, which UTC times in one spelling allow, and as seconds."""
        self._texts = _text(EARLIEST), _text(now + AHEAD)
        self._days = _text(EARLIEST)[:10], _text(now + DAYS_AHEAD)[:10]
        self._seconds = EARLIEST.timestamp(), (now + AHEAD).timestamp()

    def look(self, payload: Mapping[str, Any]) -> str | None:
        """Return the code of what is wrong with a payload's times, if anything is."""
        for value, bounds in self._times(payload):
            if value is not None and value < bounds[0]:
                return DATE_EARLY
            if value is not None and value > bounds[1]:
                return DATE_FUTURE
        return None

    def _times(self, payload: Mapping[str, Any]) -> Iterator[tuple[Any, tuple[Any, Any]]]:
        yield payload.get("created_at"), self._texts
        yield payload.get("event_date"), self._days
        yield payload.get("timestamp"), self._seconds
        for refund in payload.get("refunds", ()):
            yield refund["refunded_at"], self._texts


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
