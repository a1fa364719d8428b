"""The parts of the document that other modules do not bring; `schema.json` describes it whole."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING, Any

import msgspec

from target_triplewhale.codes import explained
from target_triplewhale.journal.masking import masked_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from target_triplewhale.journal.journal import Journal
    from target_triplewhale.journal.tally import Count
    from target_triplewhale.states import States

FORMAT = 1
"""Of the document; a higher one takes away or changes what this one has."""
PACKAGES = ("target-triplewhale", "singer-sdk")


def counts(journal: Journal) -> dict[str, Any]:
    """Return what records have come to, and where those are that were rejected."""
    found = routes(journal.tally)
    has_rejects = any(route["rejected"] for route in found)
    return {
        "routes": found,
        "retried": routes(journal.retried),
        "rejects": rejects(journal),
        "rejects_file": str(journal.rejects.path) if has_rejects else None,
        "voided": {route: dict(ended) for route, ended in journal.voided.items()},
    }


def routes(tally: Iterable[Count]) -> list[dict[str, Any]]:
    """Return how the records of each stream ended on each route."""
    return [
        {
            "stream": count.stream,
            "route": count.route,
            "endpoint": count.endpoint,
            "read": count.offered,
            **count.ended,
            "codes": dict(count.codes.most_common()),
        }
        for count in tally
    ]


def rejects(journal: Journal) -> list[dict[str, Any]]:
    """Return why records were rejected, the commonest reason first."""
    found = [
        _reason(code, dict(_streams(journal.tally, code)), dict(_streams(journal.retried, code)))
        | {"examples": journal.examples.of(code)}
        for code in _codes(journal)
    ]
    return sorted(found, key=lambda one: -(one["count"] + one["again"]))


def _reason(code: str, streams: Mapping[str, int], again: Mapping[str, int]) -> dict[str, Any]:
    meant = explained(code)
    return {
        "code": code,
        "count": sum(streams.values()),
        "again": sum(again.values()),
        "meaning": meant.meaning,
        "cause": meant.cause,
        "remedy": meant.remedy,
        "streams": {
            name: streams.get(name, 0) + again.get(name, 0) for name in {**streams, **again}
        },
    }


def _codes(journal: Journal) -> Iterable[str]:
    """Return each code once, in the order in which they came."""
    tally = (*journal.tally, *journal.retried)
    return dict.fromkeys(code for count in tally for code in count.codes)


def _streams(tally: Iterable[Count], code: str) -> dict[str, int]:
    """Return how many records of each stream ended with a code; one may have several routes."""
    found: dict[str, int] = {}
    for count in tally:
        if count.codes[code]:
            found[count.stream] = found.get(count.stream, 0) + count.codes[code]
    return found


def state(states: States, *, goes_out: bool) -> dict[str, Any]:
    """Return how many STATE lines went out, if any may, and the last of them, masked."""
    if not goes_out:
        return {"emitted": 0, "last": None}
    last = None if states.last is None else masked_all(msgspec.json.decode(states.last))
    return {"emitted": states.emitted, "last": last}


def versions() -> dict[str, str]:
    """Return what ran."""
    return {
        **{name: metadata.version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
