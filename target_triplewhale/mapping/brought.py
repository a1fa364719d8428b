"""Which fields of a payload a stream can bring at all: by its SCHEMA's columns and a recipe."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.columns import Columns
from target_triplewhale.mapping.declared import ANYTHING, LIST, Declared, declared_columns
from target_triplewhale.mapping.erased import is_hollow
from target_triplewhale.mapping.expressions import ExpressionFailed
from target_triplewhale.mapping.shape import ANOTHER_NAME, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from target_triplewhale.endpoints import Endpoint
    from target_triplewhale.mapping.expressions import Expression
    from target_triplewhale.mapping.recipe import Recipe
    from target_triplewhale.mapping.shape import Path

_ALL: Path = ()
_FILLED_IN: tuple[Path, ...] = (("shop",), ("currency",), ("updated_at",), ("variants",))
"""What settings and rules fill in, whatever the columns."""
_CUSTOMER_ID = ("customer", "id")
_STANDS_FOR_ID = {("customer", "email"), ("customer", "phone")}


class Brought:
    """Tells a field that came empty from one that does not come any more.

    Where that cannot be told, it can come: no value is called lost that may just be empty.
    """

    def __init__(self, endpoint: Endpoint, recipe: Recipe, schema: Mapping[str, Any]) -> None:
        """Take the `properties` of the stream's SCHEMA, as they are after stream maps."""
        self._endpoint = endpoint
        self._recipe = recipe
        self._shape = Shape(endpoint.model, endpoint.name)
        self._record = _record(recipe, schema)
        self._columns = Columns(recipe.columns).named(dict(self._record.properties))
        # A sent event is never sent again, so nothing of it is ever overwritten.
        tells = bool(schema) and not endpoint.is_event
        self._places = {*self._find()} if tells else {_ALL}
        if endpoint.counts_sales and self._places & _STANDS_FOR_ID:
            self._places.add(_CUSTOMER_ID)
        self.brings = lru_cache(maxsize=1024)(self._brings)

    def _brings(self, path: Path) -> bool:
        """Tell whether a record can have something at a path, above it or below it."""
        return any(
            path[: len(place)] == place or place[: len(path)] == path for place in self._places
        )

    def _find(self) -> Iterator[Path]:
        """Yield the places that can be filled; what is below one can be filled as well."""
        recipe = self._recipe
        yield from _FILLED_IN
        yield from ((name,) for name in self._endpoint.defaults)
        yield from (path for path in recipe.defaults if not self._shape.is_in_a_list(path))
        if recipe.fields is None:
            yield from _by_name(self._shape, self._record)
        elif recipe.whole_record and (found := self._found_by(recipe.whole_record)):
            yield from _by_name(self._shape, found)
        for path, expression in (recipe.fields or {}).items():
            # What is for the items of a list makes no list.
            found = self._found_by(expression)
            if found and not self._shape.is_in_a_list(path):
                yield from _at(self._shape, path, found)

    def _found_by(self, expression: Expression) -> Declared | None:
        """Return what is declared of what an expression finds, None where it finds nothing."""
        if expression.text.strip() == "@":
            return self._record
        if expression.names:
            first, *rest = expression.names
            column = self._columns.get(first)
            return column and column.at(rest)
        grouping = self._recipe.group_rows
        read = expression.columns - {grouping.into} if grouping else expression.own_columns
        is_there = expression.reads_all or not read.isdisjoint(self._columns)
        blank: dict[str, Any] = {grouping.into: [{}]} if grouping else {}
        return ANYTHING if is_there or _tells(expression, blank) else None


def _tells(expression: Expression, record: dict[str, Any]) -> bool:
    """Tell whether an expression finds something in a record: `status || 'open'` always does."""
    try:
        return not is_hollow(expression.search(record))
    except ExpressionFailed:
        return False


def _record(recipe: Recipe, schema: Mapping[str, Any]) -> Declared:
    """Return what is declared of a record as it is mapped: a row, or a group of rows."""
    columns = declared_columns(schema)
    grouping = recipe.group_rows
    if grouping is None:
        return columns
    return Declared(is_nested=True, properties={**columns.properties, grouping.into: LIST})


def _by_name(shape: Shape, found: Declared) -> Iterator[Path]:
    """Yield the places of an object's names in a shape."""
    if found.is_open:
        yield _ALL
        return
    placements, _ = shape.place(tuple(found.properties))
    for placement in placements:
        inner = found.properties[placement.column]
        is_sure = placement.order < ANOTHER_NAME or not inner.is_nested
        if is_sure or shape.could_be(placement.path, {}):
            yield from _at(shape, placement.path, inner)


def _at(shape: Shape, path: Path, found: Declared) -> Iterator[Path]:
    """Yield what a value fills at its place; plain text may stand for an object's name."""
    part = shape.object_at(path)
    if part is None:
        yield path
        return
    yield from ((*path, *rest) for rest in _by_name(part, found))
    name = shape.name_of(path[0])
    if name and not found.is_nested:
        yield (*path, name)
