"""Whatever a record holds, a model takes it or says what is wrong, and never quotes it."""

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from target_triplewhale.payloads.coercion import problems
from tests.payloads.published import MODELS

KINDS = {
    "missing",
    "unreadable",
    "ambiguous",
    "no_zone",
    "negative",
    "unknown_value",
    "unknown_field",
    "rule",
}
SECRET = "Zq7xW"
TEXTS = st.text(max_size=20).map(lambda text: SECRET + text) | st.sampled_from(
    ["", " ", "1,234", "2022-06-15", "03/04/2026", "[]", "{}", "[1]", "\ud800", "custom", "lead"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@cache
def records(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Return records with any JSON value, or a nested record of the right names, in any field."""
    fields = {
        name: VALUES if (part := part_of(info.annotation)) is None else VALUES | nested(part)
        for name, info in model.model_fields.items()
    }
    return st.fixed_dictionaries({}, optional={**fields, "another": VALUES})


@cache
def nested(part: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Return a part as an object, in a list, and as JSON text."""
    inner = records(part)
    return inner | st.lists(inner, max_size=2) | inner.map(json.dumps)


def part_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model that an annotation holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(
        (found for one in getattr(annotation, "__args__", ()) if (found := part_of(one))), None
    )


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_record_becomes_a_body_or_a_list_of_problems(
    model: type[BaseModel], data: st.DataObject
) -> None:
    """No record may end a run, and no problem may show what is in it."""
    record = data.draw(records(model))
    try:
        payload = model.model_validate(record)
    except ValidationError as error:
        found = problems(error)
        assert found
        assert {one.kind for one in found} <= KINDS
        assert not [one for one in found if SECRET in one.text]
    else:
        json.loads(payload.model_dump_json(exclude_none=True))
