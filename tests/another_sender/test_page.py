"""The page is typed: once where its way leads to the end, and once where it has to turn back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.serve import serve
from tests.another_sender.counting import asked, counted, once, revenue, sold
from tests.another_sender.page import config
from tests.another_sender.shop import (
    ALL,
    BEFORE,
    SOLD,
    ZONE,
    OtherSender,
    iso_of_javascript,
    iso_with_offset,
    tap_output,
)
from tests.docs.pages import missed, page
from tests.docs.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from tests.docs.pages import Block

PAGE = page("docs/another-sender.md")
TURNING_BACK = "after doubles"
KEY = config()["api_key"]
STEPS = ("1. How", "2. The same", "3. Look", "4. Ten")
REST = ("5. Stop", "6. The rest", "What is not")


@dataclass
class Stage:
    """A shop that another sender has filled, and a folder in which the page is typed."""

    terminal: Terminal
    url: str
    said: dict[str, str] = field(default_factory=dict)
    """What was said or answered to each block, with a line a row."""

    @property
    def db(self) -> Path:
        """The shop's file."""
        return self.terminal.folder / "shop.db"

    def type(self, *sections: str, marked: str = "") -> None:
        """Type the blocks of some sections, in their order; those of another case have a mark."""
        for block in PAGE.blocks:
            if block.section.startswith(sections):
                self._type(block, marked)

    def _type(self, block: Block, marked: str) -> None:
        if block in PAGE.typed and "".join(block.marks) == marked:
            done = self.terminal.type(block.text)
            # `check` ends with 1 where it has found doubles, and then that is looked at.
            assert done.code == 0 or "to do" in done.text, f"{block}: {done.text}"
            self.said[str(block)] = done.text
        elif "sql" in block.marks:
            rows = asked(self.url, KEY, block.text)
            self.said[str(block)] = "".join(f"{json.dumps(row)}\n" for row in rows)
        elif "file" in block.marks:
            self.terminal.write(block.marks["file"], block.text)

    def answers(self, name: str) -> list[dict[str, Any]]:
        """Return what a question of the page has found."""
        (block,) = (block for block in PAGE.having("sql") if block.marks["sql"] == name)
        return [json.loads(row) for row in self.said[str(block)].splitlines()]

    def lacks(self, *, marked: str = "") -> list[str]:
        """Return the places of lines that the page shows and that were not said."""
        shown = [pair for pair in pairwise(PAGE.blocks) if "output" in pair[1].marks]
        found = [
            (output, missed(output.text.splitlines(), self.said[str(block)]))
            for block, output in shown
            if str(block) in self.said and (not marked or marked in block.marks)
        ]
        return [output.at(number) for output, number in found if number]


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Iterator[Callable[..., Stage]]:
    """Serve shops that another sender has filled."""
    running = []

    def start(spell: Callable[[datetime], str]) -> Stage:
        terminal = Terminal(tmp_path_factory.mktemp("stage"), wheel)
        running.append(serve(create_app(terminal.folder / "shop.db", shop_timezone=ZONE.key)))
        terminal.port, url = running[-1].port, running[-1].url
        OtherSender(url, spell).send(KEY)
        lines = "".join(json.dumps(line) + "\n" for line in tap_output())
        terminal.write("orders.singer", lines)
        return Stage(terminal, url)

    yield start
    for served in running:
        served.stop()


@pytest.fixture(scope="module")
def followed(staged: Callable[..., Stage]) -> Stage:
    """Type the page where the other sender spells times as the target does."""
    stage = staged(iso_of_javascript)
    stage.type(*STEPS)
    assert (counted(stage.db), revenue(stage.db)) == (once(BEFORE), sold(BEFORE))
    stage.type(*REST)
    return stage


@pytest.fixture(scope="module")
def turned_back(staged: Callable[..., Stage]) -> Stage:
    """Type it up to the ten where times are spelled in another way."""
    stage = staged(iso_with_offset)
    stage.type(*STEPS)
    return stage


def test_the_page_shows_what_is_said(followed: Stage) -> None:
    """A reader compares; and it is typed as a whole."""
    typed = [*PAGE.typed, *PAGE.having("sql")]
    ours = {str(block) for block in typed if TURNING_BACK not in block.marks}
    assert ours == followed.said.keys()
    assert followed.lacks() == []


def test_the_order_that_the_page_shows_is_the_sources() -> None:
    """Or nobody could follow."""
    (shown,) = PAGE.having("told by")
    assert json.loads(shown.text) == SOLD[0]


def test_an_order_that_both_have_sent_counts_once(followed: Stage) -> None:
    """Counted by the shop's own file, against the source."""
    assert counted(followed.db) == once(ALL)
    assert revenue(followed.db) == sold(ALL)


def test_the_questions_of_the_page_find_no_double(followed: Stage) -> None:
    """And the days are those of the ten, for nothing was added by them."""
    assert followed.answers("by id") == followed.answers("by moment") == []
    assert sum(day["orders"] for day in followed.answers("by day")) == BEFORE


def test_a_spelling_that_nobody_is_told_shows_after_the_ten(turned_back: Stage) -> None:
    """The look before found nothing; the look after it finds ten."""
    looks = [block for block in PAGE.typed if " check " in block.text]
    first, last = (turned_back.said[str(block)] for block in looks)
    assert "to do" not in first
    assert "\nto do        order ids   10 of 60" in last
    doubles = {row["order_id"]: row["times"] for row in turned_back.answers("by id")}
    assert doubles == {f"#{one['order_no']}": 2 for one in SOLD[:10]}
    assert revenue(turned_back.db) == sold(BEFORE) + sold(10)


def test_who_turns_back_and_cuts_over_counts_each_order_once(turned_back: Stage) -> None:
    """The ten are void, and each order belongs to one sender."""
    turned_back.type("If", marked=TURNING_BACK)
    assert counted(turned_back.db) == once(ALL)
    assert revenue(turned_back.db) == sold(ALL)
    assert {str(block) for block in PAGE.having(TURNING_BACK)} <= turned_back.said.keys()
    assert turned_back.lacks(marked=TURNING_BACK) == []
