"""Refuses what the API would take for another record than the one that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.ledger.keys import guarded
from target_triplewhale.outcomes import Reason, Rejected, reject_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.endpoints import Endpoint

KIND = "identity_changed"
REFUNDED_AT = "refunds.refunded_at"


def changed(endpoint: Endpoint, rest: str, former: str) -> Rejected:
    """Refuse a record whose id was accepted under another identity."""
    before, now = guarded(endpoint, former), guarded(endpoint, rest)
    reasons = [
        _reason(field, before[field], now[field]) for field in now if now[field] != before[field]
    ]
    code = reject_code(endpoint.name, reasons[0].field, KIND)
    return Rejected(code, tuple(reasons))


def of_refunds(
    endpoint: Endpoint, before: Mapping[str, Any], now: Mapping[str, Any]
) -> Rejected | None:
    """Refuse an order with a refund that was accepted under another time."""
    former = _times(before)
    reasons = tuple(
        _reason(REFUNDED_AT, former[refund], time)
        for refund, time in _times(now).items()
        if former.get(refund, time) != time
    )
    return Rejected(reject_code(endpoint.name, REFUNDED_AT, KIND), reasons) if reasons else None


def _times(order: Mapping[str, Any]) -> dict[str, str]:
    refunds = order.get("refunds") or ()
    return {one["refund_id"]: one["refunded_at"] for one in refunds if not one.get("void")}


def _reason(field: str, before: str, now: str) -> Reason:
    return Reason(
        field,
        f"is {now}, and was {before} when it was accepted: both would count. "
        "Restore the former, or set `identity_changes: allow`",
    )
