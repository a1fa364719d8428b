"""Dotted paths into a payload, through objects and lists of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def at(payload: Any, path: Sequence[str]) -> Any:
    """Return what is at a path through objects, None where nothing is."""
    for name in path:
        payload = payload.get(name) if isinstance(payload, dict) else None
    return payload


def holders(
    payload: Any, path: Sequence[str], before: str = ""
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each object that has a value under a path's last name, with the path to the value."""
    name, *rest = path
    if not isinstance(payload, dict) or payload.get(name) is None:
        return
    if not rest:
        yield payload, f"{before}{name}"
        return
    inner = payload[name]
    if not isinstance(inner, list):
        yield from holders(inner, rest, f"{before}{name}.")
        return
    for position, one in enumerate(inner):
        yield from holders(one, rest, f"{before}{name}.{position}.")
