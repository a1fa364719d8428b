"""docs/delivery.md is typed: a run that halts, and the one after it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from target_triplewhale.outcomes import Outcome
from tests.docs.pages import page
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal
from tests.explanations.pages import DOCS
from tests.whole_runs import TABLES, order, records, rows, schema, state

if TYPE_CHECKING:
    from pathlib import Path

PAGE = page("docs/delivery.md")


def test_the_page_names_the_five_endings() -> None:
    """No other, and none is left out."""
    text = (DOCS / "delivery.md").read_text()
    table = text.partition("| ending |")[2].partition("\n\n")[0]
    named = [line.split(" | ")[0].strip("| ") for line in table.splitlines()[2:]]
    assert sorted(named) == sorted(kind.__name__.lower() for kind in get_args(Outcome))


def tap_output() -> list[dict[str, Any]]:
    """Return 500 orders, with a STATE after each hundred."""
    lines = [schema("orders")]
    for first in range(0, 500, 100):
        lines += records("orders", *(order(number) for number in range(first, first + 100)))
        lines.append(state(orders=first + 100))
    return lines


def test_the_page_shows_what_a_halt_leaves_and_how_it_goes_on(tmp_path: Path, wheel: Path) -> None:
    """Each order is there once in the end, and none was sent twice."""
    there = []
    with Terminal(tmp_path, wheel) as terminal:
        lines = "".join(json.dumps(line) + "\n" for line in tap_output())
        terminal.write("orders.singer", lines)
        reader = Reader(terminal)
        for block in PAGE.blocks:
            reader.take(block)
            if block in PAGE.typed and "serve" not in block.marks:
                there.append(len(rows(terminal.folder / "shop.db", TABLES["orders"])))
    assert there == [200, 200, 500, 500]
