"""What of a run's records can be taken back, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.rehearsal.forecast import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from target_triplewhale.endpoints import Endpoint

ACCOUNTS = ("platform_account_id", "channel_account_id")
"""Where an endpoint has one of these, deleting that account deletes its records."""
WHERE = "Triple Whale: Integrations > Data In > Manage"
"""Where an account is deleted."""


def has_account(endpoint: Endpoint) -> bool:
    """Tell whether records belong to an account that can be deleted."""
    return any(name in endpoint.defaults for name in ACCOUNTS)


def sentence(counts: Mapping[str, int]) -> str:
    """Return what can be done about so many records of each endpoint, in one line."""
    sent = [name for name in ENDPOINTS if counts.get(name)]
    orders = [name for name in sent if ENDPOINTS[name].counts_sales]
    others = [name for name in sent if name not in orders and has_account(ENDPOINTS[name])]
    never = [name for name in sent if not has_account(ENDPOINTS[name])]
    parts = [
        f"{_listed(names, counts)} {what}"
        for names, what in (
            (orders, "can be voided, or deleted with their account"),
            (others, f"can only be deleted with their account ({WHERE})"),
            (never, "can never be taken back"),
        )
        if names
    ]
    return "; ".join(parts) or "nothing is left to send"


def _listed(names: Iterable[str], counts: Mapping[str, int]) -> str:
    return ", ".join(counted(name, counts[name]) for name in names)
