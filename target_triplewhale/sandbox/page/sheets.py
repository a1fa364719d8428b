"""What the page shows as tables: cells of text, written by the template and by the live script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LONGEST = 120


@dataclass(frozen=True, slots=True)
class Cell:
    """One text; `kind` is a class of the style sheet, `href` an address of this page's own."""

    text: str
    href: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; the first cell heads it. The key tells the live script which one it is."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its name, its columns' heads and what to say where it has no row."""

    name: str
    caption: str
    heads: tuple[Cell, ...]
    rows: tuple[Row, ...]
    empty: str = "Nothing yet."


def heads(*names: str) -> tuple[Cell, ...]:
    """Return heads; a name that begins with `#` stands over numbers."""
    return tuple(
        Cell(name.removeprefix("#"), kind="number" if name.startswith("#") else "")
        for name in names
    )


def number(value: float | None, href: str | None = None) -> Cell:
    """Return a count, in groups of three; nothing for none."""
    return Cell("" if value is None else f"{value:,}", href, "number")


def money(value: float | None) -> str:
    """Return an amount to the cent; nothing for none."""
    return "" if value is None else f"{value:,.2f}"


def moment(value: str | float | None) -> Cell:
    """Return a time of the sandbox's own, in UTC; nothing for none."""
    if value is None:
        return Cell("", kind="time")
    if not isinstance(value, str):
        value = datetime.fromtimestamp(value, UTC).isoformat(timespec="milliseconds")
    return Cell(value[:19].replace("T", " "), kind="time")


def words(value: Any, href: str | None = None, kind: str = "") -> Cell:
    """Return a stranger's text, cut where it is long."""
    text = "" if value is None else str(value)
    return Cell(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…", href, kind)
