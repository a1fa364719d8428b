"""How a source writes amounts: with which mark, and in which unit."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from target_triplewhale.mapping.event_ids import spelled
from target_triplewhale.payloads.numerals import read_number
from target_triplewhale.payloads.problems import AMBIGUOUS
from target_triplewhale.suggestions.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.suggestions.columns import Column

_POINT = re.compile(r"\d\.\d{1,2}\D*$|\d,\d{3}\.|\d\.\d{4,}")
_COMMA = re.compile(r"\d,\d{1,2}\D*$|\d\.\d{3},")
_SMALLEST = 50
"""Amounts in cents are seldom below it."""


def is_ambiguous(column: Column) -> bool:
    """Tell whether there are amounts whose one mark may be the decimal's or a thousand's."""
    for value in column.values:
        try:
            read_number(value)
        except PydanticCustomError as refused:
            if refused.type == AMBIGUOUS:
                return True
    return False


def mark(columns: Iterable[Column]) -> str | None:
    """Return the decimal mark of a source, where its amounts tell."""
    texts = [value for one in columns for value in one.values if isinstance(value, str)]
    is_point = any(_POINT.search(text) for text in texts)
    is_comma = any(_COMMA.search(text) for text in texts)
    if is_point == is_comma:
        return None
    return "." if is_point else ","


def are_minor(column: Column, currency: Column | None) -> bool:
    """Tell whether amounts look like cents: whole, large, and beside a code in small letters."""
    if column.shape is not Shape.WHOLE or currency is None:
        return False
    amounts = [number for value in column.values if (number := _number(value))]
    is_small = any(code.islower() for code in currency.counts)
    return is_small and bool(amounts) and min(amounts) >= _SMALLEST


def largest(columns: Iterable[Column]) -> Column | None:
    """Return the column with the largest amounts in all: a total holds its parts."""
    amounts = [one for one in columns if one.shape is Shape.NUMBER]
    return max(amounts, key=_sum, default=None)


def _sum(column: Column) -> float:
    return sum(number for value in column.values if (number := _number(value)))


def _number(value: object) -> float:
    with suppress(PydanticCustomError):
        return float(read_number(spelled(value)))
    return 0.0
