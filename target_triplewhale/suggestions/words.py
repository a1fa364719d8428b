"""The words that names of columns and streams are made of, each with what it stands for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def listed(text: str) -> frozenset[str]:
    """Read a list of words."""
    return frozenset(text.split())


def by_word(table: Mapping[str, str]) -> dict[str, str]:
    """Turn a table from meanings to words around."""
    return {word: meaning for meaning, text in table.items() for word in text.split()}


_MEANINGS: Mapping[str, str] = {
    # What things are
    "order": "order purchase purchased sale sold checkout",
    "invoice": "invoice receipt bill",
    "payment": "payment charge charged intent gateway pay transaction txn trx",
    "customer": "customer client buyer contact person people user member shopper guest consumer "
    "payer purchaser subscriber patron profile recipient account_holder",
    "product": "product article merchandise good",
    "item": "item lineitem",
    "line": "line row",
    "variant": "variant variation",
    "subscription": "subscription membership recurring",
    "campaign": "campaign cmp",
    "adset": "adset adgroup",
    "ad": "ad ads advert advertisement creative",
    "survey": "survey questionnaire poll pps",
    "question": "question prompt",
    "response": "response answer reply",
    "event": "event activity",
    "opportunity": "opportunity deal",
    "lead": "lead prospect",
    "refund": "refund refunded return returned",
    "account": "account",
    "employee": "employee staff assignee assigned agent owner seller rep operator",
    "company": "company organization organisation business firm",
    "plan": "plan",
    # Names and numbers of things
    "id": "id identifier key uuid guid uid gid ident",
    "number": "number no num nr nbr",
    "reference": "reference ref",
    "code": "code iso",
    "name": "name label",
    "heading": "title headline",
    "sku": "sku barcode ean upc",
    "first": "first",
    "last": "last latest",
    "full": "full display complete",
    "text": "text body content",
    # Times
    "date": "date at on time datetime timestamp ts dt day when moment",
    "utc": "utc gmt zulu",
    "created": "created create creation added add inserted placed registered registration signup "
    "joined opened submitted entered recorded issued made occurred happened ordered begun since",
    "updated": "updated update modified modify modification changed change edited touched",
    "processed": "processed processing completed closed",
    "scheduled": "scheduled schedule next due expected planned required",
    "start": "start starts started begin beginning from",
    "end": "end ends ended until finish finished to",
    "expire": "expire expires expired expiration expiry",
    "cancel": "cancel cancels canceled cancelled cancellation churned",
    "birth": "birth birthday dob",
    "interval": "interval frequency period cycle cadence recurrence",
    "trial": "trial",
    # Money and amounts
    "total": "total tot ttl grand sum overall gross final",
    "subtotal": "subtotal",
    "amount": "amount amt value worth money",
    "price": "price",
    "cost": "cost expense",
    "spend": "spend spent spending",
    "revenue": "revenue turnover proceeds sales",
    "paid": "paid received collected settled",
    "fee": "fee surcharge commission tip",
    "tax": "tax vat gst levy",
    "duty": "duty duties customs",
    "discount": "discount rebate reduction markdown savings deduction",
    "coupon": "coupon voucher promo promotion giftcard",
    "ship": "ship shipping shipment delivery freight postage",
    "micro": "micro micros",
    "currency": "currency ccy curr cur",
    "quantity": "quantity qty count cnt units pieces pcs",
    "unit": "unit each per",
    "average": "average avg mean",
    "percent": "percent pct percentage rate",
    "compare": "compare msrp rrp",
    "inventory": "inventory stock",
    "weight": "weight grams kg",
    "lifetime": "lifetime ltv clv",
    # People and places
    "email": "email mail",
    "phone": "phone telephone tel telno mobile cell cellphone msisdn",
    "fax": "fax",
    "address": "address addr adr street",
    "city": "city town locality municipality",
    "zip": "zip postal postcode zipcode plz",
    "country": "country nation",
    "region": "region province county prefecture",
    "state": "state",
    "billing": "billing billed invoicing",
    "default": "default primary main principal",
    "locale": "locale language lang",
    "latitude": "latitude lat",
    "longitude": "longitude lng lon",
    "ip": "ip",
    # What is said of things
    "status": "status stat",
    "finance": "financial finance",
    "fulfillment": "fulfillment fulfilment fulfilled dispatch",
    "type": "type kind class category genre",
    "reason": "reason",
    "action": "action metric",
    "method": "method",
    "report": "report reporting",
    "stage": "stage step",
    "pipeline": "pipeline funnel",
    "source": "source origin channel referrer referer via",
    "medium": "medium",
    "tag": "tag keyword",
    "note": "note comment remark memo description desc",
    "vendor": "vendor brand manufacturer supplier maker",
    "collection": "collection",
    "image": "image picture photo thumbnail img",
    "url": "url link href src uri",
    "included": "included include inclusive includes",
    "exempt": "exempt exemption",
    "sync": "synced sync loaded extracted ingested",
    "consent": "consent",
    "accept": "accept accepts accepted",
    "marketing": "marketing",
    "opt": "opt optin",
    "level": "level",
    "sms": "sms",
    "new": "new",
    "test": "test sandbox",
    "live": "live livemode",
    "deleted": "deleted removed archived",
    "converted": "converted presentment pres",
    # What ads do
    "click": "click clicks",
    "impression": "impression impr",
    "conversion": "conversion conv",
    "visit": "visit session",
    "reach": "reach",
    "view": "view viewed",
}
"""What a word stands for, and the words; a plural is found by its singular."""
_TWO: Mapping[str, tuple[str, ...]] = {
    "fname": ("first", "name"),
    "firstname": ("first", "name"),
    "forename": ("first", "name"),
    "lname": ("last", "name"),
    "lastname": ("last", "name"),
    "surname": ("last", "name"),
    "fullname": ("full", "name"),
    "username": ("login",),
    "landing": ("landing",),
}
"""Words that stand for two things, or that must not be taken apart."""
_PAIRS: Mapping[str, str] = {
    "ad set": "adset",
    "ad group": "adset",
    "e mail": "email",
    "zip code": "zip",
    "postal code": "zip",
    "post code": "zip",
    "opt in": "opt",
    "sign up": "created",
    "gift card": "coupon",
    "sub total": "subtotal",
    "bill to": "billing",
    "ship to": "ship",
    "deliver to": "ship",
    "signed up": "created",
    "given name": "firstname",
    "fore name": "firstname",
    "family name": "lastname",
    "sur name": "lastname",
}
"""Two words that are one."""
NOISE = listed(
    """
    the of is has shop store set custom property properties data field my our local external default
    primary sdc fivetran ecommerce base e record row info details edges edge nodes node
    """
)
"""Words that say little of what a column holds."""
_KNOWN: Mapping[str, tuple[str, ...]] = {
    **{word: (meaning,) for word, meaning in by_word(_MEANINGS).items()},
    **_TWO,
}
UNKNOWN = "?"
"""Stands before a word that nothing is known of."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PART = re.compile(r"[^\W\d_]+|\d+")
_VOWELS = re.compile(r"(?!^)[aeiou]")
_SHORTEST = 3


def tokens(name: str) -> Iterator[str]:
    """Yield the words of a name, in lower case: `dateAdded`, `Lineitem name`, `_7_d_click`."""
    for part in _PART.findall(_CAMEL.sub(" ", name)):
        yield part.lower()


@lru_cache(maxsize=4096)
def meanings(name: str) -> tuple[str, ...]:
    """Return what the words of a name stand for, each once; unknown words begin with `?`."""
    words = [meaning for token in _paired(tuple(tokens(name))) for meaning in _meanings_of(token)]
    return tuple(dict.fromkeys(words))


def meanings_of_path(path: Iterable[str]) -> tuple[str, ...]:
    """Return what the words of a path into a record stand for, each once."""
    return tuple(dict.fromkeys(word for name in path for word in meanings(name)))


def _paired(words: tuple[str, ...]) -> Iterator[str]:
    place = 0
    while place < len(words):
        pair = _PAIRS.get(" ".join(words[place : place + 2]))
        yield pair or words[place]
        place += 2 if pair else 1


@lru_cache(maxsize=4096)
def _meanings_of(token: str) -> tuple[str, ...]:
    if token in NOISE or token.isdigit():
        return (token,)
    for find in (_known, _compound, _shortened):
        if found := find(token):
            return found
    return (UNKNOWN + token,)


def _known(token: str) -> tuple[str, ...]:
    return next((_KNOWN[one] for one in (token, *_singulars(token)) if one in _KNOWN), ())


def _singulars(token: str) -> Iterator[str]:
    if token.endswith("ies"):
        yield token[:-3] + "y"
    if token.endswith("s") and len(token) > _SHORTEST:
        yield token[:-1]
    if token.endswith("es") and len(token) > _SHORTEST + 1:
        yield token[:-2]


def _compound(token: str) -> tuple[str, ...]:
    """Take a word apart that is made of known ones: `custemail`, `orderno`, `createdat`."""
    for place in range(len(token) - 2, 1, -1):
        first, rest = token[:place], token[place:]
        if len(first) >= _SHORTEST and (head := _known(first)):
            tail = _known(rest) or _compound(rest)
            if tail:
                return head + tail
    return ()


def _shortened(token: str) -> tuple[str, ...]:
    """Find the one meaning of a word without its end, or without its vowels: `desc`, `cstmr`."""
    if len(token) < _SHORTEST:
        return ()
    near = {meaning for word, meaning in _KNOWN.items() if _is_short_for(token, word)}
    return near.pop() if len(near) == 1 else ()


def _is_short_for(token: str, word: str) -> bool:
    if len(word) < len(token) + 2 or word[0] != token[0]:
        return False
    if word.startswith(token):
        return True
    has_vowels = _VOWELS.search(token)
    return not has_vowels and word[-1] == token[-1] and _is_within(token, word)


def _is_within(token: str, word: str) -> bool:
    """Tell whether the letters of one come in the other, in their order."""
    letters = iter(word)
    return all(letter in letters for letter in token)
