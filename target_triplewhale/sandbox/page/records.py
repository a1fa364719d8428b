"""Records as the page shows them: a list of one kind, and one record with all its versions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox.history import FORMER
from target_triplewhale.sandbox.page import kinds
from target_triplewhale.sandbox.page.reading import reading
from target_triplewhale.sandbox.page.sheets import Cell, Row, Sheet, heads, moment, number, words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from target_triplewhale.sandbox.page.kinds import Kind

PAGE_ROWS = 100
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a kind's records, the newest first, and how many there are."""

    sheet: Sheet
    total: int


@dataclass(frozen=True, slots=True)
class Version:
    """One body as it was received, and what it changed."""

    number: int
    """Which sending it was, counted over all: the same body sent again has no line of its own."""
    received: str
    voided: bool
    body: str
    changes: Sheet


@dataclass(frozen=True, slots=True)
class Record:
    """One record: how it is known, and its versions, the newest first."""

    label: str
    identity: tuple[tuple[str, str], ...]
    times: int
    versions: tuple[Version, ...]


def list_records(path: Path, kind: Kind, text: str, page: int) -> Listed:
    """Read one page of a kind's records, all or those that hold a text."""
    columns = ", ".join((*kind.columns, *(sql for _, sql in kind.extras)))
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    condition = r"body LIKE ? ESCAPE '\'" if text else "? IS NOT NULL"
    with reading(path) as connection:
        (total,) = connection.execute(
            f"SELECT count(*) FROM {kind.table} WHERE {condition}",  # noqa: S608 - names of this package
            (pattern,),
        ).fetchone()
        found = connection.execute(
            f"SELECT id, {kind.label}, versions, void, received_at, {columns} FROM {kind.table}"  # noqa: S608 - names of this package
            f" WHERE {condition} ORDER BY id DESC LIMIT ? OFFSET ?",
            (pattern, PAGE_ROWS, (page - 1) * PAGE_ROWS),
        ).fetchall()
    extras = (head for head, _ in kind.extras)
    titles = heads("Record", *extras, "#Times sent", "Voided", "Arrived", *kind.columns)
    return Listed(
        Sheet("list", kind.title, titles, tuple(_row(kind, one) for one in found), "None."), total
    )


def read_record(path: Path, kind: Kind, record: int) -> Record | None:
    """Read one record with its versions; None: there is no such record."""
    columns = ", ".join(kind.columns)
    with reading(path) as connection:
        found = connection.execute(
            f"SELECT {kind.label}, versions, received_at, void, body, {columns}"  # noqa: S608 - names of this package
            f" FROM {kind.table} WHERE id = ?",
            (record,),
        ).fetchone()
        former = connection.execute(
            f"SELECT version, received_at, void, body FROM {FORMER}"  # noqa: S608 - a name of this package
            " WHERE kept_in = ? AND record = ? ORDER BY id",
            (kind.table, record),
        ).fetchall()
    if found is None:
        return None
    label, times, received, void, body, *identity = found
    bodies = [*former, (times, received, void, body)]
    pairs = tuple(zip(kind.columns, (str(part or "") for part in identity), strict=True))
    return Record(str(label), pairs, times, tuple(_versions(bodies))[::-1])


def _row(kind: Kind, found: tuple[Any, ...]) -> Row:
    record, label, versions, void, received, *parts = found
    identity, extras = parts[: len(kind.columns)], parts[len(kind.columns) :]
    cells = (
        words(label, kinds.address(kind.table, record)),
        *(
            words(value, kind="number" if head.startswith("#") else "")
            for (head, _), value in zip(kind.extras, extras, strict=True)
        ),
        number(versions),
        Cell("voided" if void else "", kind="bad"),
        moment(received),
        *map(words, identity),
    )
    return Row(str(record), cells)


def _versions(bodies: list[tuple[int, str, int, str]]) -> Iterator[Version]:
    before: dict[str, Any] | None = None
    for sending, received, void, body in bodies:
        read = json.loads(body)
        changes = () if before is None else tuple(_changes(before, read))
        names = heads("Field", "Before", "Now")
        yield Version(
            sending,
            moment(received).text,
            bool(void),
            json.dumps(read, indent=2, ensure_ascii=False),
            Sheet(f"changes-{sending}", "What it changed", names, changes),
        )
        before = read


def _changes(before: dict[str, Any], now: dict[str, Any]) -> Iterator[Row]:
    former, present = dict(_leaves(before)), dict(_leaves(now))
    for path in sorted({*former, *present}):
        was, became = former.get(path, _ABSENT), present.get(path, _ABSENT)
        if type(was) is not type(became) or was != became:
            yield Row(path, (words(path), _value(was), _value(became)))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return what is no object and no list, under its path; what is empty stands for itself."""
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for place, part in enumerate(value):
            yield from _leaves(part, f"{path}[{place}]")
    else:
        yield path, value


def _value(value: Any) -> Cell:
    if value is _ABSENT:
        return Cell("none", kind="quiet")
    return words(json.dumps(value, ensure_ascii=False))
