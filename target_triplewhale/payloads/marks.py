"""What stands before a value and is no part of it."""

from __future__ import annotations

import re

_APOSTROPHE = "'"
_AS_TEXT = re.compile(
    r"'(?:[-+=@].*|(?=(?:[^0-9]*[0-9]){3})[0-9(][0-9A-Z() ./+-]*)",
    re.DOTALL,
)
"""Formulas, and what looks like a number or a code of three digits and more: `'01234`, `'1234 AB`.

Years and names keep theirs: `'72`, `'90s Tee`, `'t Hooft`.
"""
_GLOBAL_ID = re.compile(r"gid://shopify/[A-Z][A-Za-z]*/(?=.)")


def unmarked(text: str) -> str:
    """Return text without a spreadsheet's apostrophe, and a Shopify id without where it is from.

    Exports put the apostrophe before ids, zip codes and phone numbers, so that no spreadsheet takes
    them for numbers. `gid://shopify/Order/1` and `1` are one id, and need one spelling.
    """
    if text.startswith(_APOSTROPHE):
        return text[1:] if _AS_TEXT.fullmatch(text) else text
    return _GLOBAL_ID.sub("", text, count=1) if text.startswith("gid:") else text


def without_apostrophe(text: str) -> str:
    """Return what can only be a number or a time without a spreadsheet's apostrophe."""
    return text.removeprefix(_APOSTROPHE)
