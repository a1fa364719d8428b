"""Masks what is a person's data, for logs: what looks like it, and what a record has brought."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# It begins only where a word does, or a long word would be looked at from each of its letters.
_EMAIL = re.compile(r"(?<![^\s@,;:<>\"'])[^\s@,;:<>\"']+(?:@|%40)[^\s@,;:<>\"']+")
_PHONE = re.compile(r"(?<!\d)\+?\(?\d[\d\s().\-/]{5,}\d(?!\d)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_LONGEST_PLAIN_ID = 9
_LONGEST_CODE = 3
"""A text of a record that is no longer, such as a currency or a country, tells of nobody."""


def masked(text: str) -> str:
    """Return the text with e-mail addresses and phone-like numbers made unreadable."""
    if "@" not in text and "%40" not in text and not _PHONE.search(text):
        return text  # as nearly all are, and this is quicker
    kept = _UUID.findall(text)
    parts = (_PHONE.sub(_masked_phone, part) for part in _UUID.split(without_addresses(text)))
    return "".join(part + uuid for part, uuid in zip_longest(parts, kept, fillvalue=""))


def without_addresses(text: str) -> str:
    """Return the text with e-mail addresses made unreadable: numbers of accounts stay whole."""
    return _EMAIL.sub("***@***", text)


def masked_all(value: Any) -> Any:
    """Return a JSON value with every text in it masked, names of objects' members too.

    A long number is masked as its text would be: a phone may be read as one.
    """
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, int) and len(str(value)) > _LONGEST_PLAIN_ID:
        return masked(str(value))
    if isinstance(value, dict):
        return {masked(str(name)): masked_all(one) for name, one in value.items()}
    return [masked_all(one) for one in value] if isinstance(value, list) else value


def _masked_phone(found: re.Match[str]) -> str:
    """Keep a short number without a plus or separators, an id far more often, and a date."""
    number = found[0]
    if date := _DATE.match(number):
        return date[0] + _PHONE.sub(_masked_phone, number[date.end() :])
    is_plain_id = number.isdigit() and len(number) <= _LONGEST_PLAIN_ID
    return number if is_plain_id else f"{number[:2]}***"


def redacted(words: str, record: object) -> str:
    """Return what somebody says of a record without the texts that the record has brought."""
    said = words.lower()
    found = {text for text in _texts(record) if text.lower() in said}
    for text in sorted(found, key=len, reverse=True):
        words = re.sub(re.escape(text), "***", words, flags=re.IGNORECASE)
    return masked(words)


def _texts(value: object) -> Iterator[str]:
    """Yield the texts of a record at any depth."""
    if isinstance(value, str) and len(value.strip()) > _LONGEST_CODE:
        yield value.strip()
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
