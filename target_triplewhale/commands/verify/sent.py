"""What a report says of what its run has sent, made into days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from target_triplewhale.data_out import told_platform
from target_triplewhale.errors import UsageError
from target_triplewhale.journal.report import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path
    from zoneinfo import ZoneInfo

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
QUARTER = timedelta(minutes=15)
RECENT = timedelta(days=2)
SHOWS_AFTER = timedelta(minutes=5)
OLDER_SHOWS_AFTER = timedelta(minutes=20)
"""The documented times until an order shows: of the past two days, and older."""


class Group(NamedTuple):
    """What is counted together of one shop."""

    endpoint: str
    shop: str
    names: tuple[str, ...]
    """Platform as it is told, account and currency of orders; the name of events."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How many, and for orders what revenue they are."""

    count: int = 0
    revenue: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        """Return both together."""
        return Amount(self.count + other.count, self.revenue + other.revenue)


class Sent(NamedTuple):
    """What one day of a group was sent, and when the last of it should show."""

    amount: Amount
    due: datetime


class _Orders(msgspec.Struct):
    shop: str
    platform: str
    platform_account_id: str
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    quarters: dict[Moment, tuple[int, float]]


class _Events(msgspec.Struct):
    shop: str
    type: str
    event_name: str | None
    quarters: dict[Moment, int]


class _All(msgspec.Struct):
    orders: list[_Orders]
    events: list[_Events]


class Report(msgspec.Struct):
    """The parts of a report that are needed here."""

    destination: str
    dry_run: bool
    ended: datetime
    sent: _All | None

    def __post_init__(self) -> None:
        """Refuse times of which other zones have none."""
        if any(quarter.year in (MINYEAR, MAXYEAR) for _, quarter, _ in self._quarters()):
            raise ValueError("a time is out of range")

    @property
    def shops(self) -> list[str]:
        """The shops that something was sent to."""
        return sorted({group.shop for group, *_ in self._quarters()})

    def span(self, shop: str) -> tuple[date, date]:
        """Return the first and the last day of what a shop was sent, wherever its days begin."""
        found = [quarter for group, quarter, _ in self._quarters() if group.shop == shop]
        day = timedelta(days=1)
        return (min(found) - day).date(), (max(found) + day).date()

    def days(self, shop: str, zone: ZoneInfo) -> dict[Group, dict[date, Sent]]:
        """Return what a shop was sent, by the days of its zone."""
        found: dict[Group, dict[date, Sent]] = defaultdict(dict)
        for group, quarter, amount in self._quarters():
            if group.shop == shop:
                days, day = found[group], quarter.astimezone(zone).date()
                before = days.get(day, Sent(Amount(), self.ended))
                due = max(before.due, self._due(quarter))
                days[day] = Sent(before.amount + amount, due)
        return dict(sorted(found.items()))

    def _due(self, quarter: datetime) -> datetime:
        is_recent = quarter + QUARTER > self.ended - RECENT
        return self.ended + (SHOWS_AFTER if is_recent else OLDER_SHOWS_AFTER)

    def _quarters(self) -> Iterator[tuple[Group, datetime, Amount]]:
        if self.sent is None:
            return
        for one in self.sent.orders:
            names = (told_platform(one.platform), one.platform_account_id, one.currency)
            group = Group("orders", one.shop, names)
            for quarter, (count, revenue) in one.quarters.items():
                yield group, quarter, Amount(count, revenue)
        for event in self.sent.events:
            group = Group("events", event.shop, (event.event_name or event.type,))
            for quarter, count in event.quarters.items():
                yield group, quarter, Amount(count)


def read(path: Path) -> Report:
    """Read a report; raise UsageError where it does not say what was sent."""
    try:
        report = msgspec.convert(files.read(path), type=Report)
    except ValueError:
        raise UsageError(
            "TW-COMMAND-NO-REPORT",
            f"{path} is no report that says what was sent (setting `report_path`)",
        ) from None
    if report.sent is None:
        why = "is the report of a dry run" if report.dry_run else "does not say what was sent"
        raise UsageError("TW-COMMAND-NOTHING-SENT", f"{path} {why}: there is nothing to verify")
    if report.ended.tzinfo is None:
        report.ended = report.ended.replace(tzinfo=UTC)
    return report
