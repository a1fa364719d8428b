"""What customers need beside their columns, and the customers of orders and subscriptions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.lists import zero_of

if TYPE_CHECKING:
    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work

_ID, _EMAIL, _PHONE = "customer.id", "customer.email", "customer.phone"
_BY = ("email_address", "phone")
_PLACES = ("address1", "address2", "city", "state", "state_code", "country", "country_code", "zip")
_KINDS_OF_ADDRESS = frozenset(("billing", "ship"))


def finish(work: Work) -> None:
    """Name a customer without an id by the e-mail or the phone."""
    _keep_one_address(work)
    display = work.column("display_name")
    if display and "company" in display.words and "first_name" in work.matches:
        work.drop("display_name")
    if "customer_id" not in work.matches:
        known = next((path for path in _BY if path in work.matches), "")
        if known:
            source = work.source(known)
            work.draft.fields["customer_id"] = Line(source, "a guess: there is no id")
    work.require("customer_id")


def _keep_one_address(work: Work) -> None:
    """Take all parts of an address from the one that has most of them."""
    kinds = {path: _kind(column) for path in _PLACES if (column := work.column(path))}
    if not kinds:
        return
    most, _ = Counter(kinds.values()).most_common(1)[0]
    for path, kind in kinds.items():
        if kind != most:
            work.drop(path)


def _kind(column: Column) -> str:
    return next(iter(sorted(_KINDS_OF_ADDRESS & {*column.words})), "")


def identify(work: Work, what: str) -> None:
    """Name the customer by an id, and guests by their e-mail or phone."""
    contacts = [work.source(path) for path in (_EMAIL, _PHONE) if path in work.matches]
    first = next((path for path in (_EMAIL, _PHONE) if path in work.matches), "")
    column = work.column(_ID)
    if column is None or not (column.values or not column.records):
        if first:
            work.draft.fields[_ID] = Line(" || ".join(contacts), "there is no id of the customer")
    elif zero := zero_of(column):
        others = " || ".join([f"({column.source} != {zero} && {column.source})", *contacts])
        work.write(_ID, others)
    elif column.fill < 1 and contacts:
        work.write(_ID, " || ".join([column.source, *contacts]))
    work.require(_ID)
    if not first:
        work.require(_EMAIL, f"{what} needs an e-mail or a phone")
