"""Parcels as versions of records that the ledger knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from target_triplewhale.journal.ledger.keys import identity_of, key_of
from target_triplewhale.journal.ledger.known import Accepted, fingerprint
from target_triplewhale.journal.times import exact_time

if TYPE_CHECKING:
    from target_triplewhale.delivery.batches import Parcel
    from target_triplewhale.journal.ledger.keys import Key

VOID = "void"
_MAY_BE_VOID = b'"void":true'


def has_key(parcel: Parcel) -> bool:
    """Tell whether a record can be told from any other at all."""
    return isinstance(parcel.identity, tuple)


def key(parcel: Parcel) -> Key:
    """Return what a record is known by in the ledger."""
    known_as: Key | None = parcel.known_as
    if known_as is None:
        known_as = parcel.known_as = key_of(parcel.endpoint, parcel.sender.identity)
    return known_as


def fingerprint_of(parcel: Parcel) -> str:
    """Return the fingerprint of what the source says, without what was filled in."""
    filled_at = parcel.sender.filled_at
    filled = b',"updated_at":"%s"' % filled_at.encode() if filled_at else b""
    return fingerprint(parcel.body.replace(filled, b"") if filled else parcel.body)


def accepted(parcel: Parcel) -> Accepted:
    """Return what is kept of a record that the API has accepted."""
    is_void = _MAY_BE_VOID in parcel.body and bool(msgspec.json.decode(parcel.body).get(VOID))
    names = (key(parcel), parcel.sender.route, fingerprint_of(parcel))
    return Accepted(*names, parcel.body, exact_time(parcel.sender.read_at), is_void=is_void)


def voided(body: bytes) -> bytes:
    """Return the body that voids what was accepted with another: the same, and void."""
    content = msgspec.json.decode(body)
    content[VOID] = True
    return msgspec.json.encode(content)


def voiding(parcel: Parcel, of: Key, body: bytes) -> Parcel:
    """Return a parcel that voids what is known by a key with the body that was accepted."""
    identity, content = identity_of(parcel.endpoint, of), voided(body)
    origin = parcel.sender._replace(identity=identity, filled_at=None)
    return replace(
        parcel,
        shop=of.name.shop,
        key=of.name.text,
        identity=identity,
        body=content,
        weight=parcel.weight + len(content),
        sender=origin,
        known_as=of,
    )
