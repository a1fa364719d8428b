"""The words in which the contract is stated: what a JSON value may be, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonType = Literal["string", "number", "integer", "boolean", "array", "object"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What one value may be; an attribute left at its default restricts nothing."""

    type: JsonType
    format: str | None = None
    default: Any = None
    nullable: bool = False
    enum: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    min_items: int = 0
    max_items: int | None = None
    items: Shape | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    any_of: tuple[str, ...] = ()
    """At least one of these fields is there and not empty."""
    not_below: tuple[tuple[str, str], ...] = ()
    """Pairs of fields: the first is at least the second, where both are there."""
    when_custom: tuple[str, ...] = ()
    """Required only where `type` is `custom`."""
    extras_when_custom: bool = False
    """Whether fields outside the contract are taken where `type` is `custom`."""


def text(default: str | None = None, format: str | None = None) -> Shape:  # noqa: A002 - the contract's own word
    """Return the shape of a text."""
    return Shape("string", format=format, default=default)


def texts(*names: str) -> dict[str, Shape]:
    """Return fields that are plain texts."""
    return dict.fromkeys(names, TEXT)


def number(
    default: float | None = None,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    enum: tuple[float, ...] = (),
    format: str | None = None,  # noqa: A002 - the contract's own word
) -> Shape:
    """Return the shape of a number."""
    return Shape(
        "number", format=format, default=default, enum=enum, minimum=minimum, maximum=maximum
    )


def flag(*, default: bool | None = None, nullable: bool = False) -> Shape:
    """Return the shape of a boolean."""
    return Shape("boolean", default=default, nullable=nullable)


def choice(*values: str) -> Shape:
    """Return the shape of a text out of a closed list."""
    return Shape("string", enum=values)


def many(
    items: Shape, *, least: int = 0, most: int | None = None, default: list[Any] | None = None
) -> Shape:
    """Return the shape of a list."""
    return Shape("array", items=items, min_items=least, max_items=most, default=default)


def record(required: Mapping[str, Shape], optional: Mapping[str, Shape], **rules: Any) -> Shape:
    """Return the shape of an object; `rules` are the other attributes of a shape."""
    return Shape("object", fields={**required, **optional}, required=frozenset(required), **rules)


TEXT = text()
NUMBER = number()
AMOUNT = number(minimum=0)
INTEGER = Shape("integer")
TIME = text(format="date-time")
DATE = text(format="date")
EMAIL = text(format="email")
