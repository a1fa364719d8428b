"""docs/delivery.md is typed: a run that halts, and the one after it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest

from target_triplewhale.outcomes import Outcome
from tests.explanations.pages import DOCS
from tests.typed_pages import blocks, lacking, served_at, typed
from tests.whole_runs import order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served
    from tests.typed_pages import Block

PAGE = blocks(DOCS / "delivery.md")


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


@pytest.fixture
def staged(tmp_path: Path, serving: Callable[..., Served]) -> str:
    """Put the page's files into a folder, and serve the sandbox as the page does."""
    files = {block.mark: block.text for block in PAGE if block.mark.startswith("file: ")}
    url = serving(faults=json.loads(files["file: faults.json"])).url
    for mark, text in files.items():
        (tmp_path / mark.removeprefix("file: ")).write_text(served_at(url, text))
    lines = "".join(json.dumps(line) + "\n" for line in tap_output())
    (tmp_path / "orders.singer").write_text(lines)
    return url


def test_the_page_shows_what_a_halt_leaves_and_how_it_goes_on(
    staged: str, tmp_path: Path, stored: Callable[[str], list[dict[str, Any]]]
) -> None:
    """Each order is there once in the end, and none was sent twice."""
    said: dict[Block, list[str]] = {}
    there = []
    for block in PAGE:
        if block.kind == "sh" and block.mark != "serve":
            code, told = typed(tmp_path, served_at(staged, block.text))
            assert code == 0, told
            said[block] = told.splitlines()
            there.append(len(stored("orders_table")))
    assert lacking(PAGE, said) == []
    assert there == [200, 500]
