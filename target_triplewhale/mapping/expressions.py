"""JMESPath, the only expression language: compiled once, its errors told without values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.exceptions import JMESPathError

if TYPE_CHECKING:
    from collections.abc import Iterator


class ExpressionFailed(Exception):
    """An expression cannot be evaluated on a record."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression and the names of the columns that it mentions."""

    text: str

    def __post_init__(self) -> None:
        """Raise ValueError where the text is no JMESPath."""
        try:
            compiled = jmespath.compile(self.text)
        except JMESPathError:
            raise ValueError(
                "is no JMESPath expression (names with blanks take quotes: '\"First Name\"')"
            ) from None
        object.__setattr__(self, "_compiled", compiled)

    @property
    def columns(self) -> frozenset[str]:
        """Names that the expression reads, at whatever depth."""
        return frozenset(_fields(self._compiled.parsed))  # type: ignore[attr-defined]

    def search(self, record: dict[str, Any]) -> Any:
        """Return what the expression finds; raise ExpressionFailed where it meets other types."""
        try:
            return self._compiled.search(record)  # type: ignore[attr-defined]
        except (JMESPathError, TypeError, ValueError, AttributeError, RecursionError):
            raise ExpressionFailed from None


def _fields(node: dict[str, Any]) -> Iterator[str]:
    if node.get("type") == "field":
        yield str(node["value"])
    for child in node.get("children", []):
        yield from _fields(child)
