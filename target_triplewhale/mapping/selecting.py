"""Which records a route takes: those that pass its `where`, and that count as what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.counting import FILTER, SEND
from target_triplewhale.mapping.picking import FieldFailed, search

if TYPE_CHECKING:
    from target_triplewhale.mapping.recipe import Recipe


class Selection:
    """Decides by a recipe; raises FieldFailed where the recipe does not say."""

    def __init__(self, recipe: Recipe) -> None:
        self._where = recipe.where
        self._counts = recipe.counts

    def action(self, record: dict[str, Any]) -> str:
        """Return whether a record is sent, voided or filtered."""
        if self._where and not self._passes(record):
            return FILTER
        return SEND if self._counts is None else self._counted(record)

    def _passes(self, record: dict[str, Any]) -> bool:
        passes = search("where", self._where, record)
        if not isinstance(passes, bool):
            raise FieldFailed("where", "unreadable", "gives neither true nor false on this record")
        return passes

    def _counted(self, record: dict[str, Any]) -> str:
        counts = self._counts
        action = counts.action(search("counts", counts.field, record)) if counts else None
        if action is None:
            text = "does not say whether this record's value is sent, voided or filtered; name it"
            raise FieldFailed("counts", "unknown_value", text)
        return action
