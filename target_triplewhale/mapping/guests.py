"""Customers that a source knows by nothing but their e-mail, which is then their id."""

from __future__ import annotations

from typing import Any


def spell_guest(payload: dict[str, Any]) -> None:
    """Spell an id that is an e-mail as the e-mail itself, so that one buyer stays one customer."""
    customer = payload.get("customer")
    if isinstance(customer, dict):
        if spelled := _other_spelling(customer.get("id"), customer.get("email")):
            payload["customer"] = {**customer, "id": spelled}
    elif spelled := _other_spelling(payload.get("customer_id"), payload.get("email_address")):
        payload["customer_id"] = spelled


def _other_spelling(known: object, email: object) -> str | None:
    """Return the e-mail's spelling where an id is the e-mail but is spelled in another way."""
    if not isinstance(known, str) or not isinstance(email, str):
        return None
    spelled = email.strip().lower()
    return spelled if known != spelled and known.strip().lower() == spelled else None
