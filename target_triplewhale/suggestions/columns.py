"""The columns of a sample, objects opened: what each is called, holds, and how often."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.columns import letters
from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.mapping.shape import is_empty, read_json
from target_triplewhale.suggestions.shapes import Shape, says_nothing, shape_of
from target_triplewhale.suggestions.words import meanings_of_path, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from target_triplewhale.suggestions.samples import Sample

HIDDEN = ("_sdc_", "_links", "_airbyte_")
_DEPTH = 4
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Column:
    """One column, or a value inside objects, with what the sample's records hold there."""

    path: tuple[str, ...]
    source: str
    """The expression that reads it."""
    values: tuple[Any, ...]
    """Those that say something."""
    has_placeholders: bool
    """Whether there are words for nothing too, such as `none`: the target takes them for text."""
    records: int
    """Of how many records the column is."""
    is_key: bool = False
    inner: tuple[Column, ...] = field(default=(), compare=False)
    """The columns of the objects in a list."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What the words of its name stand for."""
        return meanings_of_path(self.path)

    @cached_property
    def shape(self) -> Shape:
        """What its values look like."""
        return shape_of(self.values)

    @cached_property
    def counts(self) -> Counter[str]:
        """Its values with their counts, as they are compared."""
        return Counter(
            spelled(value) for value in self.values if not isinstance(value, dict | list)
        )

    @property
    def fill(self) -> float:
        """The share of records where it says something."""
        return len(self.values) / self.records if self.records else 0.0

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return bool(self.values) and len(self.counts) == len(self.values)

    @property
    def told(self) -> str:
        """Its name as the source has it."""
        return ".".join(self.path)


def columns_of(sample: Sample) -> list[Column]:
    """Return a sample's columns, those that the SCHEMA alone names among them."""
    keys = [(key,) for key in sample.keys]
    names = {name for record in sample.records for name in record} | set(sample.declared)
    taken = Counter(letters(name) for name in names)
    found = _gathered(sample.records)
    for name in sample.declared:
        if not any(path[0] == name for path in found):
            found[name,] = []
    around = {path[:depth] for path in found for depth in range(1, len(path))}
    return [
        _column(path, values, len(sample.records), taken, is_key=path in keys)
        for path, values in found.items()
        if path[0] and not path[0].startswith(HIDDEN) and path not in around
    ]


def columns_within(objects: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """Return the columns of objects in lists, whose names are matched letter by letter."""
    found = _gathered(objects)
    return tuple(
        Column(path, _dotted(path), *_telling(values), len(objects))
        for path, values in found.items()
    )


def _column(
    path: tuple[str, ...],
    values: list[Any],
    records: int,
    taken: Mapping[str, int],
    *,
    is_key: bool,
) -> Column:
    source = ".".join([_source(path[0], taken), *map(_quoted, path[1:])])
    lists = [value for value in values if isinstance(value, list)]
    objects = [one for value in lists for one in value if isinstance(one, dict)]
    inner = columns_within(objects) if objects else ()
    return Column(path, source, *_telling(values), records, is_key, inner)


def _telling(values: Sequence[Any]) -> tuple[tuple[Any, ...], bool]:
    """Return the values that say something, and whether there are words for nothing."""
    told = tuple(value for value in values if not says_nothing(value))
    return told, len(told) < len(values)


def _gathered(records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], list[Any]]:
    """Return what records hold, by path, objects and JSON text opened."""
    found: dict[tuple[str, ...], list[Any]] = {}
    for record in records:
        for path, value in _leaves(record, ()):
            kept = found.setdefault(path, [])
            if not is_empty(value) and value != []:
                kept.append(value)
    return found


def _leaves(
    record: Mapping[str, Any], before: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, given in record.items():
        path, value = (*before, name), read_json(given)
        if isinstance(value, dict) and value and len(path) < _DEPTH:
            yield from _leaves(value, path)
        elif not isinstance(value, dict):
            yield path, value


def _source(name: str, taken: Mapping[str, int]) -> str:
    """Return how a mapping names a column: in snake_case, where that can mean no other."""
    if _IDENTIFIER.fullmatch(name):
        return name
    plain = "_".join(tokens(name))
    is_sure = taken[letters(name)] == 1 and letters(plain) == letters(name)
    return plain if is_sure and _IDENTIFIER.fullmatch(plain) else _quoted(name)


def _dotted(path: Iterable[str]) -> str:
    return ".".join(map(_quoted, path))


def _quoted(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else json.dumps(name, ensure_ascii=False)
