"""Drafts a route of a stream to one endpoint: columns to fields, then what the endpoint needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions import (
    ads,
    amounts,
    customers,
    events,
    guards,
    orders,
    products,
    subscriptions,
    times,
)
from target_triplewhale.suggestions.draft import Draft, Line, Work
from target_triplewhale.suggestions.fields import FIELDS, Kind
from target_triplewhale.suggestions.lists import add_lists
from target_triplewhale.suggestions.matching import IDENTITIES, completed, matched
from target_triplewhale.suggestions.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.rows import Rows
    from target_triplewhale.suggestions.samples import Sample


def _finish_answers(work: Work) -> None:
    """An answer belongs to an order that Triple Whale knows by that very id."""
    work.require("order_id", "the order's id, not its number")


_FINISH: Mapping[str, Callable[[Work], None]] = {
    "orders": orders.finish,
    "customers": customers.finish,
    "products": products.finish,
    "subscriptions": subscriptions.finish,
    "ads": ads.finish,
    "pps": _finish_answers,
    "events": events.finish,
}


def draft(endpoint: str, sample: Sample, columns: Sequence[Column], rows: Rows) -> Work:
    """Return the best route to an endpoint that the columns give."""
    wanted = (*FIELDS[endpoint], *(ads.by_level(rows.noun) if endpoint == "ads" else ()))
    by_path = {one.path: one for one in reversed(wanted)}
    matches = completed(
        endpoint, by_path, matched(wanted, columns, IDENTITIES.get(endpoint, "")), columns
    )
    work = Work(sample, rows, columns, matches, Draft(endpoint))
    for path, match in matches.items():
        if match.column.shape is Shape.OBJECTS:
            work.write(path, f"{match.column.source}[].name")
        else:
            work.write(path)
    add_lists(work)
    _FINISH[endpoint](work)
    _say_how_times_are_read(work)
    _say_how_amounts_are_read(work)
    guards.add_where(work)
    _sort(work.draft, [one.path for one in FIELDS[endpoint]])
    return work


def _say_how_times_are_read(work: Work) -> None:
    """Set the zone where the columns' names say it, and the order of day and month."""
    found = _columns_of(work, Kind.TIME)
    bare = [column for column in found if times.lacks_zone(column)]
    if bare and all("utc" in column.words for column in bare):
        work.draft.keys["timezone"] = Line("UTC", "the columns of its times are named so")
    written = [column for column in work.columns if times.has_two_orders(column)]
    if not any(times.has_two_orders(column) for column in found):
        return
    if order := times.order(written):
        work.draft.keys["date_format"] = Line(order, "as dates of the sample show")
    elif any(times.is_ambiguous(column) for column in found):
        work.draft.remarks.append(
            "date_format: day_first or month_first? Nothing in the sample tells, and without it "
            "these dates are refused"
        )


def _say_how_amounts_are_read(work: Work) -> None:
    """Set the decimal mark where some amounts could be read in two ways."""
    found = _columns_of(work, Kind.MONEY)
    if not any(amounts.is_ambiguous(column) for column in found):
        return
    if mark := amounts.mark(found):
        work.draft.keys["decimal_mark"] = Line(mark, "as other amounts of the sample show")
    else:
        work.draft.remarks.append(
            'decimal_mark: "." or ","? Nothing in the sample tells, and without it amounts such as '
            "1.234 are refused"
        )


def _columns_of(work: Work, kind: Kind) -> list[Column]:
    return [one.column for one in work.matches.values() if one.wanted.kind is kind]


def _sort(draft: Draft, paths: Sequence[str]) -> None:
    """Put the fields in the order in which the endpoint's table has them, lists last."""
    places = {path: place for place, path in enumerate(paths)}
    ordered = sorted(draft.fields.items(), key=lambda item: places.get(item[0], len(places)))
    draft.fields = dict(ordered)
