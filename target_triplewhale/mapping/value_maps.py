"""Values of a source, each with the value that the API has for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.mapping.paths import holders
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.mapping.problem import Problem
    from target_triplewhale.mapping.shape import Path

ALL_OTHERS = "*"
_NOWHERE = object()


@dataclass(frozen=True)
class ValueMap:
    """What becomes of the values at one path; null leaves the field out."""

    path: Path
    values: Mapping[str, Any]

    def apply(self, payload: dict[str, Any]) -> list[Problem]:
        """Replace values, in place; return those that it does not name."""
        found: list[Problem] = []
        for holder, where in holders(payload, self.path):
            name = self.path[-1]
            value = self._of(holder[name])
            if value is _NOWHERE:
                found.append((where, "unmapped_value", _UNNAMED))
            elif is_empty(value):
                del holder[name]
            else:
                holder[name] = value
        return found

    def _of(self, value: Any) -> Any:
        text = spelled(value)
        for key in (text, text.casefold(), ALL_OTHERS):
            if key in self.values:
                return self.values[key]
        return _NOWHERE


_UNNAMED = (
    "has a value that `value_maps` does not name; name it there, or give all others one value "
    'with "*"'
)


def value_map(path: Path, given: Mapping[Any, Any]) -> ValueMap:
    """Return a map whose keys are found whatever their case, an exact one first."""
    exact = {spelled(key): value for key, value in given.items()}
    folded = {key.casefold(): value for key, value in exact.items()}
    return ValueMap(path, folded | exact)
