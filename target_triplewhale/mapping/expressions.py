"""JMESPath, the only expression language: compiled once, its errors told without values."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.functions import Functions, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ON_THE_FIRST = {
    "subexpression",
    "index_expression",
    "projection",
    "filter_projection",
    "value_projection",
    "flatten",
    "pipe",
    "slice",
}
"""Nodes of which only the first child looks at the record itself, the others at what it found."""
_ONE_OF_ITS_PARTS = {"or_expression", "and_expression", "multi_select_list"}
"""Nodes that give what their parts find, which is looked into where they are."""
_OF_TEXT = {"to_string", "to_number", "starts_with", "ends_with"}
"""Functions that want text as it is; the others open lists and objects."""


class _Exact(Functions):
    """JMESPath's functions, but amounts add up as they are written: 0.1 and 0.2 are 0.3."""

    @signature({"types": ["array-number"]})
    def _func_sum(self, numbers: list[int | float]) -> int | float:
        total = sum(Decimal(str(one)) for one in numbers)
        return int(total) if total == int(total) else float(total)


_OPTIONS = jmespath.Options(custom_functions=_Exact())


class ExpressionFailed(Exception):
    """An expression cannot be evaluated on a record."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression; a plain or dotted name is compiled to look-ups."""

    text: str
    is_look_up: bool = field(init=False, compare=False)
    """Whether it is a plain or dotted name, which cannot fail."""
    find: Callable[[dict[str, Any]], Any] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Raise ValueError where the text is no JMESPath."""
        try:
            compiled = jmespath.compile(self.text)
        except (ValueError, RecursionError):
            raise ValueError(
                "is no JMESPath expression (a name of more than a-z, digits and _ takes quotes: "
                "'\"First Name\"')"
            ) from None
        parsed: Any = compiled.parsed
        object.__setattr__(self, "_parsed", parsed)
        look_up = _look_up(parsed)
        object.__setattr__(self, "is_look_up", look_up is not None)
        object.__setattr__(self, "find", look_up or partial(compiled.search, options=_OPTIONS))

    @property
    def names(self) -> list[str] | None:
        """The steps of a plain or dotted name; None for any other expression."""
        return _names(self._parsed)  # type: ignore[attr-defined]

    @property
    def reads_all(self) -> bool:
        """Whether it looks at the record as a whole: `@`, `keys(@)`, `*`."""
        return _reads_all(self._parsed)  # type: ignore[attr-defined]

    @property
    def columns(self) -> frozenset[str]:
        """Names that the expression reads, at whatever depth."""
        return frozenset(_fields(self._parsed))  # type: ignore[attr-defined]

    @property
    def own_columns(self) -> frozenset[str]:
        """Names that it reads of the record itself."""
        return frozenset(_roots(self._parsed))  # type: ignore[attr-defined]

    @property
    def opened_columns(self) -> frozenset[str]:
        """Names of the record's own that it looks into: they hold objects or lists."""
        return frozenset(_opened(self._parsed))  # type: ignore[attr-defined]

    def search(self, record: dict[str, Any]) -> Any:
        """Return what the expression finds; raise ExpressionFailed where it meets other types."""
        try:
            return self.find(record)
        except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
            raise ExpressionFailed from None


def _look_up(node: dict[str, Any]) -> Callable[[dict[str, Any]], Any] | None:
    """Return what finds a plain or a dotted name; None for any other expression."""
    names = _names(node)
    if names is None:
        return None
    first, *rest = names
    if not rest:
        return lambda record: record.get(first)

    def find(record: dict[str, Any]) -> Any:
        found = record.get(first)
        for name in rest:
            if not isinstance(found, dict):
                return None
            found = found.get(name)
        return found

    return find


def _names(node: dict[str, Any]) -> list[str] | None:
    if node["type"] == "field":
        return [str(node["value"])]
    if node["type"] != "subexpression":
        return None
    parts = [_names(child) for child in node["children"]]
    return None if None in parts else [name for part in parts for name in part or ()]


def _fields(node: dict[str, Any]) -> Iterator[str]:
    if node.get("type") == "field":
        yield str(node["value"])
    for child in _children(node):
        yield from _fields(child)


def _roots(node: dict[str, Any]) -> Iterator[str]:
    if node.get("type") == "field":
        yield str(node["value"])
    children = _children(node)
    for child in children[:1] if node.get("type") in _ON_THE_FIRST else children:
        yield from _roots(child)


def _reads_all(node: dict[str, Any]) -> bool:
    if node.get("type") in ("current", "identity"):
        return True
    if node.get("type") == "expref":
        return False
    children = _children(node)
    looking = children[:1] if node.get("type") in _ON_THE_FIRST else children
    return any(_reads_all(child) for child in looking)


def _opened(node: dict[str, Any], *, is_inside: bool = False) -> Iterator[str]:
    kind, children = node.get("type"), _children(node)
    if kind == "field" and is_inside:
        yield str(node["value"])
    elif kind in _ON_THE_FIRST:
        for child in children[:1]:
            yield from _opened(child, is_inside=True)
    elif kind != "expref":
        is_opened = kind == "function_expression" and node["value"] not in _OF_TEXT
        is_passed_on = is_inside and kind in _ONE_OF_ITS_PARTS
        for child in children:
            yield from _opened(child, is_inside=is_opened or is_passed_on)


def _children(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the nodes below a node; a slice holds plain numbers."""
    return [child for child in node.get("children", ()) if isinstance(child, dict)]
