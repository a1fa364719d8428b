"""Records that are no longer there, or never were: a `where` that leaves them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.shapes import Shape
from target_triplewhale.suggestions.words import NOISE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work

_BAD: Mapping[str, bool] = {"test": True, "deleted": True, "live": False}
"""A flag, and the value at which a record is none."""
_WORDS = (("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"))


def add_where(work: Work) -> None:
    """Leave out records that a flag calls deleted, a test, or not live."""
    used = {match.column.path for match in work.matches.values()}
    flags = [one for one in work.columns if _meaning(one) and one.path not in used]
    for one in filter(_is_bad_throughout, flags):
        work.draft.remarks.append(
            f"where: {one.told} is {next(iter(one.counts))} on every record: check it"
        )
    tests = [_test(one) for one in flags if not _is_bad_throughout(one)]
    if not tests:
        return
    before = work.draft.keys.get("where")
    told = "no deleted ones, no tests" if before is None else before.comment
    every = [*([before.value] if before else []), *tests]
    work.draft.keys["where"] = Line(" && ".join(every), told)


def _meaning(column: Column) -> str:
    """Return what a flag says, if that is all that its name says."""
    words = [word for word in column.words if word not in NOISE]
    is_flag = column.shape is Shape.FLAG and len(words) == 1 and len(column.path) == 1
    return words[0] if is_flag and words[0] in _BAD else ""


def _is_bad_throughout(column: Column) -> bool:
    """Tell whether a flag would leave out the whole sample."""
    place = 0 if _BAD[_meaning(column)] else 1
    bad = [pair[place] for pair in _WORDS]
    return column.fill == 1 and all(value.lower() in bad for value in column.counts)


def _test(column: Column) -> str:
    """Return the expression that a record passes which is there and real."""
    bad = _BAD[_meaning(column)]
    if any(isinstance(value, bool) for value in column.values):
        return f"{column.source} != `{str(bad).lower()}`"
    sample = str(column.values[0]).strip()
    pair = next(one for one in _WORDS if sample.lower() in one)
    return f"{column.source} != '{_in_case_of(sample, pair[0] if bad else pair[1])}'"


def _in_case_of(sample: str, word: str) -> str:
    if sample.isupper():
        return word.upper()
    return word.capitalize() if sample[:1].isupper() else word
