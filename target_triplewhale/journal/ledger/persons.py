"""Tells whether something mentions a person: by e-mail, by phone, or as a customer."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from target_triplewhale.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PHONE = re.compile(r"\d(?:[\s().\-/]*\d){6,}")
_LEAST_DIGITS = 7
_COUNTRY_DIGITS = 3
"""A number may be written with its country's code, of so many digits at the most, or without."""


class Person(ABC):
    """A person, as far as a user has named them."""

    def is_in(self, content: Any) -> bool:
        """Tell whether a structure mentions the person anywhere."""
        return any(self._is_said(place, text) for place, text in _texts(content))

    def is_named(self, text: str) -> bool:
        """Tell whether an id is the person's e-mail or phone."""
        return self._is_said("", text)

    @abstractmethod
    def _is_said(self, place: str, text: str) -> bool:
        """Tell whether a text, at a place in a structure, means the person."""


class Email(Person):
    """Someone's e-mail address, in any case."""

    def __init__(self, address: str) -> None:
        if "@" not in address.strip("@ "):
            raise UsageError("TW-COMMAND-PERSON", "--email: is no e-mail address")
        whole = rf"(?<![\w.+-]){re.escape(address.strip())}(?![\w-]|\.\w)"
        self._pattern = re.compile(whole, re.IGNORECASE)

    def _is_said(self, place: str, text: str) -> bool:  # noqa: ARG002
        return bool(self._pattern.search(text) or self._pattern.search(unquote(text)))


class Phone(Person):
    """Someone's phone number, whatever is between its digits."""

    def __init__(self, number: str) -> None:
        self._digits = _digits(number)
        if len(self._digits) < _LEAST_DIGITS:
            raise UsageError(
                "TW-COMMAND-PERSON", f"--phone: must have {_LEAST_DIGITS} digits at the least"
            )

    def _is_said(self, place: str, text: str) -> bool:  # noqa: ARG002
        return any(self._is_same(_digits(found)) for found in _PHONE.findall(text))

    def _is_same(self, digits: str) -> bool:
        short, long = sorted((digits, self._digits), key=len)
        is_near = _LEAST_DIGITS <= len(short) >= len(long) - _COUNTRY_DIGITS
        return is_near and long.endswith(short)


class Customer(Person):
    """Someone's id at the source."""

    def __init__(self, text: str) -> None:
        self._id = text

    def is_named(self, text: str) -> bool:  # noqa: ARG002
        """An id that is no e-mail and no phone says nothing without its source."""
        return False

    def _is_said(self, place: str, text: str) -> bool:
        return text == self._id and place in ("customer.id", "customerid")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text).lstrip("0")


def _texts(content: Any) -> Iterator[tuple[str, str]]:
    """Yield all values but null as texts, each with its name, and that of what holds it."""
    waiting: list[tuple[str, str, Any]] = [("", "", content)]
    while waiting:
        holder, name, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(name, _folded(inner), one) for inner, one in value.items()]
        elif isinstance(value, list):
            waiting += [(holder, name, one) for one in value]
        elif value is not None:
            is_customers = holder == "customer" and name == "id"
            yield "customer.id" if is_customers else name, _text(value)


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _text(value: Any) -> str:
    """Write a number as a source would that takes it for text."""
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value)
