"""What happened in a run, as the server saw it: what came, was kept, was refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.conservation.holds import Holds
from tests.conservation.records import mark_of
from tests.conservation.store import PATHS, key_of, records_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.conservation.store import Body, Key

ALONE_AT_500 = 2
"""So often a record alone must have got 500 before it may be rejected for that."""


@dataclass(frozen=True)
class Arrival:
    """One record in one request."""

    request: int
    key: Key
    body: Body

    @property
    def mark(self) -> str:
        """The mark of what it says."""
        return mark_of(self.key[0], self.body)

    @property
    def identity(self) -> Key:
        """What it is, by what the input knows: an event's id may be the target's own."""
        return ("events", self.mark) if self.key[0] == "events" else self.key

    @property
    def content(self) -> tuple[Key, str]:
        """What it is, and what it says."""
        return self.identity, self.mark


@dataclass(frozen=True)
class Request:
    """One request as it came, `size` being its body's bytes."""

    number: int
    path: str
    size: int
    body: Any

    @property
    def endpoint(self) -> str:
        """The endpoint it is for."""
        return PATHS[self.path]

    @property
    def is_bulk(self) -> bool:
        """Whether it may bring several records."""
        return self.path.endswith("/bulk-orders")

    @property
    def marks(self) -> set[str]:
        """The marks of what it brings."""
        return {one.mark for one in self.arrivals()}

    def arrivals(self) -> list[Arrival]:
        """Return the records that it brings."""
        records = records_of(self.path, self.body)
        return [Arrival(self.number, key_of(name, body), body) for name, body in records]


@dataclass
class Notes:
    """What the oracle gets to know of the server's side."""

    arrivals: list[Arrival] = field(default_factory=list)
    kept: list[Arrival] = field(default_factory=list)
    refused: set[tuple[Key, str]] = field(default_factory=set)
    alone_at_500: Counter[tuple[Key, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    holds: Holds = field(default_factory=Holds)
    requests: int = 0
    odd: list[str] = field(default_factory=list)
    """What no client may send, told in sentences."""

    def refuse(self, arrivals: Sequence[Arrival]) -> None:
        """Note records whose sender was told, clearly, that they are refused."""
        self.refused |= {one.content for one in arrivals}

    def explains(self, content: tuple[Key, str]) -> bool:
        """Tell whether the server gave a reason to reject a record."""
        return content in self.refused or self.alone_at_500[content] >= ALONE_AT_500
