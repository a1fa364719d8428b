"""Packaged presets whose streams look like those of a sample."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.columns import letters
from target_triplewhale.mapping.expressions import Expression
from target_triplewhale.mapping.names import folded
from target_triplewhale.presets import library
from target_triplewhale.recipes import dotted
from target_triplewhale.suggestions.words import meanings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from target_triplewhale.suggestions.samples import Sample

Names = frozenset[str]
_FEWEST = 3
"""How many of the names that no other source's preset reads must be found in a stream."""
_LEAST = 0.3
"""The share of all names that must be found then; presets know several spellings of each."""
_LEAST_OF_COMMON = 0.75
"""The same where fewer tell: an id, a name and an e-mail are in every list of people."""


@dataclass(frozen=True)
class Resemblance:
    """A preset, and for streams of the sample the preset's stream that they look like."""

    preset: str
    is_native: bool
    streams: Mapping[str, str]


@dataclass(frozen=True)
class _Likeness:
    """A stream of the sample, one of a preset's, and what they have in common."""

    sample: str
    stream: str
    is_namesake: bool
    telling: int
    share: float

    @property
    def is_close(self) -> bool:
        is_told = self.is_namesake or self.telling >= _FEWEST
        return self.share >= (_LEAST if is_told else _LEAST_OF_COMMON)


def resembling(samples: Sequence[Sample]) -> Resemblance | None:
    """Return the preset that finds the most columns that only sources of its kind have."""
    columns = {sample.stream: _columns(sample) for sample in samples if sample.records}
    alike = {name: found for name in library.packaged() if (found := _alike(name, columns))}
    telling = Counter({name: found[-1].telling for name, found in alike.items()})
    (best, most), (_, next_most) = [*telling.most_common(2), ("", 0), ("", 0)][:2]
    if most < _FEWEST or most == next_most:
        return None
    nearest = {one.sample: one.stream for one in alike[best]}
    streams = {sample: nearest[sample] for sample in columns if sample in nearest}
    return Resemblance(best, bool(library.content(best).get("native")), streams)


def _alike(preset: str, columns: Mapping[str, Names]) -> list[_Likeness]:
    """Return the streams that go by one noun and have much in common, the nearest last."""
    found = [
        _Likeness(sample, stream, folded(sample) in called, *_shared(names, there))
        for sample, there in columns.items()
        for stream, (called, names) in _read(preset).items()
        if names and (folded(sample) in called or _noun(sample) == _noun(stream))
    ]
    return sorted((one for one in found if one.is_close), key=lambda one: one.telling)


def _shared(names: Names, there: Names) -> tuple[int, float]:
    """Return how many of a preset's names tell of its source, and the share that is there."""
    shared = names & there
    return sum(len(_readers()[name]) == 1 for name in shared), len(shared) / len(names)


def _noun(stream: str) -> tuple[str, ...]:
    return meanings(stream)[-1:]


def _columns(sample: Sample) -> Names:
    return frozenset(letters(name) for record in sample.records[:100] for name in record)


@cache
def _readers() -> Mapping[str, set[str]]:
    """Return which sources have a name, by their presets: those of one source begin alike."""
    found: dict[str, set[str]] = defaultdict(set)
    for preset in library.packaged():
        for _, names in _read(preset).values():
            for name in names:
                found[name].add(preset.split("_")[0])
    return found


@cache
def _read(preset: str) -> Mapping[str, tuple[Names, Names]]:
    """Return what a preset's streams are called, and the columns that they read."""
    return {
        stream: (
            frozenset(folded(one) for one in (stream, *_given(entry, "also"))),
            frozenset(letters(one) for way in _given(entry, "routes") for one in _of_route(way)),
        )
        for stream, entry in library.content(preset)["streams"].items()
    }


def _given(entry: Any, key: str) -> list[Any]:
    found: list[Any] = entry.get(key, []) if isinstance(entry, dict) else []
    return found


def _of_route(route: Mapping[str, Any]) -> Iterator[str]:
    """Yield the columns of fields that are expressions; those of options may not be such yet."""
    grouped = route.get("group_rows")
    into = grouped.get("into") if isinstance(grouped, dict) else None
    for text in dotted(route.get("fields") or {}).values():
        if not isinstance(text, str) or "${" in text:
            continue
        try:
            expression = Expression(text)
        except ValueError:
            continue
        yield from (expression.columns if into else expression.own_columns) - {into}
