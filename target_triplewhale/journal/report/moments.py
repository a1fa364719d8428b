"""Times of a report as a person reads them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUTE, HOUR = 60, 3600


def moment(time: str) -> str:
    """Return a time to the second."""
    return time[:19].replace("T", " ") + " UTC"


def lasted(report: Mapping[str, Any]) -> str:
    """Return how long a run took; the clock may have been set back in it."""
    begun, ended = (datetime.fromisoformat(report[name]) for name in ("started", "ended"))
    return duration(max(0.0, (ended - begun).total_seconds()))


def duration(time: float) -> str:
    """Return a time in its two largest units."""
    seconds = round(time)
    if seconds < MINUTE:
        return f"{seconds} s" if seconds else "less than a second"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE} s"
    return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"


def estimate(seconds: float) -> str:
    """Return a time that nobody knows exactly."""
    return f"about {duration(max(1.0, seconds))}"


def clock(seconds: int) -> str:
    """Return a time since the start: 1:05, or 2:00:00."""
    minutes, rest = divmod(seconds, MINUTE)
    hours, minutes = divmod(minutes, MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
