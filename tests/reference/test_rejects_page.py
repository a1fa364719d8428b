"""docs/rejects.md shows the line that its own order comes to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.reference.page import ROOT

if TYPE_CHECKING:
    from tests.whole_runs import Runner

TEXT = (ROOT / "docs" / "rejects.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- (file|example): (\S+) -->\n```json\n(.*?)```", re.DOTALL)
BLOCKS = [(name, text) for _, name, text in BLOCK.findall(TEXT)]
TIMES = ("at", "read_at")


def test_the_line_is_as_it_is_shown(run: Runner) -> None:
    """Letter for letter, but for the two times."""
    orders = next(text for name, text in BLOCKS if name == "orders.jsonl")
    (line,) = run([json.loads(one) for one in orders.splitlines()]).rejects
    shown = json.loads(next(text for name, text in BLOCKS if name == "rejects"))
    for time in TIMES:
        assert len(line["rejected"][time]) == len(shown["rejected"][time])
        line["rejected"][time] = shown["rejected"][time]
    assert line == shown


def test_each_key_has_a_row() -> None:
    """And no row is about a key that there is not."""
    shown = json.loads(next(text for name, text in BLOCKS if name == "rejects"))
    table = TEXT.partition("| key of `rejected` |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(shown["rejected"])
