"""How a record ends on a route: one of five ways, and never a bare bool."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong with a record: the field's dotted path and a sentence's end."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The API has accepted the record."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The API already holds the same body."""


@dataclass(frozen=True, slots=True)
class Superseded:
    """A later record of the run has the same identity and went in its place."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """Left out because the configuration says so."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not deliverable as it is; `status` is the API's, or None when it was never sent."""

    code: str
    reasons: tuple[Reason, ...]
    status: int | None = None


DELIVERED, UNCHANGED, SUPERSEDED, FILTERED = Delivered(), Unchanged(), Superseded(), Filtered()

Outcome = Delivered | Unchanged | Superseded | Filtered | Rejected


def reject_code(endpoint: str, field: str, problem: str) -> str:
    """Return `TW-<ENDPOINT>-<FIELD>-<PROBLEM>`; list positions are left out of the field."""
    steps = [step for step in field.split(".") if not step.isdigit()]
    parts = [endpoint, "_".join(steps) or "record", problem]
    return "TW-" + "-".join(re.sub(r"[^A-Z0-9]+", "_", part.upper()).strip("_") for part in parts)
