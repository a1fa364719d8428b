"""What a stream's SCHEMA declares of a value, as far as its place in a payload depends on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORMS = ("anyOf", "oneOf", "allOf")
_NESTED = {"object", "array"}


@dataclass(frozen=True)
class Declared:
    """What one value may be."""

    is_open: bool = False
    """Whether it may be an object with whatever names, or JSON text of one."""
    is_nested: bool = False
    """Whether it is an object or a list in any case."""
    properties: Mapping[str, Declared] = field(default_factory=dict)
    """What is in it, where it is an object whose names are declared."""

    def at(self, names: Sequence[str]) -> Declared | None:
        """Return what is declared of the value that names lead to, None where there can be none."""
        if not names:
            return self
        if self.is_open:
            return ANYTHING
        inner = self.properties.get(names[0])
        return inner and inner.at(names[1:])


ANYTHING = Declared(is_open=True)
LIST = Declared(is_nested=True)


def declared(schema: Any) -> Declared:
    """Read the JSON Schema of one value; what it does not tell may be anything."""
    return _either([_read(form) for form in _forms(schema)]) or ANYTHING


def declared_columns(properties: Mapping[str, Any]) -> Declared:
    """Read the `properties` of a stream."""
    inner = {name: declared(schema) for name, schema in properties.items()}
    return Declared(is_nested=True, properties=inner)


def _forms(schema: Any) -> list[Mapping[str, Any]]:
    """Return the forms that a value may have, without null."""
    if not isinstance(schema, dict):
        return [{}]
    inner = [one for key in _FORMS for one in schema.get(key, ())]
    if inner:
        own = [schema] if schema.keys() & {"type", "properties"} else []
        return own + [form for one in inner for form in _forms(one)]
    return [] if schema.get("type") in ("null", ["null"]) else [schema]


def _read(form: Mapping[str, Any]) -> Declared:
    types = form.get("type", "object" if "properties" in form else ())
    kinds = {types} if isinstance(types, str) else {*types}
    kinds -= {"null"}
    properties = form.get("properties") or {}
    may_hold_more = form.get("additionalProperties") or form.get("patternProperties")
    is_undeclared = "object" in kinds and (not properties or may_hold_more)
    if not kinds or "string" in kinds or is_undeclared:
        return Declared(is_open=True, is_nested=bool(kinds) and kinds <= _NESTED)
    return Declared(is_nested=kinds <= _NESTED, properties=declared_columns(properties).properties)


def _either(forms: Sequence[Declared]) -> Declared | None:
    """Return what a value may be that has one of some forms."""
    if len(forms) < 2:  # noqa: PLR2004
        return forms[0] if forms else None
    inner: dict[str, list[Declared]] = {}
    for one in forms:
        for name, value in one.properties.items():
            inner.setdefault(name, []).append(value)
    return Declared(
        is_open=any(one.is_open for one in forms),
        is_nested=all(one.is_nested for one in forms),
        properties={name: found for name, values in inner.items() if (found := _either(values))},
    )
