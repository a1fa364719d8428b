"""What is wrong with a payload: the kinds of problems, and sentences that never quote a value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

MISSING = "missing"
UNREADABLE = "unreadable"
AMBIGUOUS = "ambiguous"
NO_ZONE = "no_zone"
NEGATIVE = "negative"
UNKNOWN_VALUE = "unknown_value"
UNKNOWN_FIELD = "unknown_field"
RULE = "rule"

_OWN_KINDS = frozenset(
    {MISSING, UNREADABLE, AMBIGUOUS, NO_ZONE, NEGATIVE, UNKNOWN_VALUE, UNKNOWN_FIELD, RULE}
)
_FOUND = (
    (bool, "true or false"),
    (str, "text"),
    ((int, float, Decimal), "a number"),
    (list, "a list"),
    (dict, "an object"),
    (date, "a time"),
)
_EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_SENTENCES = {
    "missing": (MISSING, "is missing"),
    "too_short": (MISSING, "is an empty list; expected at least one item"),
    "extra_forbidden": (UNKNOWN_FIELD, "is no field that the endpoint documents"),
    "invalid_key": (UNKNOWN_FIELD, "is no field name, which would be text"),
    "string_unicode": (UNREADABLE, "is text with broken characters"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `field` is dotted (`line_items.0.price`), `text` a predicate."""

    field: str
    kind: str
    text: str


def problems(error: ValidationError) -> list[Problem]:
    """Return everything that is wrong; pydantic's own words stay behind, for they may quote."""
    return [
        Problem(".".join(map(str, one["loc"])), *_kind_and_text(one))
        for one in error.errors(include_url=False)
    ]


def _kind_and_text(one: ErrorDetails) -> tuple[str, str]:
    known = _SENTENCES.get(one["type"])
    if known:
        return known
    if one["type"] in _OWN_KINDS:
        return one["type"], one["msg"]
    if one["input"] is None:
        return MISSING, "is missing"
    expected = _EXPECTED.get(one["type"])
    if expected:
        return UNREADABLE, f"is {found(one['input'])}; expected {expected}"
    return UNREADABLE, f"is {found(one['input'])} that cannot be read"


def found(value: Any) -> str:
    """Name the kind of a value, never the value."""
    return next((name for kinds, name in _FOUND if isinstance(value, kinds)), "a value")


def missing() -> PydanticCustomError:
    """Return the problem of a value that says nothing."""
    return PydanticCustomError(MISSING, "is missing")


def unexpected(value: Any, expected: str) -> PydanticCustomError:
    """Return the problem of a value of the wrong kind; none at all is missing."""
    if value is None:
        return missing()
    return problem(UNREADABLE, f"is {found(value)}; expected {expected}")


def problem(kind: str, text: str) -> PydanticCustomError:
    """Return a problem to raise in a validator; `text` is a predicate without any value in it."""
    # The words travel as data, since pydantic's templates are literals.
    return PydanticCustomError(kind, "{text}", {"text": text})
