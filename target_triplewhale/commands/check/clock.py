"""Compares this machine's clock with the server's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.retries import http_date

if TYPE_CHECKING:
    from datetime import datetime

MOST_SECONDS = 60


def clock(answer: Answer | NoAnswer, now: datetime) -> Finding:
    """Tell whether the clocks agree, as of an answer that has come just now."""
    theirs = http_date(answer.date) if isinstance(answer, Answer) else None
    if theirs is None:
        return cannot_tell("clock", "no answer has told the server's time")
    seconds = (now - theirs).total_seconds()
    if abs(seconds) <= MOST_SECONDS:
        return ok("clock", "agrees with the server's")
    side = "ahead of" if seconds > 0 else "behind"
    return to_do(
        "TW-CHECK-CLOCK",
        "clock",
        f"this machine's is {abs(seconds):,.0f} seconds {side} the server's: set it by NTP. "
        "`updated_at` of records that bring none is taken from it",
    )
