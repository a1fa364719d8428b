"""Refunds of sources that give them no id and no date: the same ones at every run."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError

from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.mapping.shape import is_empty
from target_triplewhale.payloads.marks import unmarked
from target_triplewhale.payloads.numerals import read_number

_ID = "refund_id"


def complete_refunds(payload: dict[str, Any]) -> None:
    """Name an order's only refund after it, and date it, so that one that grows overwrites itself.

    A refund of nothing is none. Of several without an id none is named: a later one would move
    into the place of another.
    """
    refunds = payload.get("refunds")
    if not isinstance(refunds, list):
        return
    given = [one for one in refunds if not _is_of_nothing(one)]
    names = [one.get(_ID) for one in given if isinstance(one, dict)]
    if len(given) == 1 and names and is_empty(names[0]) and not is_empty(payload.get("order_id")):
        order_id = unmarked(spelled(payload["order_id"]))
        given = [{**given[0], _ID: f"{order_id}-refund"}]
    created = payload.get("created_at")
    payload["refunds"] = [_dated(one, created) for one in given]
    if not given:
        del payload["refunds"]


def _is_of_nothing(refund: Any) -> bool:
    """Tell whether it says no more than that nothing was refunded."""
    if not isinstance(refund, dict):
        return False
    told = {name for name, value in refund.items() if not is_empty(value)}
    return told <= {"total_refund"} and _is_zero(refund.get("total_refund"))


def _is_zero(value: Any) -> bool:
    try:
        return is_empty(value) or read_number(value) == 0
    except PydanticCustomError:
        return False


def _dated(refund: Any, created: Any) -> Any:
    if not isinstance(refund, dict) or not is_empty(refund.get("refunded_at")):
        return refund
    return {**refund, "refunded_at": created} if not is_empty(created) else refund
