"""The body of POST /data-in/event."""

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from target_triplewhale.payloads.coercion import (
    EmailAddress,
    PartOf,
    Phone,
    Seconds,
    Text,
    mended,
    one_of,
)
from target_triplewhale.payloads.numerals import within_double
from target_triplewhale.payloads.problems import (
    RULE,
    UNKNOWN_FIELD,
    UNREADABLE,
    problem,
    unexpected,
)
from target_triplewhale.payloads.strict import Strict, checked_even_if_absent, require_one

CUSTOM = "custom"
_EventTypes = Literal["lead", "mql", "sql", "opportunity", "book_demo", "custom"]
EVENT_TYPES: tuple[str, ...] = get_args(_EventTypes)
EventType = Annotated[_EventTypes, one_of(_EventTypes)]


def _read_extra(value: Any, info: ValidationInfo) -> Any:
    """Let a number, text, true or false pass, on custom events only."""
    # An unreadable type may have been meant as custom: it is reported, and its extras are not.
    if info.data.get("type", CUSTOM) != CUSTOM:
        raise problem(UNKNOWN_FIELD, "is a field that only custom events may carry")
    if isinstance(value, str):
        return mended(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return within_double(value)
    if not isinstance(value, float):
        raise unexpected(value, "a number, text, true or false")
    if not math.isfinite(value):
        raise problem(UNREADABLE, "is a number that is not finite")
    return value


Extra = Annotated[str | bool | int | float | None, BeforeValidator(_read_extra)]


class ProfileIdentifiers(Strict):
    """Whom the event is about."""

    phone: Phone | None = None
    externalId: Text | None = None  # noqa: N815 - the name on the wire
    email: EmailAddress | None = checked_even_if_absent()

    @field_validator("email")
    @classmethod
    def _at_least_one(cls, value: str | None, info: ValidationInfo) -> str | None:
        text = "is missing; an event needs an e-mail, a phone or an externalId"
        require_one(value, info, ("phone", "externalId"), text)
        return value


class Event(Strict):
    """A step of a lead, or a custom event, which alone may carry properties of its own."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Extra] = Field(init=False)

    shop: Text
    type: EventType
    profileIdentifiers: PartOf[ProfileIdentifiers]  # noqa: N815 - the name on the wire
    eventId: Text | None = None  # noqa: N815 - the name on the wire
    timestamp: Seconds | None = None
    event_name: Text | None = checked_even_if_absent()
    source: Text | None = None
    campaign: Text | None = None
    ad: Text | None = None
    adset: Text | None = None

    @field_validator("event_name")
    @classmethod
    def _named_if_custom(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("type") == CUSTOM:
            raise problem(RULE, "is missing; a custom event needs a name")
        return value
