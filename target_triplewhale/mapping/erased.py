"""What a new body of a record would erase of the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.paths import at
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from target_triplewhale.mapping.shape import Path


def fields_of(payload: Mapping[str, Any], above: Path = ()) -> Iterator[Path]:
    """Yield the path of all that tells something, through objects; a list is one value."""
    for name, value in payload.items():
        if isinstance(value, dict):
            yield from fields_of(value, (*above, name))
        elif not is_hollow(value):
            yield (*above, name)


def is_hollow(value: Any) -> bool:
    """Tell whether a value says nothing: it is empty, or holds nothing that is not."""
    if isinstance(value, dict | list):
        return all(map(is_hollow, value.values() if isinstance(value, dict) else value))
    return is_empty(value)


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
            break
        payload = payload.get(name)
    return not is_hollow(payload)


def _put(payload: dict[str, Any], path: Path, value: Any) -> None:
    """Set a value, in copies of the objects that lead to it."""
    name, *rest = path
    if not rest:
        payload[name] = value
        return
    inner = payload.get(name)
    payload[name] = dict(inner) if isinstance(inner, dict) else {}
    _put(payload[name], tuple(rest), value)
