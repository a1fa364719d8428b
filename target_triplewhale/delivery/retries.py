"""When a request is tried again: one pure function, and the server's wish wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

JITTER = 0.25
"""The share of a wait that chance may take off, so that waiters do not return together."""


@dataclass(frozen=True)
class Backoff:
    """Seconds double from `initial` to `maximum`, for `max_retries` tries after the first."""

    max_retries: int
    initial: float
    maximum: float

    def pause(self, tries: int, chance: float) -> float | None:
        """Return the seconds to wait after so many tries, or None when no try is left."""
        if tries > self.max_retries:
            return None
        doubled = self.initial * 2.0 ** min(tries - 1, 60)
        return min(doubled, self.maximum) * (1 - JITTER * chance)


def retry_after_seconds(value: str | None, date: str | None, now: datetime) -> float | None:
    """Read a Retry-After header in seconds or as a date, measured against the answer's Date."""
    if value is None:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d+)?(\s*,\s*\d{1,9}(\.\d+)?)*\s*", value):
        return max(float(seconds) for seconds in value.split(","))
    until = http_date(value)
    if until is None:
        return None
    return max(0.0, (until - (http_date(date) or now)).total_seconds())


def http_date(value: str | None) -> datetime | None:
    """Return an aware time, or None for text that is no HTTP date."""
    try:
        moment = parsedate_to_datetime(value) if value else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
