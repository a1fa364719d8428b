"""Times as the journal writes them: text in UTC that sorts as the times do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> str:
    """Return the time of day to the millisecond."""
    return _spelled(datetime.now(UTC), "milliseconds")


def days_ago(days: int) -> str:
    """Return the time that it was so many days ago."""
    return _spelled(datetime.now(UTC) - timedelta(days=days), "milliseconds")


def exact_time(seconds: float) -> str:
    """Return a time since 1970 to the microsecond."""
    return _spelled(datetime.fromtimestamp(seconds, UTC), "microseconds")


def seconds(text: str) -> float:
    """Return the seconds since 1970 that a text of these stands for."""
    return datetime.fromisoformat(text).timestamp()


def _spelled(moment: datetime, precision: str) -> str:
    return moment.isoformat(timespec=precision).removesuffix("+00:00") + "Z"
