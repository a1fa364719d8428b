"""Records that bring the documented names already: they need no picking."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from target_triplewhale.mapping.names import are_unmarked
from target_triplewhale.mapping.shape import Picked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.mapping.shape import Shape


class _Part(NamedTuple):
    """An object or a list of objects in which an object may come that holds nothing."""

    name: str
    may_be_hollow: bool
    inner: tuple[_Part, ...]


class Documented:
    """Takes the records of one shape by their columns' names alone.

    What it leaves to the model, strict as that is, is all that picking would change further down:
    in a part, names of another kind and empty text are refused, and JSON text in its place is too.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._parts = _parts(shape)
        self._sorted = lru_cache(maxsize=256)(self._sort)

    def take(self, record: dict[str, Any]) -> Picked | None:
        """Take what is not empty; None where a name is not the documented one, or a part hollow."""
        columns = self._sorted(tuple(record))
        if columns is None or _has_hollow(self._parts, record):
            return None
        fields, strangers = columns
        payload = {
            name: one for name in fields if (one := record[name]) or (one is not None and one != "")
        }
        picked = Picked(payload)
        if strangers:
            picked.pass_over(strangers, record)
        return picked

    def _sort(self, columns: tuple[str, ...]) -> tuple[list[str], list[str]] | None:
        """Tell fields from strangers; None where a column stands for a field of another name."""
        placements, strangers = self._shape.place(columns)
        if any(one.path != (one.column,) for one in placements) or not are_unmarked(columns):
            return None
        return [one.column for one in placements], strangers


def _parts(shape: Shape) -> tuple[_Part, ...]:
    found = (
        _Part(name, child.is_optional and name in shape.objects, _parts(child))
        for name, child in shape.children.items()
    )
    return tuple(part for part in found if part.may_be_hollow or part.inner)


def _has_hollow(parts: Sequence[_Part], record: dict[str, Any]) -> bool:
    """Tell whether there is an object without any value: such a one is not sent."""
    for part in parts:
        value = record.get(part.name)
        if value is None:
            continue
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict):
                continue
            is_hollow = part.may_be_hollow and all(inner is None for inner in one.values())
            if is_hollow or _has_hollow(part.inner, one):
                return True
    return False
