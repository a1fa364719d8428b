"""From text and loose JSON to what the models want: the types that their fields are made of."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import ValidationInfo, WithJsonSchema
from pydantic_core.core_schema import (
    bool_schema,
    int_schema,
    list_schema,
    literal_schema,
    str_schema,
)

from target_triplewhale.payloads.marks import unmarked
from target_triplewhale.payloads.numerals import (
    read_amount,
    read_coordinate,
    read_count,
    read_number,
    read_whole,
    read_zero_or_one,
)
from target_triplewhale.payloads.phones import spelled_phone
from target_triplewhale.payloads.problems import (
    UNKNOWN_VALUE,
    UNREADABLE,
    Problem,
    missing,
    problem,
    problems,
    unexpected,
)
from target_triplewhale.payloads.reading import OpenedFirst, Reading
from target_triplewhale.payloads.times import read_day, read_seconds, read_time

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pydantic_core.core_schema import StringSchema

__all__ = ["CoercionContext", "Problem", "problems"]

_FLAG = "true or false"
_MOST_DIGITS = 400
_FLAGS = dict.fromkeys(("true", "yes", "y", "t", "on", "1", "1.0"), True) | dict.fromkeys(
    ("false", "no", "n", "f", "off", "0", "0.0"), False
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MARKS = "'g"
"""What texts begin with that may have marks before them."""


@dataclass(frozen=True, slots=True)
class CoercionContext:
    """What the settings say about values that do not say it themselves."""

    timezone: ZoneInfo | None = None
    phone_region: str | None = None
    day_first: bool | None = None
    """Whether in dates such as 03/04/2026 the day comes first; None: they are refused."""


_NO_CONTEXT = CoercionContext()


def _context(info: ValidationInfo) -> CoercionContext:
    return info.context or _NO_CONTEXT


def read_text(value: Any) -> str:
    """Return text without outer blanks, marks and NUL bytes; whole numbers without `.0`."""
    if value.__class__ is str:
        text: str = value.strip()
        if "\0" in text:
            text = text.replace("\0", "").strip()
        if not text:
            raise missing()
        if text[0] in _MARKS:
            text = unmarked(text)
        return text if text.isascii() else mended(text)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float | Decimal):
        return _number_as_text(value)
    raise unexpected(value, "text")


def mended(text: str) -> str:
    """Return text that can be sent: a lone surrogate, which cannot be encoded, becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number_as_text(value: float | Decimal) -> str:
    finite = value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)
    if not finite:
        raise problem(UNREADABLE, "is a number that is not finite; expected text")
    if isinstance(value, Decimal) and value.adjusted() > _MOST_DIGITS:
        raise problem(UNREADABLE, "is a number too long to be text")
    return str(int(value)) if value == int(value) else str(value)


def read_flag(value: Any) -> bool:
    """Return true or false from the words and digits that exports use for them."""
    if value.__class__ is bool:
        return bool(value)
    if value.__class__ is str:
        word = value.replace("\0", "").strip().lower()
        if not word:
            raise missing()
        flag = _FLAGS.get(word)
        if flag is not None:
            return flag
        raise problem(UNREADABLE, "is text that is neither true nor false; expected true or false")
    if isinstance(value, Decimal) and value.is_finite():
        value = float(value)
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    raise unexpected(value, _FLAG)


def _read_currency(value: Any) -> str:
    code = read_text(value).upper()
    if not _CURRENCY.fullmatch(code):
        raise problem(UNREADABLE, "is text that is no currency; expected a code such as USD")
    return code


def _read_email(value: Any) -> str:
    return read_text(value).lower()


def _read_email_address(value: Any) -> str:
    email = _read_email(value)
    if not _EMAIL.fullmatch(email):
        raise problem(
            UNREADABLE, "is text that is no e-mail address; expected a name, one @ and a domain"
        )
    return email


def _read_phone(value: Any, info: ValidationInfo) -> str:
    return spelled_phone(read_text(value), _context(info).phone_region)


def _zone_and_order(info: ValidationInfo) -> tuple[ZoneInfo | None, bool | None]:
    context = _context(info)
    return context.timezone, context.day_first


def _read_time(value: Any, info: ValidationInfo) -> str:
    return read_time(value, *_zone_and_order(info))


def _read_day(value: Any, info: ValidationInfo) -> str:
    return read_day(value, *_zone_and_order(info))


def _read_seconds(value: Any, info: ValidationInfo) -> int:
    return read_seconds(value, *_zone_and_order(info))


def read_text_list(value: Any) -> list[str]:
    """Return a list of texts from one, from its JSON, or from text with commas."""
    if isinstance(value, list):
        return [read_text(one) for one in value if not _is_blank(one)]
    text = read_text(value)
    if text.startswith("["):
        try:
            return read_text_list(json.loads(text))
        except (json.JSONDecodeError, RecursionError):
            return _split(text)
    if text.startswith("{"):
        raise problem(UNREADABLE, "is text that is an object; expected a list, or commas between")
    return _split(text)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.replace("\0", "").strip())


def _read_json(value: Any) -> Any:
    """Read the JSON text of a part; what is no text is a matter for the model."""
    if not isinstance(value, str):
        return value
    if _is_blank(value):
        raise missing()
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        expected = "expected an object or a list, or its JSON as text"
        raise problem(UNREADABLE, f"is text that is no JSON; {expected}") from None


def one_of(literal: Any) -> Reading:
    """Read one of the values of a `Literal`, whatever its case."""
    choices = {str(choice).lower(): choice for choice in get_args(literal)}
    expected = f"one of {', '.join(choices.values())}"

    def read(value: Any) -> Any:
        if value.__class__ is not str:
            raise unexpected(value, expected)
        word = value.replace("\0", "").strip().lower()
        if not word:
            raise missing()
        if word not in choices:
            raise problem(UNKNOWN_VALUE, f"is text of another value; expected {expected}")
        return choices[word]

    return Reading(read, spelled=literal_schema(list(choices.values())))


def _spelled(pattern: str) -> StringSchema:
    return str_schema(strict=True, pattern=f"^{pattern}$")


_TEXT = _spelled("[!-&(-fh-~][!-~]*(?: +[!-~]+)*")
"""Printable ASCII without marks before it; other text is read."""
_DAY = "(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
"""Days that every month has; the others are read."""
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DOMAIN = r"[!-?\[-~]+"
"""ASCII without capitals, blanks and `@`."""
_LOCAL = rf"[!-&(-?\[-~](?:{_DOMAIN})?"
"""The same, with no apostrophe before it."""
_WHOLE = int_schema(strict=True, ge=-(2**53), le=2**53)
_NUMBER_SCHEMA = WithJsonSchema({"type": "number"})

Text = Annotated[str, Reading(read_text, _TEXT)]
Number = Annotated[int | float, Reading(read_number, written="any"), _NUMBER_SCHEMA]
Amount = Annotated[int | float, Reading(read_amount, written="any"), _NUMBER_SCHEMA]
ZeroOrOne = Annotated[int | float, Reading(read_zero_or_one, written="any"), _NUMBER_SCHEMA]
Count = Annotated[int | float, Reading(read_count, written="any"), _NUMBER_SCHEMA]
Coordinate = Annotated[int | float, Reading(read_coordinate, written="any"), _NUMBER_SCHEMA]
Whole = Annotated[int, Reading(read_whole, _WHOLE, written="any")]
Flag = Annotated[bool, Reading(read_flag, bool_schema(strict=True), written="any")]
Currency = Annotated[str, Reading(_read_currency, _spelled("[A-Z]{3}"))]
Email = Annotated[str, Reading(_read_email, _spelled(f"{_LOCAL}(?:@{_DOMAIN})?"))]
EmailAddress = Annotated[
    str,
    Reading(_read_email_address, _spelled(f"{_LOCAL}@{_DOMAIN}")),
    WithJsonSchema({"type": "string", "format": "email"}),
]
Phone = Annotated[str, Reading(_read_phone, in_context=True)]
Time = Annotated[
    str,
    Reading(_read_time, _spelled(rf"{_DAY}T{_CLOCK}\.[0-9]{{3}}Z"), in_context=True),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[
    str,
    Reading(_read_day, _spelled(_DAY), in_context=True),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Seconds = Annotated[int, Reading(_read_seconds, written="any", in_context=True), _NUMBER_SCHEMA]
TextList = Annotated[list[str], Reading(read_text_list, list_schema(_TEXT), written="any")]

Part = TypeVar("Part")
PartOf = Annotated[Part, OpenedFirst(_read_json)]
ListOf = Annotated[list[Part], OpenedFirst(_read_json)]
