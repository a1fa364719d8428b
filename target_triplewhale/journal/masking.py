"""Masks what looks like an e-mail address or a phone number, for logs."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^\s@,;:<>\"']+@[^\s@,;:<>\"']+")
_PHONE = re.compile(r"(?<!\w)\+?\(?\d[\d\s().\-/]{6,}\d(?!\w)")


def masked(text: str) -> str:
    """Return the text with e-mail addresses and phone-like numbers made unreadable."""
    text = _EMAIL.sub("***@***", text)
    return _PHONE.sub(lambda found: f"{found[0][:2]}***", text)
