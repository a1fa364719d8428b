"""How near the words of a column's name come to what a field is called."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from target_triplewhale.suggestions.words import NOISE, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

Words = tuple[str, ...]

_WEIGHTS: Mapping[str, float] = {
    "date": 0.35,
    "amount": 0.4,
    "code": 0.4,
    "number": 0.5,
    "address": 0.6,
    "total": 0.7,
    "default": 0.1,
    "text": 0.3,
    "full": 0.4,
    "utc": 0.0,
    "tax": 1.5,
    "discount": 1.5,
    "refund": 1.5,
}
"""Words that say less or more than others of what a column holds; the others weigh 1."""
_UNKNOWN_WEIGHS = 0.35
_NOISE_WEIGHS = 0.08
_OWNER_WEIGHS = 0.05
_OPTIONAL_COUNTS = 0.3
_NEAR_WEIGHS = 0.4
"""What a word too many costs that says again what another says."""
_TOO_FEW = 1.6
"""What a word too few costs."""
_TOO_MUCH = 0.8
"""What a word too many costs."""
_NEAR: Mapping[tuple[str, str], float] = {
    ("amount", "price"): 0.9,
    ("amount", "revenue"): 0.9,
    ("amount", "total"): 0.8,
    ("amount", "fee"): 0.7,
    ("price", "amount"): 0.9,
    ("price", "cost"): 0.7,
    ("cost", "spend"): 0.95,
    ("spend", "cost"): 0.95,
    ("total", "revenue"): 0.9,
    ("revenue", "total"): 0.7,
    ("id", "number"): 0.8,
    ("id", "reference"): 0.85,
    ("id", "code"): 0.7,
    ("number", "reference"): 0.9,
    ("date", "utc"): 0.9,
    ("billing", "invoice"): 0.8,
    ("quantity", "number"): 0.6,
    ("quantity", "total"): 0.7,
    ("region", "state"): 0.95,
    ("status", "state"): 0.7,
    ("item", "product"): 0.7,
    ("product", "item"): 0.7,
    ("name", "heading"): 0.95,
    ("paid", "payment"): 0.8,
    ("image", "url"): 0.6,
    ("discount", "coupon"): 0.8,
    ("type", "name"): 0.5,
    ("ship", "fulfillment"): 0.8,
    ("fulfillment", "ship"): 0.8,
    ("customer", "lead"): 0.8,
}
"""What a field is called and what is often said for it."""


def weight(word: str) -> float:
    """Return how much a word says."""
    if word.startswith(UNKNOWN):
        return _UNKNOWN_WEIGHS
    if word in NOISE:
        return _NOISE_WEIGHS
    return _WEIGHTS.get(word, 1.0)


@lru_cache(maxsize=65536)
def likeness(words: Words, wanted: Words, optional: frozenset[str]) -> float:
    """Return between 0 and 1 how well a column's words fit a phrase; `optional` ones may lack."""
    matched = missing = 0.0
    found = {word: _best(word, words) for word in wanted}
    for word, (fit, _) in found.items():
        if word in optional:
            matched += _OPTIONAL_COUNTS * weight(word) * fit
        else:
            matched += weight(word) * fit
            missing += weight(word) * (1 - fit)
    if not matched:
        return 0.0
    meant = {one for fit, one in found.values() if fit}
    surplus = sum(_surplus(word, wanted, optional) for word in words if word not in meant)
    return matched / (matched + _TOO_FEW * missing + _TOO_MUCH * surplus)


def _best(wanted: str, words: Words) -> tuple[float, str]:
    """Return the word that comes nearest to a wanted one."""
    return max(((_nearness(wanted, one), one) for one in words), default=(0.0, ""))


def _surplus(word: str, wanted: Words, optional: frozenset[str]) -> float:
    if word in optional:
        return min(weight(word), _OWNER_WEIGHS)
    is_near = any(_nearness(one, word) for one in wanted)
    return weight(word) * (_NEAR_WEIGHS if is_near else 1)


def _nearness(wanted: str, word: str) -> float:
    return 1.0 if wanted == word else _NEAR.get((wanted, word), 0.0)
