"""How a field reads its values: natively where they are spelled already as they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic_core import core_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


@dataclass(frozen=True, eq=False)
class Reading:
    """A field holds what `read` makes of a value; with `in_context` it is given the context too.

    In strict mode a value that `spelled` takes is not read, since `read` would change nothing in
    it. Only lax mode is fit for telling errors: in strict mode their places name the way tried.
    """

    read: Callable[..., Any]
    spelled: CoreSchema | None = None
    written: Literal["str", "any"] = "str"
    in_context: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read in one step and write natively, which pydantic's own validators do not."""
        written = core_schema.simple_ser_schema(self.written)
        make = (
            core_schema.with_info_plain_validator_function
            if self.in_context
            else core_schema.no_info_plain_validator_function
        )
        read = make(self.read, serialization=written, json_schema_input_schema=handler(source))
        if self.spelled is None:
            return read
        return core_schema.lax_or_strict_schema(
            lax_schema=read,
            strict_schema=core_schema.union_schema([self.spelled, read], mode="left_to_right"),
            serialization=written,
        )


@dataclass(frozen=True, eq=False)
class OpenedFirst:
    """A part may also come as text, which is opened; in strict mode it may not."""

    open: Callable[[Any], Any]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Leave out the step through Python where there is nothing to open."""
        part = handler(source)
        return core_schema.lax_or_strict_schema(
            lax_schema=core_schema.no_info_before_validator_function(self.open, part),
            strict_schema=part,
        )
