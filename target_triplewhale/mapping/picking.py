"""Takes the fields that a route names, each by its expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.expressions import Expression, ExpressionFailed
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from target_triplewhale.mapping.shape import Path, Picked, Shape


class FieldFailed(Exception):
    """A field's expression fails on a record."""

    def __init__(self, name: str, kind: str, text: str) -> None:
        self.problem = (name, kind, text)
        super().__init__(text)


class Picking:
    """A route's fields: plain columns into plain fields are look-ups, the others take more."""

    def __init__(self, fields: Mapping[Path, Expression], shape: Shape) -> None:
        self._shape = shape
        plain = {path: one for path, one in fields.items() if _is_plain(path, one, shape)}
        self._plain = [(path[0], one.find) for path, one in plain.items()]
        others = [(path, one) for path, one in fields.items() if path not in plain]
        # What names a single field goes before the object that it is in.
        others.sort(key=lambda one: -len(one[0]))
        self._others = [one for one in others if not shape.is_in_a_list(one[0])]
        self._of_items = [one for one in others if shape.is_in_a_list(one[0])]

    def pick(self, record: dict[str, Any], picked: Picked) -> None:
        """Add what the fields' expressions find, and what of it has no place."""
        payload = picked.payload
        for name, find in self._plain:
            value = find(record)
            if not is_empty(value) and value != {}:
                payload[name] = value
        self._put(self._others, record, picked)

    def fill_items(self, record: dict[str, Any], picked: Picked) -> None:
        """Give the items of lists what the fields' expressions find in the record around them."""
        self._put(self._of_items, record, picked)

    def _put(
        self,
        fields: Iterable[tuple[Path, Expression]],
        record: dict[str, Any],
        picked: Picked,
    ) -> None:
        for path, expression in fields:
            try:
                found = search(".".join(path), expression, record)
            except FieldFailed as failed:
                picked.failed.append(failed.problem)
                continue
            left = self._shape.put(picked.payload, path, found)
            picked.ignored.update(name or ".".join(path) for name in left)


def search(name: str, expression: Expression | None, record: dict[str, Any]) -> Any:
    """Return what an expression finds, by the name of the field that it is for."""
    try:
        return expression.search(record) if expression else None
    except ExpressionFailed:
        text = "has an expression that meets a value of another type than it expects"
        raise FieldFailed(name, "unreadable", text) from None


def _is_plain(path: Path, expression: Expression, shape: Shape) -> bool:
    """Tell whether a look-up that cannot fail gives a field that has no fields of its own."""
    return expression.is_look_up and len(path) == 1 and path[0] not in shape.children
