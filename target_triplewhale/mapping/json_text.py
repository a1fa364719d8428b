"""JSON text in columns: taps write lists and objects so that have no other place for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.shape import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable


class JsonText:
    """Opens the columns that a mapping looks into, where they hold JSON text."""

    def __init__(self, columns: Iterable[str]) -> None:
        self._columns = tuple(columns)

    def opened(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record whose lists and objects are such; other text stays as it is."""
        texts = [name for name in self._columns if record.get(name).__class__ is str]
        return record | {name: read_json(record[name]) for name in texts} if texts else record
