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


def guarded(endpoint: Endpoint, rest: str) -> dict[str, str]:
    """Return what a key's `rest` says, by field."""
    values = msgspec.json.decode(rest) if len(endpoint.guarded) > 1 else [rest]
    return dict(zip(endpoint.guarded, values, strict=True)) if endpoint.guarded else {}


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
