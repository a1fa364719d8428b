"""What differs between two bodies of a record, a line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from target_triplewhale.commands.text import counted, cut

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 36
"""Columns that a value may take."""


def differences(before: Any, now: Any, place: str = "") -> Iterator[str]:
    """Yield `field: from -> to` for each value that is another one; lists match by position."""
    if before == now:
        return
    pairs = _pairs(before, now)
    if pairs is None:
        yield f"{place}: {_shown(before)} -> {_shown(now)}"
        return
    for name, (former, later) in pairs.items():
        yield from differences(former, later, f"{place}.{name}" if place else name)


def _pairs(before: Any, now: Any) -> dict[str, tuple[Any, Any]] | None:
    """Return what two structures of the same form hold, side by side."""
    if isinstance(before, dict) and isinstance(now, dict):
        return {name: (before.get(name), now.get(name)) for name in before | now}
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return {str(place): pair for place, pair in enumerate(zip(before, now, strict=True))}
    return None


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return counted(len(value), "item")
    if isinstance(value, dict):
        return counted(len(value), "field")
    return cut(json.dumps(value, ensure_ascii=False), LONGEST)
