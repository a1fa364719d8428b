"""What a new body of a record would erase of the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.paths import at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from target_triplewhale.mapping.shape import Path


def fields_of(payload: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    """Yield the path of every value through objects; a list is one value, null is none."""
    for name, value in payload.items():
        if isinstance(value, dict):
            yield from fields_of(value, (*above, name))
        elif value is not None:
            yield (*above, name)


def missing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Path]:
    """Return the paths of the values of `before` in whose place `now` has nothing."""
    return [path for path in fields_of(before) if not _is_taken(now, path)]


def carried(
    now: Mapping[str, Any], before: Mapping[str, Any], paths: Iterable[Path]
) -> dict[str, Any]:
    """Return a copy of `now` that has the values of `before` at paths where it has none."""
    body = dict(now)
    for path in paths:
        _put(body, path, at(before, path))
    return body


def _is_taken(payload: Any, path: Path) -> bool:
    """Tell whether there is something at a path, or in the place of an object that leads to it."""
    for name in path:
        if not isinstance(payload, dict):
            return True
        payload = payload.get(name)
        if payload is None:
            return False
    return True


def _put(payload: dict[str, Any], path: Path, value: Any) -> None:
    """Set a value, in copies of the objects that lead to it."""
    name, *rest = path
    if not rest:
        payload[name] = value
        return
    payload[name] = dict(payload.get(name) or {})
    _put(payload[name], tuple(rest), value)
