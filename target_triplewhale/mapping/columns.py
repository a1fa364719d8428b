"""Source columns, found by the names of a mapping whatever their case, blanks and punctuation."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from target_triplewhale.mapping.names import without_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.mapping.problem import Problem

_BETWEEN = re.compile(r"[\W_]+")


class SameName(Exception):
    """Two columns could be meant by one name, and neither is spelled as it is."""

    def __init__(self, name: str, columns: Iterable[str]) -> None:
        self.name = name
        self.told = " and ".join(map(repr, columns))
        super().__init__(f"the name {name} could mean {self.told}")

    @property
    def problem(self) -> Problem:
        """What is wrong with a record that has both."""
        text = f"could be either of the columns {self.told}; rename one of them"
        return (self.name, "ambiguous", text)


def unmarked_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """Return columns without marks; raise SameName where two become one by that."""
    first: dict[str, str] = {}
    for column in columns:
        name = without_marks(column)
        if name and first.setdefault(name, column) != column:
            raise SameName(name, (first[name], column))
    return tuple(first)


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


@lru_cache(maxsize=4096)
def after(prefix: str, name: str) -> str | None:
    """Return what follows the letters of a prefix: `product_id` of `Lineitem product_id`."""
    heads = (end for end in range(len(name) + 1) if letters(name[:end]) == prefix)
    end = next(heads, None)
    return None if end is None else name[end:].lstrip(" _-.")


@lru_cache(maxsize=4096)
def letters(name: str) -> str:
    """Return a name's letters and digits alone: `Lineitem name`, `lineitem_name`: one name."""
    return _BETWEEN.sub("", name).lower()
