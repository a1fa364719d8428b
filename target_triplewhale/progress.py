"""What a run tells of itself while it goes on: a line of the log now and then, or a display."""

from __future__ import annotations

import logging
import math
import os
import sys
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from target_triplewhale.delivery.limits import Hold
    from target_triplewhale.standing import Observer, Standing, Way

logger = logging.getLogger("target-triplewhale")

SECONDS_BETWEEN = 10.0
QUIET_SECONDS = 60.0
"""Between two lines while nothing happens."""
MOST_NAMED = 5
"""Streams that a line names; its fields have all of them."""
ALWAYS = ("delivered",)
"""How records have ended is told in a line where any has, these always."""


class Teller(Protocol):
    """Tells of a run while it goes on; whoever waits asks it what is due."""

    def tell_if_due(self) -> None:
        """Tell what is due."""

    def seconds_until_due(self) -> float:
        """Return how long a wait may be."""

    def aside(self) -> AbstractContextManager[None]:
        """Leave standard output to somebody else for a moment."""

    def close(self) -> None:
        """Tell no more."""


def has_terminal() -> bool:
    """Tell whether somebody looks at a terminal that can show more than lines."""
    environment = os.environ
    is_plain = environment.get("TERM", "dumb") in ("dumb", "unknown")
    is_ci = environment.get("CI", "").lower() not in ("", "0", "false")
    is_configured = "SINGER_SDK_LOG_CONFIG" in environment
    if is_plain or is_ci or is_configured or not logger.isEnabledFor(logging.INFO):
        return False
    return sys.stderr is not None and sys.stderr.isatty()


class ProgressLines:
    """Tells in lines of the log."""

    def __init__(self, observer: Observer, clock: Callable[[], float] = time.monotonic) -> None:
        self._observer = observer
        self._clock = clock
        self._due = clock() + SECONDS_BETWEEN
        self._last: tuple[int, int] = (0, 0)
        self._told = 0.0
        self._hold_told: tuple[str, float] | None = None

    def tell_if_due(self) -> None:
        """Log what is due: a hold, and how far the run has come."""
        now = self._clock()
        if now < self._due:
            return
        self._due = now + SECONDS_BETWEEN
        standing = self._observer.look()
        self._tell_of_hold(standing)
        so_far = (standing.read, standing.ended.total())
        if so_far != self._last or now >= self._told + QUIET_SECONDS:
            self._last, self._told = so_far, now
            logger.info("%s", sentence(standing), extra=fields(standing))

    def seconds_until_due(self) -> float:
        """Return how long a wait may be."""
        return max(0.0, self._due - self._clock())

    def aside(self) -> AbstractContextManager[None]:
        """Let somebody else write: lines of the log are in nobody's way."""
        return nullcontext()

    def close(self) -> None:
        """Tell no more."""

    def _tell_of_hold(self, standing: Standing) -> None:
        """Log a limit that holds the run, once a hold; a Retry-After was logged when it came."""
        hold = standing.full
        if hold is None or standing.now - hold.since < SECONDS_BETWEEN:
            return
        if self._hold_told == (hold.limit, hold.since):
            return
        self._hold_told = hold.limit, hold.since
        logger.info("%s", hold_sentence(hold, standing), extra=_hold_fields(hold, standing))


def sentence(standing: Standing) -> str:
    """Return how far a run has come, as one line."""
    ended = standing.ended
    told = [f"{ended[name]:,} {name}" for name in ended if ended[name] or name in ALWAYS]
    parts = [f"{', '.join(told) or '0 delivered'} of {standing.read:,} read{_streams(standing)}"]
    if standing.nearest.sent:
        parts.append(rate_sentence(standing))
    if standing.seconds_left:
        parts.append(f"{duration(standing.seconds_left)} left")
    return f"progress: {'; '.join(parts)}"


def rate_sentence(standing: Standing) -> str:
    """Return the rate that is nearest to its limit."""
    rate = standing.nearest
    return f"{rate.limit} {rate.sent:,} of {rate.allowed:,} a minute"


def hold_sentence(hold: Hold, standing: Standing) -> str:
    """Return what holds a run, and for how long."""
    wait = max(0.0, hold.until - standing.now)
    if hold.is_asked:
        return f"the API has asked to wait; {duration(wait)} left of that"
    left = standing.seconds_left
    rest = f"the next may go in {math.ceil(wait)} s" if left is None else f"{duration(left)} left"
    allowed = next(rate.allowed for rate in standing.rates if rate.limit == hold.limit)
    return f"the limit of {allowed:,} {hold.limit} a minute holds the run; {rest}"


def duration(seconds: float) -> str:
    """Return a time as one says it: it is an estimate."""
    if seconds < 90:  # noqa: PLR2004
        return f"about {max(10, math.ceil(seconds / 10) * 10)} s"
    minutes = math.ceil(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"about {hours} h {rest} min" if hours else f"about {minutes} min"


def fields(standing: Standing) -> dict[str, Any]:
    """Return the same as fields of a structured record."""
    rate = standing.nearest
    return {
        "streams": _by_stream(standing),
        "read": standing.read,
        **standing.ended,
        "limit": rate.limit,
        "requests_per_minute": rate.sent,
        "limit_per_minute": rate.allowed,
        "seconds_left": _whole(standing.seconds_left),
    }


def _hold_fields(hold: Hold, standing: Standing) -> dict[str, Any]:
    return {
        "limit": hold.limit,
        "held_seconds": round(standing.now - hold.since),
        "seconds_until_next": math.ceil(max(0.0, hold.until - standing.now)),
        "seconds_left": _whole(standing.seconds_left),
    }


def _streams(standing: Standing) -> str:
    """Name the streams with most records, where there is more than one."""
    ways = sorted(standing.ways, key=lambda way: -way.read)
    if len(ways) < 2:  # noqa: PLR2004
        return ""
    named = [f"{name_of(way, standing)} {way.read:,}" for way in ways[:MOST_NAMED]]
    more = [f"{len(ways) - MOST_NAMED} more"] if len(ways) > MOST_NAMED else []
    return f" ({', '.join([*named, *more])})"


def name_of(way: Way, standing: Standing) -> str:
    """Return the stream's name, or the route's where the stream has several."""
    is_alone = [one.stream for one in standing.ways].count(way.stream) == 1
    return way.stream if is_alone else way.route


def _by_stream(standing: Standing) -> dict[str, dict[str, int]]:
    return {name_of(way, standing): {"read": way.read, **way.ended} for way in standing.ways}


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else math.ceil(seconds)
