"""Which endpoint a stream goes to, if any: what its rows are, and what its columns can fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_triplewhale.suggestions import events, statuses
from target_triplewhale.suggestions.ads import channel
from target_triplewhale.suggestions.columns import columns_of
from target_triplewhale.suggestions.drafting import draft
from target_triplewhale.suggestions.rows import LEVELS, MONEY_MOVED, Rows, rows_of
from target_triplewhale.suggestions.specimens import shown
from target_triplewhale.suggestions.words import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Draft, Work
    from target_triplewhale.suggestions.samples import Sample

Group = tuple[str, ...]
_CONTACT = ("customer.email", "customer.phone")
_PEOPLE = ("email_address", "phone", "first_name", "last_name", "display_name")
_WHO = tuple(f"profileIdentifiers.{one}" for one in ("email", "phone", "externalId"))
_LEVEL_IDS = tuple(f"{level}.id" for level in LEVELS)
_NEEDS: Mapping[str, tuple[Group, ...]] = {
    "pps": (("order_id",), ("question_text", "question_id"), ("response", "response_id")),
    "ads": (("event_date",), _LEVEL_IDS, ("metrics.spend", "metrics.impressions")),
    "subscriptions": (("subscription_id",), ("created_at",), _CONTACT, ("subscription_items",)),
    "orders": (("order_id",), ("created_at",), ("order_revenue",), _CONTACT),
    "events": (("timestamp",), _WHO),
    "customers": (("customer_id",), _PEOPLE),
    "products": (("product_id",), ("product_title",)),
}
"""Endpoint, then what a record must have, each in one of several ways; the strictest first."""
_FORGIVEN = 1
"""How many of these may lack where the stream's name says what it is."""


@dataclass
class Candidate:
    """What is suggested for a stream: its routes, or why there are none."""

    sample: Sample
    rows: Rows
    columns: list[Column]
    works: list[Work] = field(default_factory=list)
    reason: str = ""

    @property
    def drafts(self) -> list[Draft]:
        """The routes."""
        return [work.draft for work in self.works]

    def skip(self, reason: str) -> None:
        """Leave the stream out."""
        self.works, self.reason = [], reason


def candidates(samples: Sequence[Sample]) -> list[Candidate]:
    """Suggest routes for each stream, and book no sale and no spend twice."""
    found = [_candidate(sample) for sample in samples]
    _keep_one_of_the_sales(found)
    _keep_one_of_the_spends(found)
    return found


def _candidate(sample: Sample) -> Candidate:
    columns = columns_of(sample)
    rows = rows_of(sample)
    found = Candidate(sample, rows, columns)
    if rows.reason:
        found.skip(rows.reason)
    elif not columns:
        found.skip("it has no columns")
    elif len(columns) == 1:
        found.skip(
            f"one column only (`{shown(columns[0].told)}`): is it the title above the header? Let "
            "the tap skip it"
        )
    elif rows.endpoint:
        _choose_named(found, rows.endpoint)
    else:
        _choose_by_columns(found)
    return found


def _choose_named(found: Candidate, endpoint: str) -> None:
    """Take the endpoint that the name or the key says, unless too much is lacking."""
    work = draft(endpoint, found.sample, found.columns, found.rows)
    lacking = _lacking(endpoint, work)
    if len(lacking) > _FORGIVEN and not found.rows.is_certain:
        found.skip(f"{endpoint} need {', '.join(lacking)}, which no column here fills")
        return
    if endpoint == "ads" and "metrics" in "".join(lacking):
        found.skip("none of its columns is known for spend or for impressions")
        return
    found.works = [work]
    if found.rows.are_leads and endpoint != "events":
        _add_leads(found)


def _choose_by_columns(found: Candidate) -> None:
    """Take the strictest endpoint of which nothing lacks and to which something points."""
    for endpoint, points_to in _POINTERS.items():
        work = draft(endpoint, found.sample, found.columns, found.rows)
        if not _lacking(endpoint, work) and points_to(work):
            found.works = [work]
            return
    found.skip(
        "neither its name nor its columns, in English, say what a row is; if it is one to send, "
        "write a route yourself (docs/mapping.md)"
    )


def _add_leads(found: Candidate) -> None:
    work = draft("events", found.sample, found.columns, found.rows)
    contacts = ("profileIdentifiers.email", "profileIdentifiers.phone")
    if not work.draft.missing and any(path in work.draft.fields for path in contacts):
        work.draft.remarks.append("leave this route out if these people are no leads")
        found.works.append(work)


def _lacking(endpoint: str, work: Work) -> list[str]:
    """Return what nothing fills, the first way of each."""
    fields = work.draft.fields
    return [
        " or ".join(ways)
        for ways in _NEEDS[endpoint]
        if not any(path in fields and _says_something(work, path) for path in ways)
    ]


def _says_something(work: Work, path: str) -> bool:
    column = work.column(path)
    return column is None or bool(column.values) or not column.records


def _is_sure(work: Work, *paths: str) -> bool:
    return all((match := work.matches.get(path)) and match.is_sure for path in paths)


def _points_to_orders(work: Work) -> bool:
    order = work.matches.get("order_id")
    is_named = order is not None and "order" in order.column.words
    return is_named or "line_items" in work.draft.fields or _is_sure(work, "taxes")


def _points_to_products(work: Work) -> bool:
    return _is_sure(work, "product_title") and "variants" in work.draft.fields


_POINTERS: Mapping[str, Callable[[Work], bool]] = {
    "pps": lambda work: _is_sure(work, "order_id"),
    "ads": lambda work: bool(work.column("metrics.spend")),
    "subscriptions": lambda work: _is_sure(work, "subscription_id"),
    "orders": _points_to_orders,
    "events": lambda work: _is_sure(work, "event_name"),
    "products": _points_to_products,
    "customers": lambda work: _is_sure(work, "customer_id") and _is_sure(work, "first_name"),
}


def _keep_one_of_the_sales(found: Sequence[Candidate]) -> None:
    """Of orders and the payments for them only one may be sent; failed payments are events."""
    sales = [one for one in found if one.works and one.works[0].draft.endpoint == "orders"]
    for one in sales:
        _look_at_status(one)
    left = [one for one in sales if one.works and one.works[0].draft.endpoint == "orders"]
    for one in left:
        rivals = [other for other in left if _source(other) == _source(one) and other is not one]
        better = [other for other in rivals if other.works and _rank(other) < _rank(one)]
        if one.rows.noun in MONEY_MOVED and better:
            told = better[0].sample.stream
            one.skip(f"{told} tells of the same sales; both would count them twice")


def _look_at_status(one: Candidate) -> None:
    """Send no stream as orders of which every record of the sample is none."""
    column = statuses.of_sales(one.columns)
    if column is None or one.rows.noun not in MONEY_MOVED:
        return
    seen = statuses.sales(column)
    told = ", ".join(sorted(column.counts))
    if set(seen) == {statuses.FAILED} and len(column.counts) == 1:
        work = draft("events", one.sample, one.columns, one.rows)
        if not _lacking("events", work):
            events.of_failures(work, column)
            one.works = [work]
            return
    if set(seen) <= {statuses.PENDING, statuses.FAILED}:
        one.skip(f"none of these is a sale ({column.told}: {told})")


def _rank(one: Candidate) -> tuple[int, int, str]:
    """Return how far a stream is from being the orders themselves."""
    work = one.works[0]
    is_money = one.rows.noun in MONEY_MOVED
    return (is_money, len(work.draft.missing), one.sample.stream)


def _source(one: Candidate) -> str:
    return next(tokens(one.sample.stream), "")


def _keep_one_of_the_spends(found: Sequence[Candidate]) -> None:
    """Of reports on one channel's spend only the one of the whole may be sent."""
    by_channel: dict[str, list[Candidate]] = {}
    for one in found:
        if one.works and one.works[0].draft.endpoint == "ads":
            by_channel.setdefault(channel(one.works[0]), []).append(one)
    for reports in by_channel.values():
        best = min(reports, key=_breadth)
        for one in reports:
            if one is not best:
                told = best.sample.stream
                one.skip(f"{told} tells of the same spend; both would count it twice")


def _breadth(one: Candidate) -> int:
    noun = one.rows.noun
    return LEVELS.index(noun) if noun in LEVELS else len(LEVELS)
