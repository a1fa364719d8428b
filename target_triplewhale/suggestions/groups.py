"""Exports with one row a line item: rows of one order that follow each other."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.fields import Kind
from target_triplewhale.suggestions.likeness import likeness
from target_triplewhale.suggestions.lists import complete_item, objects, within
from target_triplewhale.suggestions.matching import fits
from target_triplewhale.suggestions.shapes import says_nothing

if TYPE_CHECKING:
    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work

INTO = "line_items"
_NAMED = (("order", "id"), ("order", "number"), ("order", "name"), ("invoice", "number"))
_LEAST = 0.75
_REPEATED = 0.97
"""Groups for each row, above which rows are orders."""
_TOGETHER = 0.8
"""The share of values that must not come back after others: such rows are rejects."""
_ITEM = frozenset(("line", "item", "product", "order"))


def gather(work: Work) -> None:
    """Group rows where those of one order follow each other and bring line items."""
    by = _by(work)
    if by is None or INTO in work.draft.fields:
        return
    matches = within("orders.line_items", [one for one in work.left() if one.path != by.path])
    found = {name: match.column.source for name, match in matches.items() if name != "id"}
    complete_item(found, matches)
    if not {"price", "quantity", "product_id", "variant_id"} <= found.keys():
        return
    work.draft.keys["group_rows"] = Line(
        {"by": by.source, "into": INTO}, "one row a line item: rows of one value are one order"
    )
    work.draft.fields[INTO] = Line(f"{INTO}[].{objects(found)}", "the rows")
    if "order_id" not in work.matches or _is_of_items(work.column("order_id")):
        work.draft.fields["order_id"] = Line(by.source, "what rows of one order share")


def _by(work: Work) -> Column | None:
    """Return the column that the rows of one order share, the likeliest by its name."""
    scored = [(_score(one), one) for one in work.columns if len(one.path) == 1]
    good = [(score, one) for score, one in scored if score >= _LEAST and _is_shared(work, one)]
    return max(good, key=lambda one: one[0])[1] if good else None


def _score(column: Column) -> float:
    if column.fill < 1 or not fits(Kind.ID, column):
        return 0.0
    return max(likeness(column.words, one, frozenset(("order",))) for one in _NAMED)


def _is_shared(work: Work, column: Column) -> bool:
    """Tell whether values come in rows that follow each other, and seldom again."""
    name = column.path[0]
    values = [record.get(name) for record in work.sample.records]
    runs = [key for key, _ in groupby(spelled(one) for one in values if not says_nothing(one))]
    return len(set(runs)) >= _TOGETHER * len(runs) and len(runs) <= _REPEATED * len(values)


def _is_of_items(column: Column | None) -> bool:
    return column is not None and bool({"line", "item"} & {*column.words})
