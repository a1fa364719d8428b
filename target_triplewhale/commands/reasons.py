"""Rejected records by the reason, as the tools print them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_triplewhale.commands.text import listed, say, wrapped
from target_triplewhale.journal.examples import named
from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXAMPLES = 5


@dataclass
class Group:
    """The records that were rejected for one reason."""

    problems: list[str]
    number: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, identity: Mapping[str, object]) -> None:
        """Count a record; the first ones are examples."""
        self.number += 1
        if len(self.names) < EXAMPLES:
            self.names.append(named(identity))


def problem(field: str, text: str, status: int | None) -> str:
    """Return a reason as a sentence's end; the API's own words may hold a person's data."""
    told = f"{field} {text}".strip()
    return masked(told) if status else told


def print_groups(head: str, lines: Iterable[str], groups: Iterable[Group]) -> None:
    """Print groups under their lines of a table, with examples and what is wrong."""
    say(head)
    for group, line in zip(groups, lines, strict=True):
        more = [f"and {group.number - EXAMPLES:,} more"] if group.number > EXAMPLES else []
        say(line, *listed([*group.names, *more], indent=2))
        for told in group.problems:
            say(*wrapped(told, indent=6))
