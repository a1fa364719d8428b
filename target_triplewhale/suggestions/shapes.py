"""What the values of a column look like, whatever the column is called."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from target_triplewhale.mapping.shape import is_empty
from target_triplewhale.payloads.numerals import read_number
from target_triplewhale.payloads.problems import AMBIGUOUS
from target_triplewhale.payloads.times import read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Shape(StrEnum):
    """A form of value that tells what it can be used for."""

    EMPTY = "nothing"
    FLAG = "true or false"
    WHOLE = "whole number"
    NUMBER = "number"
    EPOCH = "UNIX time"
    TIME = "time"
    EMAIL = "e-mail"
    PHONE = "phone"
    LETTERS = "three letters"
    PAIR = "two letters"
    TOKEN = "id"  # noqa: S105 - a name for ids made of letters and digits
    URL = "address of a page"
    TEXT = "text"
    LONG = "long text"
    LIST = "list"
    OBJECTS = "list of objects"


_LOOKED_AT = 120
"""Values of a column that are looked at."""
_MOST = 0.6
"""The share of values that must have a shape for the column to have it: reports end in totals."""
_FLAGS = frozenset(("true", "false", "yes", "no", "y", "n", "t", "f", "on", "off"))
_NOTHING = frozenset(
    ("null", "none", "n/a", "na", "nan", "-", "--", "nil", "undefined", "[]", "{}")
)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"'?(?:\+|00|\()?\(?\d[\d\s().\-/]{5,18}\d")
_PHONE_SIGNS = re.compile(r"^'?\+|[()]|\d[ \-/]\d|\d\.\d+\.\d{4}")
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{5,}|(?=\S*[A-Z])(?=\S*[a-z])[A-Za-z]{12,}")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_DATE = re.compile(
    r"\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}|\d{1,2}[-/. ]\w{1,9}[-/. ]\d{4}|[A-Za-z]{3,9}\.? \d"
)
_LONG_FROM = 80
PHONE_DIGITS = range(7, 16)
_SECONDS = range(10**9, 4 * 10**9)
_EPOCHS = (_SECONDS, range(10**12, 4 * 10**12))
_MIXED = {
    frozenset((Shape.WHOLE, Shape.NUMBER)): Shape.NUMBER,
    frozenset((Shape.WHOLE, Shape.EPOCH)): Shape.WHOLE,
    frozenset((Shape.WHOLE, Shape.TOKEN)): Shape.TOKEN,
    frozenset((Shape.WHOLE, Shape.PHONE)): Shape.PHONE,
    frozenset((Shape.TEXT, Shape.LONG)): Shape.TEXT,
    frozenset((Shape.TEXT, Shape.TOKEN)): Shape.TEXT,
    frozenset((Shape.LIST, Shape.OBJECTS)): Shape.OBJECTS,
}


def says_nothing(value: Any) -> bool:
    """Tell whether a value is empty, or a word that exports write for nothing."""
    if isinstance(value, str):
        return is_empty(value) or value.strip().lower() in _NOTHING
    return value is None or value in ([], {})


def shape_of(values: Sequence[Any]) -> Shape:
    """Return the shape that most values have, or the one that covers two of them."""
    counts = Counter(_shape(value) for value in values[:_LOOKED_AT])
    if not counts:
        return Shape.EMPTY
    shape, count = counts.most_common(1)[0]
    if count >= _MOST * counts.total():
        return Shape.WHOLE if shape is Shape.EPOCH and Shape.WHOLE in counts else shape
    two = frozenset(one for one, _ in counts.most_common(2))
    return _MIXED.get(two, Shape.TEXT)


def _shape(value: Any) -> Shape:
    if isinstance(value, bool):
        return Shape.FLAG
    if isinstance(value, int | float):
        return _shape_of_number(value)
    if isinstance(value, list):
        return Shape.OBJECTS if _holds_objects(value) else Shape.LIST
    return _shape_of_text(value.strip()) if isinstance(value, str) else Shape.TEXT


def _shape_of_number(value: float) -> Shape:
    if value % 1:
        return Shape.NUMBER
    return Shape.EPOCH if any(int(value) in one for one in _EPOCHS) else Shape.WHOLE


def _shape_of_text(text: str) -> Shape:
    if _DIGITS.fullmatch(text):
        return _shape_of_number(int(text)) if len(text) <= _LONG_FROM else Shape.TOKEN
    found = (shape for is_such, shape in _FORMS if is_such(text))
    return next(found, None) or _shape_of_letters(text)


def _shape_of_letters(text: str) -> Shape:
    if text.isascii() and text.isalpha() and len(text) in (2, 3):
        return Shape.PAIR if len(text) == 2 else Shape.LETTERS  # noqa: PLR2004
    if _URL.match(text):
        return Shape.URL
    if len(text) > _LONG_FROM or "\n" in text:
        return Shape.LONG
    return Shape.TOKEN if _TOKEN.fullmatch(text) else Shape.TEXT


def _holds_objects(values: Iterable[Any]) -> bool:
    return any(isinstance(one, dict) for one in values)


def is_time(text: str) -> bool:
    """Tell whether the target can read a text as a time, in whatever order day and month are."""
    if not _DATE.search(text) or _DIGITS.fullmatch(text):
        return False
    try:
        read_day(text, None)
    except PydanticCustomError as refused:
        return refused.type == AMBIGUOUS
    return True


def is_phone(text: str) -> bool:
    """Tell whether a text is a phone number by its signs; digits alone are an id as likely."""
    if not _PHONE.fullmatch(text) or not _PHONE_SIGNS.search(text) or _IP.fullmatch(text):
        return False
    return sum(sign.isdigit() for sign in text) in PHONE_DIGITS


def _is_number(text: str) -> bool:
    try:
        read_number(text.removesuffix("%"))
    except PydanticCustomError as refused:
        return refused.type == AMBIGUOUS
    return True


_FORMS: Sequence[tuple[Callable[[str], object], Shape]] = (
    (lambda text: text.lower() in _FLAGS, Shape.FLAG),
    (_EMAIL.fullmatch, Shape.EMAIL),
    (is_time, Shape.TIME),
    (is_phone, Shape.PHONE),
    (_is_number, Shape.NUMBER),
)
"""What a text is, the first that it is."""
