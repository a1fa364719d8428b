"""What one row of a stream is, by the stream's name and by its keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from target_triplewhale.stream_names import bare, endpoint_of
from target_triplewhale.suggestions.words import listed, meanings, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.suggestions.samples import Sample

ENDPOINT_OF: Mapping[str, str] = {
    "order": "orders",
    "invoice": "orders",
    "payment": "orders",
    "customer": "customers",
    "lead": "customers",
    "product": "products",
    "item": "products",
    "subscription": "subscriptions",
    "campaign": "ads",
    "adset": "ads",
    "ad": "ads",
    "survey": "pps",
    "response": "pps",
    "event": "events",
    "opportunity": "events",
}
"""What a row may be, and where it goes."""
MONEY_MOVED = ("payment", "invoice")
"""Rows that are sales only where no stream of the orders themselves is there."""
LEVELS = ("campaign", "adset", "ad")
"""What ads are told of, the whole spend first."""
_MEASURED = listed("stats stat report insight insights performance metrics daily basic")
_SAYS_NOTHING = listed(
    """
    export exports list all raw stg staging src dim fact table v1 v2 v3 full archive total
    """
)
_UNFINISHED = listed("draft abandoned purchase quote cart wish test return returned")
"""Words before `orders` that make them none."""
_WITHOUT_PLACE = listed(
    """
    account address allocation attachment attribute balance business calendar card category
    cart channel checkout code collection company comment conversation coupon credit definition
    department detail discount dispute domain employee fee field file folder form fulfillment
    group history image index inventory level line link list location log message metafield
    method metric model note option organization package page payout permission pipeline plan
    price quote rate reason refund region relation role rule schedule schema segment session
    setting shipment shop site snapshot stage state status store tag task tax team template
    term territory theme ticket tier timezone transfer type unit value variant vendor version
    warehouse webhook website widget workflow zone
    """
)
"""What no endpoint takes a record of."""
_WHOLES = listed("line order invoice payment subscription refund")
"""What items are parts of."""
_PEOPLE = listed("contact contacts lead leads person persons people prospect prospects")
"""Names of streams whose people have said who they are, and bought nothing yet."""


@dataclass(frozen=True)
class Rows:
    """What is known of a stream's rows before its columns are looked at."""

    endpoint: str | None
    """Where they go by the stream's name or key, if that says it."""
    noun: str
    """What a row is called."""
    is_certain: bool = False
    """Whether the key itself says it."""
    reason: str = ""
    """Why no endpoint takes them."""
    are_leads: bool = False
    """Whether they are of people as a CRM has them."""


def rows_of(sample: Sample) -> Rows:
    """Read what a stream's rows are."""
    by_name = _by_name(bare(sample.stream))
    if by_name.reason:
        return by_name
    return _by_keys(sample, by_name)


def _by_keys(sample: Sample, by_name: Rows) -> Rows:
    """Let keys decide where the name is silent; several ids are a part of something."""
    keys = [meanings(key) for key in sample.keys]
    if len(keys) == 1 and len(keys[0]) == 2 and _is_id(keys[0][1]):  # noqa: PLR2004
        endpoint = ENDPOINT_OF.get(keys[0][0])
        if endpoint and by_name.endpoint in (None, endpoint):
            return Rows(endpoint, keys[0][0], is_certain=True, are_leads=by_name.are_leads)
    if len(keys) > 1 and by_name.endpoint != "ads":
        if any("updated" in key for key in keys):
            return Rows(None, "", reason="its rows are versions: the key holds a time of change")
        if sum(_is_id(key[-1]) for key in keys if key) == len(keys):
            told = ", ".join(sample.keys)
            return Rows(None, "", reason=f"its rows are parts of something else (key {told})")
    return by_name


def _is_id(word: str) -> bool:
    return word in ("id", "number", "reference")


def _by_name(stream: str) -> Rows:
    if endpoint := endpoint_of(stream):
        words = [*tokens(stream)]
        return Rows(endpoint, _head(words), are_leads=words[-1] in _PEOPLE)
    words = [word for word in tokens(stream) if word not in _SAYS_NOTHING and not word.isdigit()]
    while len(words) > 1 and words[-1] in _MEASURED:
        words.pop()
    if not words:
        return Rows(None, "")
    head, before = _head(words), words[:-1]
    singular = _singular(words[-1])
    is_part = head == "item" and bool(_WHOLES & {*meanings(" ".join(before))})
    if (singular in _WITHOUT_PLACE and head != "adset") or is_part:
        return Rows(None, singular, reason=f"rows of this kind ({singular}) have no endpoint")
    endpoint = ENDPOINT_OF.get(head)
    if endpoint == "orders" and _UNFINISHED & {*before}:
        return Rows(None, head, reason=f"{' '.join(words)} are no sales")
    return Rows(endpoint, head, are_leads=words[-1] in _PEOPLE)


def _head(words: list[str]) -> str:
    """Return what the last words stand for, two of them together where they do."""
    last = meanings(" ".join(words[-2:]))
    return last[-1] if last else ""


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
