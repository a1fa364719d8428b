"""One value of a column for a comment, such that it says nothing of a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from target_triplewhale.journal.masking import masked
from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.suggestions.fields import SHOWN, Kind
from target_triplewhale.suggestions.shapes import Shape

if TYPE_CHECKING:
    from target_triplewhale.suggestions.columns import Column

HIDDEN = "***"
_LONGEST = 28
_LETTERS_SHOWN = 3
_OF_DIGITS = (Kind.TIME, Kind.MONEY, Kind.COUNT)
_PLAIN = (Shape.TIME, Shape.EPOCH, Shape.NUMBER, Shape.WHOLE)
"""What digits make that are no phone."""
_BLANKS = re.compile(r"\s+")


def comment(column: Column, kind: Kind, *, is_renamed: bool, why: str = "") -> str:
    """Return what is said beside a field: its column, how often that says something, a value."""
    parts = [column.told] if is_renamed else []
    parts += ["key"] if column.is_key else []
    if not column.records:
        parts.append("no records in the sample")
    elif not column.values:
        parts.append("empty in the sample")
    else:
        parts += [f"{len(column.values)} of {column.records}", specimen(column, kind)]
    told = ", ".join(parts)
    return f"a guess, {why}: {told}" if why else told


def specimen(column: Column, kind: Kind) -> str:
    """Return one value, masked by what the field takes and by what the value looks like."""
    value = next((one for one in column.values if not isinstance(one, dict | list)), None)
    if value is None:
        return "a list" if column.values else ""
    text = _BLANKS.sub(" ", spelled(value))
    if column.shape is Shape.EMAIL or kind in (Kind.EMAIL, Kind.ADDRESS):
        return "***@***" if "@" in text else HIDDEN
    if column.shape is Shape.PHONE or kind is Kind.PHONE:
        return f"{text[:2]}{HIDDEN}" if text.startswith("+") else HIDDEN
    if kind is Kind.ID:
        return f"{text[:_LETTERS_SHOWN]}{HIDDEN}" if len(text) > _LETTERS_SHOWN else text
    if kind not in SHOWN or column.shape is Shape.LONG:
        return HIDDEN
    return text if kind in _OF_DIGITS and column.shape in _PLAIN else shown(text)


def shown(text: str) -> str:
    """Return a value that may be read, shortened, and masked where it holds more."""
    text = masked(_BLANKS.sub(" ", text).strip())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
