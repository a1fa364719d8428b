"""The models against the published file: every field, type, enum and required mark, both ways."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from target_triplewhale.payloads.coercion import CoercionContext
from tests.payloads.published import MODELS, data_in_paths, example, schema

Described = dict[str, tuple[str, str | None, tuple[str, ...], bool]]
FORMATS = {"date-time", "date", "email"}
UNPUBLISHED = {"orders": {"is_new_customer": ("boolean", None, (), False)}}


def described(part: dict[str, Any], definitions: dict[str, Any], path: str = "") -> Described:
    """Return type, format, enum and required mark of every field, by its path."""
    found: Described = {}
    for name, inner in part.get("properties", {}).items():
        field = resolved(inner, definitions)
        place = f"{path}{name}"
        form = field.get("format") if field.get("format") in FORMATS else None
        choices = tuple(sorted(field.get("enum", ())))
        found[place] = (field["type"], form, choices, name in part.get("required", ()))
        found |= described(field, definitions, f"{place}.")
        if "items" in field:
            items = resolved(field["items"], definitions)
            found[f"{place}[]"] = (items["type"], None, (), False)
            found |= described(items, definitions, f"{place}[].")
    return found


def resolved(part: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and see through the null that every optional field may be."""
    if "anyOf" in part:
        part = next(one for one in part["anyOf"] if one.get("type") != "null")
    if "$ref" in part:
        part = definitions[part["$ref"].rpartition("/")[2]]
    return part


@pytest.mark.parametrize("path", MODELS)
def test_a_model_has_the_fields_that_are_published_and_no_other(path: str) -> None:
    """A field that is missing here is lost, and one that is not there is refused by the API."""
    ours = MODELS[path].model_json_schema()
    assert described(ours, ours.get("$defs", {})) == described(schema(path), {}) | UNPUBLISHED.get(
        path, {}
    )


def test_each_published_path_has_a_model() -> None:
    """A path that is added to the file must not be overlooked."""
    assert set(MODELS) == data_in_paths() - {"bulk-orders"}


def test_an_order_is_the_same_alone_and_in_bulk() -> None:
    """One model serves both paths; in bulk the body's shop counts, so an order's may be absent."""
    items = schema("bulk-orders")["properties"]["orders"]["items"]
    alone = described(schema("orders"), {})
    in_bulk = described(items, {})
    assert (alone.pop("shop"), in_bulk.pop("shop")) == (
        ("string", None, (), True),
        ("string", None, (), False),
    )
    assert alone == in_bulk


@pytest.mark.parametrize("path", MODELS)
def test_the_example_record_arrives_with_every_field(path: str) -> None:
    """The customer's example has two times without a zone, so one is set."""
    record = example(schema(path))
    context = CoercionContext(timezone=ZoneInfo("UTC"))
    body = MODELS[path].model_validate(record, context=context).model_dump(exclude_none=True)
    assert names(body) == names(record)


def names(value: Any, path: str = "") -> set[str]:
    """Return the paths of all fields that a record holds."""
    if isinstance(value, list):
        return set().union(*(names(one, f"{path}[]") for one in value))
    if not isinstance(value, dict):
        return {path}
    return set().union(*(names(one, f"{path}.{name}") for name, one in value.items()))
