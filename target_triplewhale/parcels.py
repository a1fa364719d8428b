"""Makes parcels of what was mapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.delivery.batches import Parcel
from target_triplewhale.origin import Origin
from target_triplewhale.outcomes import Filtered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.journal.rejects import Entry
    from target_triplewhale.mapping.mapper import Mapped, Unmappable
    from target_triplewhale.ways import Way

PARCEL_BYTES = 1500
"""What a parcel takes beside its line and its body."""


def parcel_of(mapped: Mapped, way: Way, entries: Sequence[Entry]) -> Parcel:
    """Return what is sent of a record, and of the rows that it was read in."""
    source = entries[-1].source
    is_one = len(entries) == 1
    lines = len(source.line) if is_one else sum([len(entry.source.line) for entry in entries])
    return Parcel(
        way.route.endpoint,
        mapped.shop,
        mapped.key,
        mapped.identity if mapped.is_mergeable else object(),
        mapped.body,
        source.number,
        len(mapped.body) + lines + PARCEL_BYTES,
        Origin(
            entries,
            mapped.identity,
            source.stream,
            way.route.name,
            source.read_at,
            mapped.filled_at,
            way.brings,
            mapped.is_void,
        ),
        has_waited=bool(source.waits_as),
    )


def void_of(
    named: tuple[str, str], unsent: Filtered | Unmappable, way: Way, entries: Sequence[Entry]
) -> Parcel:
    """Return a void without a body of its own."""
    endpoint, source = way.route.endpoint, entries[-1].source
    shop, key = named
    known = {"shop": shop, endpoint.batch_key: key}
    identity = tuple(known.get(path) for path in endpoint.identity)
    otherwise = unsent if isinstance(unsent, Filtered) else unsent.rejected
    origin = Origin(
        entries,
        identity,
        source.stream,
        way.route.name,
        source.read_at,
        is_void=True,
        otherwise=otherwise,
    )
    weight = len(source.line) + PARCEL_BYTES
    return Parcel(endpoint, shop, key, identity, b"", source.number, weight, origin)
