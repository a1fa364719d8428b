"""Answers as plain text, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_triplewhale.journal.ledger.keys import Key

WIDTH = 100


def say(*lines: str) -> None:
    """Print lines; what a source calls its records cannot steer a terminal."""
    for line in lines:
        click.echo(printable(line))


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number and what it counts: 1 order, 2 orders."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def moment(time: str | None) -> str:
    """Return a time to the second."""
    return time[:19].replace("T", " ") if time else "-"


def cut(text: str, width: int) -> str:
    """Shorten a text to a width."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Break a text into lines."""
    before = " " * indent
    return textwrap.wrap(
        text, WIDTH, initial_indent=before, subsequent_indent=before, break_on_hyphens=False
    )


def listed(names: Iterable[str], indent: int) -> list[str]:
    """Return names with commas between them, in lines that hold several."""
    return wrapped(", ".join(names), indent)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str]) -> list[str]:
    """Return rows under heads; columns named in `right` end alike."""
    cells = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        aligned = [
            cell.rjust(width) if head in right else cell.ljust(width)
            for head, cell, width in zip(heads, row, widths, strict=True)
        ]
        lines.append("  ".join(aligned).rstrip())
    return lines


def name_of(key: Key) -> str:
    """Return what a source calls a record."""
    from target_triplewhale.journal.ledger.history import ids  # noqa: PLC0415  (an extra)

    return " / ".join(ids(ENDPOINTS[key.name.endpoint], key)) or key.name.text
