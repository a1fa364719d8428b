"""Numbers as people and exports write them; what can be read in two ways is refused."""

from __future__ import annotations

import math
import re
import sys
from decimal import Decimal
from typing import Any

from target_triplewhale.payloads.marks import without_apostrophe
from target_triplewhale.payloads.problems import (
    AMBIGUOUS,
    NEGATIVE,
    UNKNOWN_VALUE,
    UNREADABLE,
    problem,
    unexpected,
)

_NUMBER = "a number such as 1150.75"
_EXACT_BELOW = 2**53
_LONGEST = 64
_LARGEST = int(sys.float_info.max)
_PLAIN = re.compile(r"-?[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?|-?(?:0|[0-9]{4,})\.[0-9]{3}")
_EXPONENT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3})(?:\1[0-9]{3})*")
_FRACTION = re.compile(r"[0-9]*[.,][0-9]*")
_TWO_WAYS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_COORDINATE = re.compile(r"[-+]?[0-9]{1,3}[.,][0-9]+")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})
_CODES = (
    "AED|AFN|ALL|AMD|ANG|AOA|ARS|AUD|AWG|AZN|BAM|BBD|BDT|BGN|BHD|BIF|BMD|BND|BOB|BRL|BSD|BTN|BWP|"
    "BYN|BZD|CAD|CDF|CHF|CLP|CNY|COP|CRC|CUP|CVE|CZK|DJF|DKK|DOP|DZD|EGP|ERN|ETB|EUR|FJD|FKP|GBP|"
    "GEL|GHS|GIP|GMD|GNF|GTQ|GYD|HKD|HNL|HTG|HUF|IDR|ILS|INR|IQD|IRR|ISK|JMD|JOD|JPY|KES|KGS|KHR|"
    "KMF|KRW|KWD|KYD|KZT|LAK|LBP|LKR|LRD|LSL|LYD|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MRU|MUR|MVR|MWK|MXN|"
    "MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SBD|"
    "SCR|SDG|SEK|SGD|SHP|SLE|SOS|SRD|SSP|STN|SYP|SZL|THB|TJS|TMT|TND|TOP|TRY|TTD|TWD|TZS|UAH|UGX|"
    "USD|UYU|UZS|VES|VND|VUV|WST|XAF|XCD|XOF|XPF|YER|ZAR|ZMW|ZWG"
)
_CURRENCY = rf"(?:{_CODES}|[A-Z]{{0,2}}[$€£¥₹₩₽₺₪฿₫₴₦₱])"
_AMOUNT = re.compile(
    rf"(?P<sign>[-+]?) *(?:{_CURRENCY} *)?(?P<inner>[-+]?)"
    rf"(?P<digits>[0-9.,](?:[0-9.,' ]*[0-9.,])?)(?: *{_CURRENCY})?"
)


def read_number(value: Any) -> int | float:
    """Return a number; whole ones without a fraction, so that each has one spelling."""
    kind = value.__class__
    if kind is float and value % 1 > 0:  # finite, and not whole
        return value  # type: ignore[no-any-return]
    if kind is float:
        return _whole_if_exact(value)
    if kind is int:
        return within_double(value)
    if kind is str:
        return _from_text(value)
    if kind is Decimal:
        return _from_decimal(value)
    raise unexpected(value, _NUMBER)


def within_double(value: int) -> int:
    """Return a number that JSON can carry to any reader; raise for one that is too large."""
    if not -_LARGEST <= value <= _LARGEST:
        raise problem(UNREADABLE, f"is a number too large; expected {_NUMBER}")
    return value


def read_whole(value: Any) -> int:
    """Return a number that has no fraction."""
    number = read_number(value)
    if isinstance(number, float) and not number.is_integer():
        raise problem(UNREADABLE, "is a number with a fraction; expected a whole one such as 3")
    return int(number)


def read_amount(value: Any) -> int | float:
    """Return a number that is zero or more."""
    number = value if value.__class__ is float and value % 1 > 0 else read_number(value)
    if number < 0:
        raise problem(NEGATIVE, "is a number below zero; expected zero or more")
    return number


def read_zero_or_one(value: Any) -> int | float:
    """Return 0 or 1."""
    number = read_number(value)
    if number not in (0, 1):
        raise problem(UNKNOWN_VALUE, "is a number other than 0 and 1")
    return number


def read_count(value: Any) -> int | float:
    """Return a number of things: one separator before three digits can only be a thousand's."""
    if value.__class__ is str and _TWO_WAYS.fullmatch(value.strip()):
        return int(value.strip().replace(",", "").replace(".", ""))
    return read_number(value)


def read_coordinate(value: Any) -> int | float:
    """Return degrees; their one separator is the decimal's, since none reaches a thousand."""
    if value.__class__ is str and _COORDINATE.fullmatch(value.strip()):
        return _whole_if_exact(float(value.strip().replace(",", ".")))
    return read_number(value)


def _whole_if_exact(number: float) -> int | float:
    if number.is_integer():
        return int(number) if -_EXACT_BELOW < number < _EXACT_BELOW else number
    if not math.isfinite(number):
        raise problem(UNREADABLE, f"is a number that is not finite; expected {_NUMBER}")
    return number


def _from_decimal(value: Decimal) -> int | float:
    if not value.is_finite():
        raise problem(UNREADABLE, f"is a number that is not finite; expected {_NUMBER}")
    if value == value.to_integral_value() and value.adjusted() < _LONGEST:
        return int(value)
    return _whole_if_exact(float(value))


def _from_text(value: str) -> int | float:
    text = value.replace("\0", "").strip()
    if not text:
        raise unexpected(None, _NUMBER)
    text = without_apostrophe(text)
    if len(text) <= _LONGEST:
        if _PLAIN.fullmatch(text):
            return _exact(text)
        if _EXPONENT.fullmatch(text):
            return _whole_if_exact(float(text))
        match = _AMOUNT.fullmatch(text.translate(_SPACES))
        if match and not (match["sign"] and match["inner"]):
            return _exact(match["sign"] + match["inner"] + _digits(match["digits"]))
    raise problem(UNREADABLE, f"is text that is no number; expected {_NUMBER}")


def _exact(text: str) -> int | float:
    return _whole_if_exact(float(text)) if "." in text else int(text)


def _digits(text: str) -> str:
    """Return grouped or comma-decimal digits the way Python writes them."""
    if text.isdigit():
        return text
    if _TWO_WAYS.fullmatch(text):
        raise problem(
            AMBIGUOUS,
            "is text with one separator before three digits, a decimal or a thousand; set"
            " `decimal_mark` on the route, or give two decimals, or none and no separator",
        )
    grouped = _GROUPED.match(text)
    # "0.149" has the look of a group, and is a fraction.
    if grouped and text.count(grouped[1]) == grouped[0].count(grouped[1]) and text[0] != "0":
        whole, rest = grouped[0].replace(grouped[1], ""), text[grouped.end() :]
        if not rest:
            return whole
        if _FRACTION.fullmatch(rest) and rest[0] in ".,":
            return f"{whole}.{rest[1:] or '0'}"
    if _FRACTION.fullmatch(text) and len(text) > 1:
        whole, fraction = text.replace(",", ".").split(".")
        return f"{whole or '0'}.{fraction or '0'}"
    raise problem(UNREADABLE, f"is text that is no number; expected {_NUMBER}")
