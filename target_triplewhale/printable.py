"""Texts of strangers, such as the names that a source gives, as they can be printed on a line."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text of one line that cannot steer a terminal; each letter of it has a width."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    return sign if sign.isprintable() else "?"
