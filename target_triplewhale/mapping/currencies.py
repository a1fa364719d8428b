"""Amounts that name a currency themselves, which must be the one they are booked in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_triplewhale.mapping.shape import Shape

SIGNS = {"€": "EUR", "£": "GBP"}
"""Signs of one currency only; `$`, `¥` and `kr` are those of many."""
_NAMED = re.compile(r"[€£]|(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])")
_DIGIT = re.compile(r"\d")


def in_another_currency(payload: Mapping[str, Any], shape: Shape, currency: str) -> list[str]:
    """Return the paths of amounts whose text names another currency than the given code."""
    if not _has_text_amounts(payload, shape):
        return []
    return list(_named_otherwise(payload, shape, currency.strip().upper()))


def _has_text_amounts(payload: Mapping[str, Any], shape: Shape) -> bool:
    """Tell whether there is anything to look for: most records hold numbers."""
    given = payload.get
    for name in shape.numbers:
        if given(name).__class__ is str:
            return True
    for name, child in shape.priced:
        if name in payload:
            inner = payload[name]
            for one in inner if inner.__class__ is list else (inner,):
                if one.__class__ is dict and _has_text_amounts(one, child):
                    return True
    return False


def _named_otherwise(payload: Mapping[str, Any], shape: Shape, currency: str) -> Iterator[str]:
    for name, value in payload.items():
        if name in shape.children:
            inner = value if isinstance(value, list) else [value]
            for position, one in enumerate(inner):
                step = f"{name}.{position}" if isinstance(value, list) else name
                if isinstance(one, dict):
                    further = _named_otherwise(one, shape.children[name], currency)
                    yield from (f"{step}.{path}" for path in further)
        elif name in shape.numbers and isinstance(value, str):
            named = _NAMED.search(value) if _DIGIT.search(value) else None
            if named and SIGNS.get(named[0], named[0]).upper() != currency:
                yield name
