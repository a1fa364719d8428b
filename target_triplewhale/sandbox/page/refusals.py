"""What was refused and why, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.sandbox.page.reading import reading
from target_triplewhale.sandbox.page.sheets import Row, Sheet, heads, moment, number, words
from target_triplewhale.sandbox.page.traffic import answer_cell
from target_triplewhale.sandbox.summary import reasons

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from target_triplewhale.sandbox.summary import Reason

PAGE_ROWS = 100
_WANTED = "(:of IS NULL OR request = :of)"
_COUNT = f"SELECT count(*) FROM refusals WHERE {_WANTED}"  # noqa: S608 - no value is part of it
_REFUSALS = f"""
    SELECT refusals.rowid, request, at, refusals.path, field, problem, status
    FROM refusals JOIN requests ON n = request
    WHERE {_WANTED} ORDER BY refusals.rowid DESC LIMIT :size OFFSET :skip
"""  # noqa: S608 - the same


@dataclass(frozen=True, slots=True)
class Refusals:
    """The reasons, the most frequent first, and one page of refusals, the newest first."""

    ranked: Sheet
    newest: Sheet
    total: int


def read_refusals(path: Path, of: int | None, page: int) -> Refusals:
    """Read the reasons, and one page of refusals: all, or those of one request."""
    wanted = {"of": of, "size": PAGE_ROWS, "skip": (page - 1) * PAGE_ROWS}
    with reading(path) as connection:
        ranked = rank("Reasons", reasons(connection))
        (total,) = connection.execute(_COUNT, wanted).fetchone()
        found = connection.execute(_REFUSALS, wanted).fetchall()
    names = heads("Field", "Problem", "Path", "Answer", "#Request", "At")
    caption = "Refusals, newest first"
    return Refusals(
        ranked, Sheet("refusals", caption, names, tuple(map(_row, found)), "None."), total
    )


def rank(caption: str, found: Iterable[Reason]) -> Sheet:
    """Return reasons as a table."""
    rows = (
        Row(
            f"{one.path} {one.reason}",
            (words(one.reason, kind="prose"), words(one.path), number(one.count)),
        )
        for one in found
    )
    names = heads("Reason", "Path", "#Times")
    return Sheet("reasons", caption, names, tuple(rows), "Nothing was refused.")


def _row(found: tuple[Any, ...]) -> Row:
    key, request, at, path, field, problem, status = found
    cells = (
        words(field, kind="prose"),
        words(problem, kind="prose"),
        words(path),
        answer_cell(status),
        number(request, f"/requests?n={request}"),
        moment(at),
    )
    return Row(str(key), cells)
