"""The comparison as text of 72 columns, or as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from target_triplewhale.commands.text import cut
from target_triplewhale.commands.verify.sent import Amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from target_triplewhale.commands.verify.comparing import Day, Verdict
    from target_triplewhale.commands.verify.sent import Group

WIDTH = 72
NAMES = {
    "orders": ("platform", "platform_account_id", "currency"),
    "events": ("event_name",),
}
HEADS = ("sent", "arrived", "sent", "arrived")
WORDS: dict[Verdict, str] = {
    "equal": "",
    "more": "more",
    "lacks": "LACKS",
    "too early": "too early",
}
SUMMED_UP: tuple[Verdict, ...] = ("equal", "more")
"""Days without fault."""


def documents(days: Iterable[Day], zone: str) -> Iterator[str]:
    """Yield a JSON object for each day."""
    for day in days:
        yield json.dumps(
            {
                "endpoint": day.group.endpoint,
                "shop": day.group.shop,
                **_named(day.group),
                "timezone": zone,
                "day": day.day.isoformat(),
                "sent": asdict(day.sent),
                "arrived": asdict(day.arrived),
                "verdict": day.verdict,
                "due": day.due.isoformat(timespec="seconds"),
            }
        )


def tables(days: Iterable[Day], *, in_full: bool) -> Iterator[str]:
    """Yield a table for each group; days without fault are summed up unless all are wanted."""
    for group, some in groupby(days, key=lambda day: day.group):
        found = list(some)
        yield ""
        yield cut(_title(group), WIDTH)
        yield _row("day", HEADS[: 2 if group.endpoint == "events" else 4], "")
        for day in found:
            if in_full or day.verdict not in SUMMED_UP:
                name = day.day.isoformat()
                yield _row(name, _cells(group, day.sent, day.arrived), WORDS[day.verdict])
        yield from () if in_full else _sums(group, found)


def _sums(group: Group, days: Iterable[Day]) -> Iterator[str]:
    """Yield a line for all days that are equal, and one for those that have more."""
    for verdict in SUMMED_UP:
        alike = [day for day in days if day.verdict == verdict]
        if alike:
            sent = sum((day.sent for day in alike), Amount())
            arrived = sum((day.arrived for day in alike), Amount())
            name = f"{len(alike):,} {verdict}"
            yield _row(name, _cells(group, sent, arrived), "")


def conclusion(days: Sequence[Day]) -> Iterator[str]:
    """Yield what is to be said of it all."""
    yield ""
    lacking = sum(day.verdict == "lacks" for day in days)
    early = [day.due for day in days if day.verdict == "too early"]
    if any(day.verdict == "more" for day in days):
        yield from _wrapped("more: arrived includes what was there before under the same account.")
    if lacking:
        yield from _wrapped(_lacking(lacking))
    if early:
        yield from _wrapped(
            "too early: records show 5 minutes after they were sent, those of more than two days "
            f"ago after 20. Ask again after {max(early):%Y-%m-%d %H:%M:%S} UTC."
        )
    if not lacking and not early:
        yield "All that was sent is there."


def nothing_there(shop: str) -> list[str]:
    """Return that the shop's days are not known."""
    return _wrapped(
        f"{shop} shows no order at all, so its time zone is not known (--timezone names it): the "
        "days are those of UTC."
    )


def _lacking(number: int) -> str:
    days = "1 day LACKS" if number == 1 else f"{number:,} days LACK"
    return (
        f"{days} something, and the time in which it should show is over. What is sent again "
        "overwrites itself: run the same input again."
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)


def _named(group: Group) -> dict[str, str]:
    return dict(zip(NAMES[group.endpoint], group.names, strict=True))


def _title(group: Group) -> str:
    if group.endpoint == "events":
        return f"{group.shop}: events, {group.names[0]}"
    platform, account, currency = group.names
    return f"{group.shop}: orders, {platform} / {account}, {currency}"


def _cells(group: Group, sent: Amount, arrived: Amount) -> list[str]:
    counts = [f"{sent.count:,}", f"{arrived.count:,}"]
    if group.endpoint == "events":
        return counts
    return [*counts, f"{sent.revenue:,.2f}", f"{arrived.revenue:,.2f}"]


def _row(name: str, cells: Sequence[str], word: str) -> str:
    widths = (9, 9, 16, 16)
    numbers = "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=False))
    return f"{name:<11}{numbers}  {word}".rstrip()
