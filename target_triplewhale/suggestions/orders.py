"""What orders need beside their columns: a buyer, what counts as a sale, rows gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions import amounts, groups, statuses
from target_triplewhale.suggestions.customers import identify
from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.fields import Kind
from target_triplewhale.suggestions.likeness import likeness
from target_triplewhale.suggestions.matching import fits
from target_triplewhale.suggestions.specimens import comment, shown

if TYPE_CHECKING:
    from collections import Counter

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work

_MONEY = ("order_revenue", "taxes", "total_discounts", "shipping_price")
_REFUNDED = ("refund", "amount")
_LEAST = 0.7


def finish(work: Work) -> None:
    """Name the buyer, say what counts, carry what went back, and gather rows."""
    status = work.column("status")
    if status and not statuses.is_fulfillment(status):
        work.drop("status")
    _know_by_number(work)
    groups.gather(work)
    for path in ("order_id", "created_at", "order_revenue"):
        work.require(path)
    identify(work, "an order")
    _add_refund(work)
    _say_what_counts(work)
    _say_which_unit(work)


def _know_by_number(work: Work) -> None:
    """Take an order's number for its id, where there is no other."""
    number = work.matches.get("name")
    if "order_id" not in work.matches and number and fits(Kind.ID, number.column):
        work.matches["order_id"] = number
        work.draft.fields["order_id"] = work.draft.fields["name"]


def _add_refund(work: Work) -> None:
    """Carry the amount that went back, where the record itself names it."""
    if "refunds" in work.draft.fields:
        return
    scored = [(_refund_likeness(one), one) for one in work.left()]
    score, column = max(scored, key=lambda one: one[0], default=(0.0, None))
    if column is not None and score >= _LEAST:
        told = comment(column, Kind.MONEY, is_renamed=True)
        work.draft.fields["refunds"] = Line(f"[{{total_refund: {column.source}}}]", told)


def _refund_likeness(column: Column) -> float:
    if not fits(Kind.MONEY, column) or not column.values:
        return 0.0
    return likeness(column.words, _REFUNDED, frozenset(("total", "order", "amount")))


def _say_what_counts(work: Work) -> None:
    column = statuses.of_sales(work.columns)
    if column is None:
        return
    seen = statuses.sales(column)
    refunded = statuses.SOLD if "refunds" in work.draft.fields else statuses.FAILED
    sold = [seen.get(statuses.SOLD), seen.get(statuses.REFUNDED) if refunded == "sold" else None]
    rest = [seen.get(statuses.PENDING), seen.get(statuses.FAILED)]
    rest += [seen.get(statuses.REFUNDED)] if refunded != "sold" else []
    work.draft.counts = {"field": Line(column.source, "what counts as a sale: check every value")}
    for action, found in (("send", sold), ("filter", rest)):
        lines = _lines(column, [one for one in found if one])
        if lines:
            work.draft.counts[action] = lines
    _tell_of_unknown(work, column, seen.get(""))


def _lines(column: Column, found: list[Counter[str]]) -> dict[str, Line]:
    return {
        value: Line(value, f"{count} of {column.records}")
        for counts in found
        for value, count in counts.most_common()
    }


def _tell_of_unknown(work: Work, column: Column, unknown: Counter[str] | None) -> None:
    is_grouped = "group_rows" in work.draft.keys
    empty = 0 if is_grouped else column.records - len(column.values)
    told = [f"{shown(value)} ({count})" for value, count in (unknown or {}).items()]
    told += [f'"" ({empty})'] if empty else []
    if told:
        work.draft.remarks.append(
            f"counts: nothing says what these are; name them under send or filter, or their "
            f"records are rejects: {', '.join(told)}"
        )


def _say_which_unit(work: Work) -> None:
    """Divide amounts that look like cents."""
    currency = work.column("currency")
    minor = [
        path
        for path in _MONEY
        if (column := work.column(path)) and amounts.are_minor(column, currency)
    ]
    if minor:
        told = "a guess: whole numbers beside a currency in small letters look like cents"
        work.draft.keys["minor_units"] = Line(minor, told)
