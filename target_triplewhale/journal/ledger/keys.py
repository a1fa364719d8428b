"""What a record is known by in the ledger."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from target_triplewhale.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.endpoints import Endpoint

SHOP = "shop"
_encode = msgspec.json.Encoder().encode


class Name(NamedTuple):
    """Where a record is, and its id."""

    endpoint: str
    shop: str
    text: str


class Key(NamedTuple):
    """A record's name, and what else is part of its identity."""

    name: Name
    rest: str


def key_of(endpoint: Endpoint, identity: Sequence[str | None]) -> Key:
    """Return the key of a record; its texts are JSON where they are made of several."""
    shop, name, rest = _places(endpoint.name)
    text = _text(identity, name)
    return Key(Name(endpoint.name, str(identity[shop]), text), _text(identity, rest))


def identity_of(endpoint: Endpoint, key: Key) -> tuple[str | None, ...]:
    """Return the identity that a key was made of."""
    shop, name, rest = _places(endpoint.name)
    texts = {shop: key.name.shop, **_parted(name, key.name.text), **_parted(rest, key.rest)}
    return tuple(texts[place] for place in range(len(endpoint.identity)))


def guarded(endpoint: Endpoint, rest: str) -> dict[str, str]:
    """Return what a key's `rest` says, by field."""
    values = _parted(range(len(endpoint.guarded)), rest)
    return {endpoint.guarded[place]: str(value) for place, value in values.items()}


@cache
def _places(endpoint: str) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Return where an identity has the shop, the parts of the name, and the rest."""
    paths = ENDPOINTS[endpoint].identity
    rest = tuple(map(paths.index, ENDPOINTS[endpoint].guarded))
    shop = paths.index(SHOP)
    name = tuple(place for place in range(len(paths)) if place not in (shop, *rest))
    return shop, name, rest


def _text(identity: Sequence[str | None], places: tuple[int, ...]) -> str:
    if len(places) == 1:
        return str(identity[places[0]])
    return _encode([identity[place] for place in places]).decode() if places else ""


def _parted(places: Sequence[int], text: str) -> dict[int, str | None]:
    """Take a text apart that several were made one of."""
    if not places:
        return {}
    values = msgspec.json.decode(text) if len(places) > 1 else [text]
    return dict(zip(places, values, strict=True))
