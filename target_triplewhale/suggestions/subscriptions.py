"""What subscriptions need beside their columns: a subscriber and items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions import statuses
from target_triplewhale.suggestions.customers import identify
from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.lists import NEEDED, objects, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work

ITEMS = "subscription_items"
_ONE = ("interval_count", "quantity")
"""What is one where the source does not say it."""


def finish(work: Work) -> None:
    """Name the subscriber, and make one item of a subscription that is flat."""
    for path in ("subscription_id", "created_at", "status"):
        work.require(path)
    identify(work, "a subscription")
    if ITEMS not in work.draft.fields:
        _make_item(work)
    work.require(ITEMS)


def _make_item(work: Work) -> None:
    """Make one item of the subscription's own columns."""
    shared = {
        "subscription_item_id": work.column("subscription_id"),
        "created_at": work.column("created_at"),
        "canceled_at": work.column("canceled_at"),
        "status": work.column("status"),
    }
    found = within(f"subscriptions.{ITEMS}", work.left())
    columns = {**{name: match.column for name, match in found.items()}, **shared}
    sources = {name: column.source for name, column in columns.items() if column}
    missing = [name for name in NEEDED[ITEMS] if name not in sources and name not in _ONE]
    if missing:
        work.draft.missing[ITEMS] = f"it lacks {', '.join(missing)}"
        return
    sources = {**dict.fromkeys(_ONE, "`1`"), **sources}
    work.draft.fields[ITEMS] = Line(f"[{objects(sources)}]", "one item: the subscription itself")
    work.matches |= {f"{ITEMS}.{name}": match for name, match in found.items()}
    _map_values(work, "status", columns["status"], statuses.item_status)
    _map_values(work, "interval", columns["interval"], statuses.interval)


def _map_values(
    work: Work, name: str, column: Column | None, read: Callable[[str], str | None]
) -> None:
    """Say what the API calls the values of a column, unless it calls them so itself."""
    if column is None or all(read(value) == value.lower() for value in column.counts):
        return
    path = f"{ITEMS}.{name}"
    found = {value: read(value) for value in column.counts}
    work.draft.value_maps[path] = {
        value: Line(known, f"{column.counts[value]} of {column.records}")
        for value, known in found.items()
        if known
    }
    if strange := [value for value, known in found.items() if not known]:
        work.draft.remarks.append(f"{path}: not known what they are: {', '.join(strange)}")
