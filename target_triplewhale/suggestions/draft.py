"""A suggested route: what will be written of it, line by line, each with its comment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_triplewhale.suggestions.specimens import comment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.matching import Match
    from target_triplewhale.suggestions.rows import Rows
    from target_triplewhale.suggestions.samples import Sample


@dataclass(frozen=True)
class Line:
    """A value, and what is said beside it."""

    value: Any
    comment: str = ""


@dataclass
class Draft:
    """One route, as it will be written; `missing` are required fields that nothing fills."""

    endpoint: str
    keys: dict[str, Line] = field(default_factory=dict)
    """Keys of the route that have one value, such as `where` and `timezone`."""
    defaults: dict[str, Line] = field(default_factory=dict)
    fields: dict[str, Line] = field(default_factory=dict)
    value_maps: dict[str, dict[str, Line]] = field(default_factory=dict)
    counts: dict[str, Line | dict[str, Line]] = field(default_factory=dict)
    stream_maps: dict[str, str] = field(default_factory=dict)
    """What the SDK's stream maps have to do before, by column."""
    missing: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def config(self) -> dict[str, Any]:
        """Return the route as `streams` has it."""
        found: dict[str, Any] = {"endpoint": self.endpoint}
        found |= {key: line.value for key, line in self.keys.items()}
        for name in ("defaults", "fields"):
            lines: Mapping[str, Line] = getattr(self, name)
            if lines or name == "fields":
                found[name] = {path: line.value for path, line in lines.items()}
        if self.value_maps:
            found["value_maps"] = {
                path: {value: line.value for value, line in lines.items()}
                for path, lines in self.value_maps.items()
            }
        if self.counts:
            found["counts"] = {
                key: one.value if isinstance(one, Line) else list(one)
                for key, one in self.counts.items()
            }
        return found


@dataclass
class Work:
    """What a draft is made from, and the draft."""

    sample: Sample
    rows: Rows
    columns: Sequence[Column]
    matches: dict[str, Match]
    draft: Draft

    def source(self, path: str) -> str:
        """Return the expression of the column that a field has, or nothing."""
        match = self.matches.get(path)
        return match.column.source if match else ""

    def column(self, path: str) -> Column | None:
        """Return the column that a field has."""
        match = self.matches.get(path)
        return match.column if match else None

    def left(self) -> list[Column]:
        """Return the columns that no field has."""
        used = {match.column.path for match in self.matches.values()}
        return [column for column in self.columns if column.path not in used]

    def drop(self, path: str) -> None:
        """Take its column from a field."""
        self.matches.pop(path, None)
        self.draft.fields.pop(path, None)

    def write(self, path: str, value: str = "") -> None:
        """Fill a field with its column, or with an expression that is made of it."""
        match = self.matches[path]
        column = match.column
        is_renamed = column.source != column.told or bool(value)
        said = comment(column, match.wanted.kind, is_renamed=is_renamed, why=match.why)
        self.draft.fields[path] = Line(value or column.source, said)

    def require(self, path: str, remark: str = "") -> None:
        """Mark a field that every record must have, where nothing fills it."""
        if path not in self.draft.fields and path not in self.draft.defaults:
            self.draft.missing[path] = remark
