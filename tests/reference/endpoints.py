"""The endpoints, from their table, the models of their bodies and the names of streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.payloads.problems import problems
from target_triplewhale.rehearsal.takeback import has_account
from target_triplewhale.settings import Settings
from target_triplewhale.stream_names import STREAM_NAMES
from tests.reference.page import code, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.endpoints import Endpoint

KINDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "date-time": "time",
    "date": "day",
    "email": "e-mail address",
}


def overview() -> str:
    """Return a row an endpoint."""
    rows = [
        (f"[`{name}`](#{name})", code(one.path), code(*STREAM_NAMES[name]))
        for name, one in ENDPOINTS.items()
    ]
    return table(("endpoint", "path", "streams that find it"), rows)


def scopes() -> str:
    """Return a row a scope, with the endpoints that need it."""
    needed: dict[str, list[str]] = {}
    for name, one in ENDPOINTS.items():
        needed.setdefault(one.scope, []).append(f"[{name}](endpoints.md#{name})")
    rows = [(_spelled(scope), ", ".join(names)) for scope, names in needed.items()]
    return table(("scope", "endpoints"), rows)


def _spelled(scope: str) -> str:
    """Return a scope as the page of keys has it."""
    records, right = scope.split(":")
    return f"{'PPS' if records == 'pps' else records.capitalize()}: {right.capitalize()}"


def sections() -> str:
    """Return a section an endpoint."""
    return "\n\n".join(part for one in ENDPOINTS.values() for part in _section(one))


def _section(endpoint: Endpoint) -> Iterator[str]:
    yield f"## `{endpoint.name}`"
    yield (endpoint.model.__doc__ or "").strip()
    yield table(("", ""), list(_facts(endpoint)))
    yield table(("field", "kind", "required"), list(_fields(endpoint.model)))


def _facts(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    yield "path", code(endpoint.path)
    yield "scope of the key", f"{_spelled(endpoint.scope)} ({code(endpoint.scope)})"
    yield "streams that find it", code(*STREAM_NAMES[endpoint.name])
    yield "known by", code(*endpoint.identity)
    if endpoint.defaults:
        given = (f"{name}: {value}" for name, value in endpoint.defaults.items())
        yield "if nothing else is set", code(*given)
    yield "required", "; ".join(_required(endpoint.model))
    yield "a request holds", _size(endpoint)
    yield "limits", "; ".join(_limits(endpoint))
    yield "taken back", _taken_back(endpoint)


def _required(model: type[BaseModel]) -> list[str]:
    """Return what a body without anything in it is said to lack."""
    try:
        model.model_validate(_empty(model))
    except ValidationError as error:
        found = problems(error)
    told = {one.field.replace(".0.", "[]."): one.text.partition("; ")[2] for one in found}
    return [code(name) + (f" ({rule})" if rule else "") for name, rule in told.items()]


def _empty(model: type[BaseModel]) -> dict[str, Any]:
    """Return the required parts of a body, with nothing in them."""
    empty: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        inner, is_list = _part(field.annotation)
        if inner and field.is_required():
            empty[name] = [_empty(inner)] if is_list else _empty(inner)
    return empty


def _size(endpoint: Endpoint) -> str:
    most = Settings.model_fields["batch_size_rows"].default
    return f"up to {most:,} records" if endpoint.is_bulk else "one record"


def _limits(endpoint: Endpoint) -> Iterator[str]:
    for name in endpoint.limits:
        most = Settings.model_fields[f"{name}_per_minute"].default
        yield f"{most:,} {name} a minute{', all endpoints together' * (name == 'requests')}"


def _taken_back(endpoint: Endpoint) -> str:
    if endpoint.counts_sales:
        return "yes, one by one: [`void`](undo.md)"
    if has_account(endpoint):
        return "only with its whole account, by hand: [what can be taken back](undo.md)"
    return "never: [what can be taken back](undo.md)"


def _fields(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield a row a field, the fields of a part after the part."""
    described = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        inner, is_list = _part(field.annotation)
        path = f"{before}{name}{'[]' if is_list else ''}"
        needed = "yes" if field.is_required() else ""
        if inner:
            yield code(path), "list of objects" if is_list else "object", needed
            yield from _fields(inner, f"{path}.")
        else:
            yield code(path), _kind(described[name]), needed


def _part(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the model that a field holds, if it holds one, and whether it is a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    is_list = get_origin(annotation) is list
    if get_origin(annotation) is Literal:
        return None, False
    found = [_part(one) for one in get_args(annotation)]
    return next(((one, is_list or lists) for one, lists in found if one), (None, False))


def _kind(described: dict[str, Any]) -> str:
    given = [one for one in described.get("anyOf", [described]) if one.get("type") != "null"]
    one = given[0]
    if "enum" in one:
        return code(*one["enum"])
    if one["type"] == "array":
        return "list of texts"
    return KINDS[one.get("format", one["type"])]
