"""What a shop says has arrived, by the days of its zone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from target_triplewhale.commands.verify.sent import Amount, Group
from target_triplewhale.data_out import Failure, Question, told_platform
from target_triplewhale.errors import RunEnded
from target_triplewhale.journal.masking import masked, without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from target_triplewhale.data_out import DataOut, Readers, Rows

    Arrived = dict[tuple[Group, date], Amount]

LONGEST = timedelta(days=31)
"""Of a period that is asked for at once."""
LARGEST_GAP = timedelta(days=7)
"""Days without anything that are asked along, since that is quicker than to ask twice."""
EVENT_TABLES = ("pixel_custom_events_table", "custom_pixel_events_table")
_PERIOD = "event_date BETWEEN @startDate AND @endDate"
_ZONES = f"""SELECT shop_timezone, count(*) AS orders FROM orders_table
WHERE {_PERIOD} GROUP BY shop_timezone ORDER BY orders DESC"""  # noqa: S608 - of this file
_ORDERS = f"""SELECT event_date, platform, platform_account_id, count(*) AS orders,
sum(order_revenue) AS revenue FROM orders_table WHERE {_PERIOD} AND currency = '{{currency}}'
GROUP BY event_date, platform, platform_account_id"""  # noqa: S608 - of this file
_EVENTS = f"""SELECT event_date, event_name, count(*) AS events FROM {{table}}
WHERE {_PERIOD} GROUP BY event_date, event_name"""  # noqa: S608 - of this file


class Shop:
    """One shop, asked by SQL; names are masked as the report's are, so that they compare."""

    def __init__(self, name: str, data_out: DataOut) -> None:
        self.name = name
        self._data_out = data_out
        self._event_tables: tuple[str, ...] = EVENT_TABLES

    def zone(self, start: date, end: date) -> ZoneInfo | None:
        """Return the zone of the shop's orders, None where it shows none."""
        for first in (start, date(2000, 1, 1)):
            columns: Readers = {"shop_timezone": ZoneInfo, "orders": int}
            rows = self._rows(Question(self.name, _ZONES, first, end, columns))
            if rows:
                found: ZoneInfo = rows[0]["shop_timezone"]
                return found
        return None

    def arrived(self, sent: Mapping[Group, Iterable[date]]) -> Arrived:
        """Return what has arrived on the days that something was sent of."""
        found: Arrived = {}
        for currency in sorted({group.names[-1] for group in sent if group.endpoint == "orders"}):
            days = _days(sent, "orders", currency)
            for start, end in periods(days):
                found |= self._orders(currency, start, end)
        for start, end in periods(_days(sent, "events")):
            found |= self._events(start, end)
        return found

    def _orders(self, currency: str, start: date, end: date) -> Arrived:
        columns: Readers = {
            "event_date": _day,
            "platform": str,
            "platform_account_id": str,
            "orders": int,
            "revenue": float,
        }
        query = _ORDERS.format(currency=currency)
        rows = self._rows(Question(self.name, query, start, end, columns, currency))
        found: Arrived = defaultdict(Amount)
        for row in rows:
            told = (told_platform(row["platform"]), row["platform_account_id"], currency)
            names = map(without_addresses, told)
            group = Group("orders", self.name, tuple(names))
            found[group, row["event_date"]] += Amount(row["orders"], row["revenue"])
        return found

    def _events(self, start: date, end: date) -> Arrived:
        """Ask the table by its name, then by its older one."""
        columns: Readers = {"event_date": _day, "event_name": str, "events": int}
        rows: Rows | Failure = []
        for table in self._event_tables:
            query = _EVENTS.format(table=table)
            rows = self._data_out.ask(Question(self.name, query, start, end, columns))
            if not isinstance(rows, Failure) or rows.kind != "query":
                self._event_tables = (table,)
                break
        found: dict[tuple[Group, date], Amount] = defaultdict(Amount)
        for row in _good(rows):
            group = Group("events", self.name, (masked(row["event_name"]),))
            found[group, row["event_date"]] += Amount(row["events"])
        return found

    def _rows(self, question: Question) -> Rows:
        return _good(self._data_out.ask(question))


def periods(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Cut days into periods that are not long, and leave out long gaps."""
    if not days:
        return
    start = end = days[0]
    for day in days[1:]:
        if day - end > LARGEST_GAP or day - start >= LONGEST:
            yield start, end
            start = day
        end = day
    yield start, end


def _days(sent: Mapping[Group, Iterable[date]], endpoint: str, currency: str = "") -> list[date]:
    found = {
        day
        for group, days in sent.items()
        if group.endpoint == endpoint and currency in ("", group.names[-1])
        for day in days
    }
    return sorted(found)


def _good(rows: Rows | Failure) -> Rows:
    if isinstance(rows, Failure):
        raise RunEnded(
            rows.code, f"the shop cannot be asked what it holds (Data Out): {rows.sentence}"
        )
    return rows


def _day(value: Any) -> date:
    return date.fromisoformat(value[:10])
