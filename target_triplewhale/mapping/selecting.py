"""Which records a route takes: those that pass its `where`, and that count as what it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.picking import FieldFailed, search

if TYPE_CHECKING:
    from target_triplewhale.mapping.recipe import Recipe

_SEND = "send"


class Selection:
    """Decides by a recipe; raises FieldFailed where the recipe does not say."""

    def __init__(self, recipe: Recipe) -> None:
        self._where = recipe.where
        self._counts = recipe.counts

    def takes(self, record: dict[str, Any]) -> bool:
        """Tell whether a record is sent; one that is void needs a ledger to be voided."""
        if self._where and not self._passes(record):
            return False
        return self._counts is None or self._action(record) == _SEND

    def _passes(self, record: dict[str, Any]) -> bool:
        passes = search("where", self._where, record)
        if not isinstance(passes, bool):
            raise FieldFailed("where", "unreadable", "gives neither true nor false on this record")
        return passes

    def _action(self, record: dict[str, Any]) -> str:
        counts = self._counts
        action = counts.action(search("counts", counts.field, record)) if counts else None
        if action is None:
            text = "does not say whether this record's value is sent, voided or filtered; name it"
            raise FieldFailed("counts", "unknown_value", text)
        return action
