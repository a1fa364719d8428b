"""Amounts as a source writes them: in minor units, or with a decimal mark of its own."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.paths import holders
from target_triplewhale.mapping.shape import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_triplewhale.mapping.problem import Problem
    from target_triplewhale.mapping.shape import Path

WITHOUT_DECIMALS = frozenset(
    (
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA"),
        *("PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"),
    )
)
WITH_THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""Both as Stripe counts: ISK, UGX, HUF and TWD are amounts with two decimals there."""
MARKS = (".", ",")
_WHOLE = re.compile(r"-?[0-9]+(?:\.0+)?")
_TWO_WAYS = re.compile(
    r"(?<![0-9.,])(?P<a>[1-9][0-9]{0,2})(?P<mark>[.,])(?P<b>[0-9]{3})(?![0-9.,])"
)


def from_minor_units(payload: dict[str, Any], paths: Iterable[Path], code: Any) -> list[Problem]:
    """Turn cents into the currency's own unit, in place; return what is no number of cents."""
    amounts = [(path[-1], *place) for path in paths for place in holders(payload, path)]
    if amounts and is_empty(code):
        return [("currency", "missing", "is missing")]
    if not isinstance(code, str):
        return []
    decimals = _decimals(code.replace("\0", "").strip().upper())
    found: list[Problem] = []
    for name, holder, where in amounts:
        text = str(holder[name]).replace("\0", "").strip()
        if not _WHOLE.fullmatch(text):
            found.append((where, "unreadable", "is no whole number of minor units"))
            continue
        holder[name] = _number(Decimal(text).scaleb(-decimals))
    return found


def resolve_mark(payload: dict[str, Any], paths: Iterable[Path], mark: str) -> None:
    """Rewrite, in place, amounts that could be read in two ways, by the declared decimal mark."""
    for path in paths:
        for holder, _ in holders(payload, path):
            value = holder[path[-1]]
            if isinstance(value, str):
                holder[path[-1]] = _TWO_WAYS.sub(lambda found: _one_way(found, mark), value)


def _one_way(found: re.Match[str], mark: str) -> str:
    """Write a fraction with a fourth digit, which none takes for a thousand."""
    is_fraction = found["mark"] == mark
    return f"{found['a']}.{found['b']}0" if is_fraction else found["a"] + found["b"]


def _decimals(code: str) -> int:
    if code in WITHOUT_DECIMALS:
        return 0
    return 3 if code in WITH_THREE_DECIMALS else 2


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
