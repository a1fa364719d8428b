"""What a recipe does to values that are in their place: maps, numbers of rows, marks, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.amounts import from_minor_units, resolve_mark
from target_triplewhale.mapping.line_items import numbered

if TYPE_CHECKING:
    from target_triplewhale.mapping.facts import Facts
    from target_triplewhale.mapping.problem import Problem
    from target_triplewhale.mapping.recipe import Recipe
    from target_triplewhale.mapping.shape import Shape


class Rewriting:
    """Rewrites the payloads of one route."""

    def __init__(self, shape: Shape, recipe: Recipe, facts: Facts) -> None:
        self._recipe = recipe
        self._marked = tuple(shape.number_paths(also_whole=True))
        self._currency = recipe.defaults.get(("currency",), facts.currency)

    def rewrite(self, payload: dict[str, Any]) -> list[Problem]:
        """Rewrite values, in place; return what cannot be."""
        recipe = self._recipe
        found: list[Problem] = []
        for value_map in recipe.value_maps:
            found += value_map.apply(payload)
        if recipe.group_rows and isinstance(payload.get("line_items"), list):
            payload["line_items"] = numbered(payload["line_items"], payload.get("order_id"))
        if recipe.decimal_mark:
            resolve_mark(payload, self._marked, recipe.decimal_mark)
        if recipe.minor_units:
            code = payload.get("currency", self._currency)
            found += from_minor_units(payload, recipe.minor_units, code)
        return found
