"""Writes suggestions as YAML to paste, each line with its comment."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale.suggestions.draft import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from target_triplewhale.suggestions.draft import Draft

WIDTH = 100
_COMMENTS_FROM = 52
"""The column at which comments begin at the latest; longer lines get theirs above."""


@dataclass(frozen=True)
class Row:
    """A line of YAML and what is said beside it."""

    indent: int
    text: str
    comment: str = ""


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """Yield lines with their comments in one column, or above where a line is long."""
    widths = [row.indent + len(row.text) for row in rows if row.comment]
    column = max((width for width in widths if width < _COMMENTS_FROM), default=0) + 2
    for row in rows:
        yield from _written(row, column)


def commented(text: str, indent: int = 0, hanging: str = "") -> Iterator[str]:
    """Yield a comment in lines that fit."""
    start = " " * indent + "# "
    yield from textwrap.wrap(
        _plain(text),
        WIDTH,
        initial_indent=start,
        subsequent_indent=start + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _written(row: Row, column: int) -> Iterator[str]:
    line = " " * row.indent + row.text
    if not row.comment:
        yield line
    elif len(line) + 2 <= column and column + len(row.comment) + 2 <= WIDTH:
        yield f"{line:<{column}}# {_plain(row.comment)}"
    else:
        yield from commented(row.comment, row.indent, "  ")
        yield line


def _plain(text: str) -> str:
    """Return a comment in one line and without signs that YAML does not allow."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def scalar(value: Any) -> str:
    """Write one value, a list or a small object in one line."""
    if isinstance(value, list | dict):
        text = yaml.safe_dump(value, default_flow_style=True, width=10**6, sort_keys=False)
    else:
        text = yaml.safe_dump(value, width=10**6, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def pair(indent: int, key: str, line: Line) -> Iterator[Row]:
    """Yield a key with its value; a long one is folded."""
    text = f"{scalar(key)}: {scalar(line.value)}"
    if indent + len(text) <= WIDTH or not _can_be_folded(line.value):
        yield Row(indent, text, line.comment)
        return
    yield Row(indent, f"{scalar(key)}: >-", line.comment)
    width = WIDTH - indent - 2
    for part in textwrap.wrap(line.value, width, break_long_words=False, break_on_hyphens=False):
        yield Row(indent + 2, part)


def _can_be_folded(value: Any) -> bool:
    """Tell whether a value is the same text when its lines are put together again."""
    return isinstance(value, str) and value.isprintable() and value.split(" ") == value.split()


def route(draft: Draft, indent: int) -> Iterator[str]:
    """Yield the lines of one route, as an item of a list."""
    yield " " * indent + f"- endpoint: {draft.endpoint}"
    inner = indent + 2
    keys = [row for key, line in draft.keys.items() for row in pair(inner, key, line)]
    yield from aligned(keys)
    yield from _counts(draft.counts, inner)
    yield from _pairs("defaults", draft.defaults, inner)
    yield from _fields(draft, inner)
    yield from _value_maps(draft.value_maps, inner)
    for remark in draft.remarks:
        yield from commented(remark, inner, "  ")


def _fields(draft: Draft, indent: int) -> Iterator[str]:
    """Yield the fields, and as comments those that nothing fills."""
    empty = " " * indent + "fields:" + ("" if draft.fields else " {}")
    yield empty
    rows = [row for path, line in draft.fields.items() for row in pair(indent + 2, path, line)]
    yield from aligned(rows)
    for path, remark in draft.missing.items():
        told = f"  # required: nothing fills it{f' ({remark})' if remark else ''}"
        yield from commented(f"{path}:{told}", indent + 2, "  ")


def _pairs(name: str, lines: Mapping[str, Line], indent: int) -> Iterator[str]:
    if lines:
        yield " " * indent + f"{name}:"
        yield from aligned(
            [row for key, one in lines.items() for row in pair(indent + 2, key, one)]
        )


def _value_maps(maps: Mapping[str, Mapping[str, Line]], indent: int) -> Iterator[str]:
    if maps:
        yield " " * indent + "value_maps:"
    for path, lines in maps.items():
        yield from _pairs(scalar(path), lines, indent + 2)


def _counts(counts: Mapping[str, Line | dict[str, Line]], indent: int) -> Iterator[str]:
    if not counts:
        return
    yield " " * indent + "counts:"
    for key, one in counts.items():
        if isinstance(one, Line):
            yield from aligned([*pair(indent + 2, key, one)])
        else:
            yield " " * (indent + 2) + f"{key}:"
            yield from aligned(_items(one.values(), indent + 2))


def _items(lines: Iterable[Line], indent: int) -> list[Row]:
    return [Row(indent, f"- {scalar(line.value)}", line.comment) for line in lines]
