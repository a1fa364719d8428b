"""From text and loose JSON to what the models want: the types that their fields are made of."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args

from pydantic import BeforeValidator, PlainValidator, ValidationInfo, WithJsonSchema

from target_triplewhale.payloads.numerals import (
    read_amount,
    read_coordinate,
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
from target_triplewhale.payloads.times import read_day, read_seconds, read_time

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

__all__ = ["CoercionContext", "Problem", "problems"]

_FLAG = "true or false"
_MOST_DIGITS = 400
_FLAGS = dict.fromkeys(("true", "yes", "y", "t", "on", "1", "1.0"), True) | dict.fromkeys(
    ("false", "no", "n", "f", "off", "0", "0.0"), False
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class CoercionContext:
    """What the settings say about values that do not say it themselves."""

    timezone: ZoneInfo | None = None
    phone_region: str | None = None


_NO_CONTEXT = CoercionContext()


def _context(info: ValidationInfo) -> CoercionContext:
    return info.context or _NO_CONTEXT


def read_text(value: Any) -> str:
    """Return text without outer blanks and NUL bytes; whole numbers without `.0`."""
    if value.__class__ is str:
        text: str = value.strip()
        if "\0" in text:
            text = text.replace("\0", "").strip()
        if not text:
            raise missing()
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


def _read_time(value: Any, info: ValidationInfo) -> str:
    return read_time(value, _context(info).timezone)


def _read_day(value: Any, info: ValidationInfo) -> str:
    return read_day(value, _context(info).timezone)


def _read_seconds(value: Any, info: ValidationInfo) -> int:
    return read_seconds(value, _context(info).timezone)


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


def one_of(literal: Any) -> BeforeValidator:
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

    return BeforeValidator(read)


_NUMBER_SCHEMA = WithJsonSchema({"type": "number"})

Text = Annotated[str, BeforeValidator(read_text)]
Number = Annotated[int | float, PlainValidator(read_number), _NUMBER_SCHEMA]
Amount = Annotated[int | float, PlainValidator(read_amount), _NUMBER_SCHEMA]
ZeroOrOne = Annotated[int | float, PlainValidator(read_zero_or_one), _NUMBER_SCHEMA]
Coordinate = Annotated[int | float, PlainValidator(read_coordinate), _NUMBER_SCHEMA]
Whole = Annotated[int, PlainValidator(read_whole), WithJsonSchema({"type": "integer"})]
Flag = Annotated[bool, PlainValidator(read_flag), WithJsonSchema({"type": "boolean"})]
Currency = Annotated[str, BeforeValidator(_read_currency)]
Email = Annotated[str, BeforeValidator(_read_email)]
EmailAddress = Annotated[
    str,
    BeforeValidator(_read_email_address),
    WithJsonSchema({"type": "string", "format": "email"}),
]
Phone = Annotated[str, BeforeValidator(_read_phone)]
Time = Annotated[
    str, PlainValidator(_read_time), WithJsonSchema({"type": "string", "format": "date-time"})
]
Day = Annotated[
    str, PlainValidator(_read_day), WithJsonSchema({"type": "string", "format": "date"})
]
Seconds = Annotated[int, PlainValidator(_read_seconds), _NUMBER_SCHEMA]
TextList = Annotated[list[str], BeforeValidator(read_text_list)]

Part = TypeVar("Part")
PartOf = Annotated[Part, BeforeValidator(_read_json)]
ListOf = Annotated[list[Part], BeforeValidator(_read_json)]
