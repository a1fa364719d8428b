"""What Data Out says by SQL of the records of one run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.live.findings import Untold

if TYPE_CHECKING:
    from datetime import date

    from tests.live.answers import Answer
    from tests.live.records import Records

PATH = "/orcabase/api/sql"
EVENT_TABLES = ("pixel_custom_events_table", "custom_pixel_events_table")
"""The table's name, and the older one."""


@dataclass(frozen=True)
class Row:
    """How many orders there are under an id, and their revenues."""

    count: int
    least: float
    most: float


@dataclass(frozen=True)
class Look:
    """An answer about the orders, and how many seconds had been waited for it."""

    answer: Answer
    waited: float = 0

    @property
    def rows(self) -> dict[str, Row]:
        """Return the orders by their names; numbers may come as text."""
        try:
            return {
                str(row["order_id"]).split("-", 3)[-1]: Row(
                    int(row["orders"]), float(row["least"]), float(row["most"])
                )
                for row in _data(self.answer)
            }
        except (KeyError, TypeError, ValueError):
            raise Untold("SQL answers with rows of another form") from None

    def shows(self, names: set[str]) -> bool:
        """Return whether these orders are there, or there is no use in waiting for them."""
        try:
            return names <= self.rows.keys()
        except Untold:
            return True


def orders_query(records: Records) -> dict[str, Any]:
    """Return a body that asks for the orders of a run."""
    query = (
        "SELECT order_id, COUNT(*) AS orders, MIN(order_revenue) AS least,"  # noqa: S608 - ids of this kit
        " MAX(order_revenue) AS most FROM orders_table"
        " WHERE event_date BETWEEN @startDate AND @endDate"
        f" AND order_id LIKE '{records.order_id('%')}' GROUP BY order_id"
    )
    return _body(records.shop, query, records.orders_day)


def events_query(records: Records, table: str) -> dict[str, Any]:
    """Return a body that counts the events of a run."""
    query = (
        f"SELECT COUNT(*) AS events FROM {table}"  # noqa: S608 - names of this kit
        " WHERE event_date BETWEEN @startDate AND @endDate"
        f" AND event_name = '{records.event_name}'"
    )
    return _body(records.shop, query, records.events_day)


def events_of(answer: Answer) -> int:
    """Return the number of events in an answer."""
    try:
        return sum(int(row["events"]) for row in _data(answer))
    except (KeyError, TypeError, ValueError):
        raise Untold("SQL answers with rows of another form") from None


def _body(shop: str, query: str, day: date) -> dict[str, Any]:
    # In the shop's zone it may be the day before or after.
    start, end = day - timedelta(days=1), day + timedelta(days=1)
    period = {"startDate": start.isoformat(), "endDate": end.isoformat()}
    return {"shopId": shop, "query": query, "period": period}


def _data(answer: Answer) -> list[dict[str, Any]]:
    if not answer.is_success:
        raise Untold(f"SQL cannot be asked: {answer.told}")
    found = answer.fields.get("data")
    if not isinstance(found, list):
        raise Untold("SQL answers without `data`")
    return [row for row in found if isinstance(row, dict)]
