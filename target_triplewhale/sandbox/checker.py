"""Holding a body against the contract: every violation, by field, without the values."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.sandbox.shapes import Shape

BODY = "body"
LARGEST = sys.float_info.max
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

WRONG_TYPE = {
    "string": "must be a string",
    "number": "must be a number",
    "integer": "must be an integer",
    "boolean": "must be a boolean",
    "array": "must be an array",
    "object": "must be an object",
}
EXTRA_TYPES = (str, int, float, bool)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that the contract forbids: the field's path, and what is wrong with it."""

    field: str
    problem: str

    def __str__(self) -> str:
        """Return the sentence that an answer shows."""
        return f"{self.field} {self.problem}"


def violations(shape: Shape, value: Any) -> list[Violation]:
    """Return everything in `value` that `shape` forbids."""
    return list(_check(shape, value, BODY))


def _check(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    if value is None and shape.nullable:
        return
    if not _is_of(shape.type, value):
        yield Violation(path, WRONG_TYPE[shape.type])
    elif shape.type == "object":
        yield from _check_object(shape, value, path)
    elif shape.type == "array":
        yield from _check_array(shape, value, path)
    elif problem := _problem(shape, value):
        yield Violation(path, problem)


def _is_of(type_: str, value: Any) -> bool:
    match type_:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
    return _is_number(value) and (type_ == "number" or value == int(value))


def _is_number(value: Any) -> bool:
    # JSON has one kind of number: an integer is whatever has no fraction, 2.0 as well.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and -LARGEST <= value <= LARGEST


def _check_object(shape: Shape, value: dict[str, Any], path: str) -> Iterator[Violation]:
    custom = value.get("type") == "custom"
    required = shape.required.union(shape.when_custom if custom else ())
    for name in sorted(required):
        if name not in value or value[name] == "":
            yield Violation(_join(path, name), "is required")
    if shape.any_of and not any(value.get(name) for name in shape.any_of):
        yield Violation(path, "needs at least one of " + ", ".join(shape.any_of))
    for name, item in value.items():
        if name in shape.fields:
            yield from _check(shape.fields[name], item, _join(path, name))
        elif not (shape.extras_when_custom and custom):
            yield Violation(_join(path, name), "is not a field of the contract")
        elif not isinstance(item, EXTRA_TYPES):
            yield Violation(_join(path, name), "must be a number, a string or a boolean")
    yield from _check_order(shape, value, path)


def _check_order(shape: Shape, value: dict[str, Any], path: str) -> Iterator[Violation]:
    for upper, lower in shape.not_below:
        more: Any = value.get(upper)
        less: Any = value.get(lower)
        if _is_number(more) and _is_number(less) and more < less:
            yield Violation(_join(path, upper), f"must be at least {lower}")


def _check_array(shape: Shape, value: list[Any], path: str) -> Iterator[Violation]:
    if len(value) < shape.min_items:
        yield Violation(path, f"must hold at least {shape.min_items}")
    if shape.max_items is not None and len(value) > shape.max_items:
        yield Violation(path, f"must hold at most {shape.max_items}")
    if shape.items is not None:
        for position, item in enumerate(value):
            yield from _check(shape.items, item, f"{path}[{position}]")


def _problem(shape: Shape, value: Any) -> str | None:
    if shape.enum and value not in shape.enum:
        return "must be one of " + ", ".join(str(allowed) for allowed in shape.enum)
    if shape.minimum is not None and value < shape.minimum:
        return "must be non-negative" if shape.minimum == 0 else f"is below {shape.minimum}"
    if shape.maximum is not None and value > shape.maximum:
        return f"must be at most {shape.maximum}"
    if shape.format is not None:
        return _format_problem(shape.format, value)
    return None


def _format_problem(format_: str, value: Any) -> str | None:
    match format_:
        case "date-time" if not _is_time(value):
            return "must be an ISO 8601 time with a zone"
        case "date" if not _is_date(value):
            return "must be a date (YYYY-MM-DD)"
        case "email" if EMAIL.fullmatch(value) is None:
            return "must be an e-mail address"
        case "int64" if value != int(value):
            return "must be in whole seconds"
    return None


def _is_time(value: str) -> bool:
    return TIME.fullmatch(value) is not None and _reads(datetime, value)


def _is_date(value: str) -> bool:
    return DATE.fullmatch(value) is not None and _reads(date, value)


def _reads(kind: type[date], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True


def _join(path: str, name: str) -> str:
    return name if path == BODY else f"{path}.{name}"
