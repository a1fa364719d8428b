"""Source columns, found by the names of a mapping whatever their case, blanks and punctuation."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_BETWEEN = re.compile(r"[\W_]+")


class SameName(Exception):
    """Two columns could be meant by one name, and neither is spelled as it is."""

    def __init__(self, name: str, columns: Iterable[str]) -> None:
        self.name = name
        self.told = " and ".join(map(repr, columns))
        super().__init__(f"the name {name} could mean {self.told}")


class Found(NamedTuple):
    """The columns that a mapping's names mean."""

    aliases: tuple[tuple[str, str], ...]
    """Names that no column is spelled as, each with the column that it means."""
    strangers: tuple[str, ...]
    """Columns that no name means."""


class Columns:
    """The columns that a mapping reads: one that is spelled as its name, or else nearly so."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        self.find = lru_cache(maxsize=256)(self._find)

    def named(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record that has its columns under the mapping's names as well."""
        aliases = self.find(tuple(record)).aliases
        if not aliases:
            return record
        return record | {name: record[column] for name, column in aliases}

    def _find(self, columns: tuple[str, ...]) -> Found:
        """Match names with columns; raise SameName where two columns match one name."""
        by_letters: dict[str, list[str]] = {}
        for column in columns:
            by_letters.setdefault(letters(column), []).append(column)
        aliases: list[tuple[str, str]] = []
        for name in sorted(self.names.difference(columns)):
            near = by_letters.get(letters(name), [])
            if len(near) > 1:
                raise SameName(name, near)
            aliases += [(name, column) for column in near]
        meant = self.names.union(column for _, column in aliases)
        return Found(tuple(aliases), tuple(one for one in columns if one not in meant))


def letters(name: str) -> str:
    """Return a name's letters and digits alone: `Lineitem name`, `lineitem_name`: one name."""
    return _BETWEEN.sub("", name).lower()
