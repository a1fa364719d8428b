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


def in_another_currency(payload: Mapping[str, Any], shape: Shape, currency: str) -> Iterator[str]:
    """Yield the paths of amounts whose text names another currency than the given code."""
    for name, value in payload.items():
        if name in shape.children:
            inner = value if isinstance(value, list) else [value]
            for position, one in enumerate(inner):
                step = f"{name}.{position}" if isinstance(value, list) else name
                if isinstance(one, dict):
                    further = in_another_currency(one, shape.children[name], currency)
                    yield from (f"{step}.{path}" for path in further)
        elif name in shape.numbers and isinstance(value, str):
            named = _NAMED.search(value) if _DIGIT.search(value) else None
            if named and SIGNS.get(named[0], named[0]).upper() != currency.strip().upper():
                yield name
