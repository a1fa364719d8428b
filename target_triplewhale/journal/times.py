"""Times as the journal writes them: text in UTC that sorts as the times do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache


def now() -> str:
    """Return the time of day to the millisecond."""
    return _spelled(datetime.now(UTC), "milliseconds")


def days_ago(days: int) -> str:
    """Return the time that it was so many days ago."""
    return _spelled(datetime.now(UTC) - timedelta(days=days), "milliseconds")


def exact_time(seconds: float) -> str:
    """Return a time since 1970 to the microsecond."""
    whole, part = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{_second(whole)}.{part:06}Z"


def seconds(text: str) -> float:
    """Return the seconds since 1970 that a text of these stands for."""
    return datetime.fromisoformat(text).timestamp()


@lru_cache(maxsize=8)
def _second(whole: int) -> str:
    """Return a second without its zone; thousands of records are read in the same one."""
    return datetime.fromtimestamp(whole, UTC).isoformat().removesuffix("+00:00")


def _spelled(moment: datetime, precision: str) -> str:
    return moment.isoformat(timespec=precision).removesuffix("+00:00") + "Z"
