"""What all payload models share: nothing undocumented gets in, and no input gets out in errors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo

from target_triplewhale.payloads.problems import RULE, problem

UNREAD = object()
PLAIN = "without_model"
"""Marks the configuration of a schema that reads a model's fields without the model."""


class Strict(BaseModel):
    """A payload or a part of one."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def checked_even_if_absent() -> Any:
    """Return the default of a field that carries a rule over fields declared before it.

    A field's own validator runs although other fields are wrong, so that everything that is wrong
    with a record is said at once.
    """
    return Field(default=None, validate_default=True)


def require_one(value: Any, info: ValidationInfo, others: tuple[str, ...], text: str) -> None:
    """Refuse a record in which neither this field nor any of the others is given.

    A field that was given and could not be read has been reported for that already. Without the
    model, no field is there that was not given, and nothing is reported.
    """
    if value is not None:
        return
    unread = None if info.config and PLAIN in info.config else UNREAD
    if all(info.data.get(name, unread) is None for name in others):
        raise problem(RULE, text)
