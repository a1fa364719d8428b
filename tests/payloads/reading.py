"""Reading one value by one of the types that payload fields are made of."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from target_triplewhale.payloads.coercion import CoercionContext, problems


def read(kind: Any, value: Any, context: CoercionContext | None = None) -> Any:
    """Return what a value becomes."""
    return TypeAdapter(kind).validate_python(value, context=context)


def refusal(kind: Any, value: Any, context: CoercionContext | None = None) -> str:
    """Return the kind of the problem that a value makes, or `none`."""
    try:
        read(kind, value, context)
    except ValidationError as error:
        return problems(error)[0].kind
    return "none"
