"""A model's rules without the model: strict reading into plain objects, which is quicker."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic_core import SchemaValidator

from target_triplewhale.payloads.strict import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

Schema = dict[str, Any]

_DESCRIBING = {"type", "metadata", "serialization", "json_schema_input_schema"}
_UNDERSTOOD: Mapping[str, set[str]] = {
    "definitions": {"definitions", "schema"},
    "definition-ref": {"schema_ref"},
    "model": {"cls", "ref", "config", "schema", "custom_init", "root_model"},
    "model-fields": {"fields", "model_name", "computed_fields"},
    "model-field": {"schema"},
    "default": {"schema", "default", "validate_default"},
    "lax-or-strict": {"lax_schema", "strict_schema"},
    "nullable": {"schema"},
    "function-after": {"schema", "function"},
    "function-plain": {"function"},
    "list": {"items_schema"},
    "union": {"choices", "mode"},
    "str": {"strict", "pattern"},
    "int": {"strict", "ge", "le"},
    "bool": {"strict"},
    "literal": {"expected"},
}
"""What a schema may hold, by its type; anything else could need the model.

A rule over a whole model, which would be given a dict in its place, has a `ref` and so is refused.
"""
_CONFIG = {"extra_fields_behavior": "forbid", "hide_input_in_errors": True}
_encode = msgspec.json.Encoder().encode


class NotPlain(Exception):
    """A model has what could mean another thing without it."""


class Plain:
    """Reads payloads as a model does in strict mode, and writes them as it does, without it.

    A field that is not given is not there; where a rule looks at its absence it is None. The caller
    sees to it that there are no other names at the top: to look for them takes long.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        schema: Any = _Conversion().plain(model.__pydantic_core_schema__)
        schema["config"]["extra_fields_behavior"] = "ignore"
        self.read = SchemaValidator(schema).validate_python

    @staticmethod
    def write(fields: dict[str, Any], left_out: Iterable[str] | None = None) -> bytes:
        """Write as JSON what is not null."""
        if left_out:
            fields = fields.copy()
            for name in left_out:
                del fields[name]
        body = _encode(fields)
        # Text may hold it too, and is written twice then.
        return _encode(_without_nulls(fields)) if b'":null' in body else body


@cache
def plain(model: type[BaseModel]) -> Plain | None:
    """Return a model's plain reading, or None where it needs the model."""
    try:
        return Plain(model)
    except (NotPlain, RecursionError):
        return None


class _Conversion:
    """Makes of a model's schema one of dicts that have its fields and its rules."""

    def __init__(self) -> None:
        self._definitions: dict[str, Schema] = {}
        self._of = {
            "definitions": self._defined,
            "definition-ref": self._referred,
            "model": self._model,
            "lax-or-strict": lambda schema: self.plain(schema["strict_schema"]),
            "union": self._union,
        }

    def plain(self, schema: Any) -> Schema:
        """Return what reads the same in strict mode; raise NotPlain for what is not understood."""
        _check(schema)
        if special := self._of.get(schema["type"]):
            return special(schema)
        inner = {
            key: self.plain(schema[key]) for key in ("schema", "items_schema") if key in schema
        }
        return {**schema, **inner}

    def _defined(self, schema: Schema) -> Schema:
        self._definitions = {one["ref"]: one for one in schema["definitions"]}
        return self.plain(schema["schema"])

    def _referred(self, schema: Schema) -> Schema:
        return self.plain(self._definitions[schema["schema_ref"]])

    def _union(self, schema: Schema) -> Schema:
        return {**schema, "choices": [self.plain(one) for one in schema["choices"]]}

    def _model(self, schema: Schema) -> Schema:
        config = {name: one for name, one in schema["config"].items() if name != "title"}
        if config != _CONFIG or schema["custom_init"] or schema["root_model"]:
            raise NotPlain("model of another kind")
        _check(schema["schema"], "model-fields")
        if schema["schema"]["computed_fields"]:
            raise NotPlain("computed fields")
        fields = {name: self._field(one) for name, one in schema["schema"]["fields"].items()}
        config[PLAIN] = True
        return {"type": "typed-dict", "fields": fields, "config": config, "strict": True}

    def _field(self, field: Schema) -> Schema:
        _check(field, "model-field")
        schema = field["schema"]
        _check(schema)
        has_default = schema["type"] == "default"
        if has_default and schema["default"] is None and not schema.get("validate_default"):
            schema = schema["schema"]
        return {
            "type": "typed-dict-field",
            "schema": self.plain(schema),
            "required": not has_default,
        }


def _check(schema: Schema, kind: str = "") -> None:
    """Refuse a schema of another type, or with settings, that are not understood."""
    known = _UNDERSTOOD.get(schema["type"])
    if (
        known is None
        or kind not in ("", schema["type"])
        or not schema.keys() <= known | _DESCRIBING
    ):
        raise NotPlain(schema["type"])


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    return value
