"""Sent beside arrived, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from target_triplewhale.commands.verify.sent import Amount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

    from target_triplewhale.commands.verify.sent import Group, Sent

Verdict = Literal["equal", "more", "lacks", "too early"]
HALF_A_CENT = 0.005
SHARE = 1e-9
"""What a sum of many amounts may be off."""


@dataclass(frozen=True, slots=True)
class Day:
    """What one day of a group was sent, and what has arrived of it."""

    group: Group
    day: date
    sent: Amount
    arrived: Amount
    verdict: Verdict
    due: datetime


def compared(
    sent: Mapping[Group, Mapping[date, Sent]],
    arrived: Mapping[tuple[Group, date], Amount],
    now: datetime,
) -> Iterator[Day]:
    """Yield each day that something was sent of."""
    for group, days in sent.items():
        for day, one in sorted(days.items()):
            there = arrived.get((group, day), Amount())
            verdict = _verdict(one.amount, there)
            if verdict == "lacks" and now < one.due:
                verdict = "too early"
            yield Day(group, day, one.amount, there, verdict, one.due)


def _verdict(sent: Amount, arrived: Amount) -> Verdict:
    """Judge a day; revenue that lacks is something that lacks, also where the number is right."""
    off = arrived.revenue - sent.revenue
    slack = max(HALF_A_CENT, SHARE * abs(sent.revenue))
    if arrived.count < sent.count or off < -slack:
        return "lacks"
    return "more" if arrived.count > sent.count or off > slack else "equal"
