"""The page is typed: once where its way leads to the end, and once where it has to turn back."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
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
from tests.docs.pages import page
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from decimal import Decimal
    from pathlib import Path

    from tests.docs.pages import Block
    from tests.docs.terminal import Said

PAGE = page("docs/another-sender.md")
TURNING_BACK = PAGE.having("after doubles")
ONWARD = [block for block in PAGE.blocks if block not in TURNING_BACK]
KEY = config()["api_key"]
TEN = "4. Ten"


@dataclass
class Stage:
    """A shop that another sender has filled, and a terminal in which the page is typed."""

    terminal: Terminal
    url: str
    db: Path
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The newest rows to each query."""
    counts: dict[str, tuple[Counter[str], Decimal]] = field(default_factory=dict)
    """What the shop's file has had after each section."""
    checks: list[Said] = field(default_factory=list)
    """What `check` has said where another way is tried than the one that the page shows."""

    def ask(self, query: str) -> str:
        """Answer a query of the page with a line a row."""
        self.answers[query] = asked(self.url, KEY, query)
        return "".join(json.dumps(row) + "\n" for row in self.answers[query])

    def answer(self, name: str) -> list[dict[str, Any]]:
        """Return what a question of the page has found."""
        (question,) = (block for block in PAGE.having("sql") if block.marks["sql"] == name)
        return self.answers[question.text]

    def follow(self, blocks: list[Block]) -> None:
        """Type what the page types, and compare."""
        reader = Reader(self.terminal, self.ask)
        for section, those in groupby(blocks, lambda block: block.section):
            for block in those:
                reader.take(block)
            self.counts[section] = (counted(self.db), revenue(self.db))

    def try_ten(self) -> None:
        """Type the page up to its ten, whatever is said."""
        reader = Reader(self.terminal, self.ask)
        ten = max(number for number, one in enumerate(ONWARD) if one.section == TEN)
        for block in ONWARD[: ten + 1]:
            if block in PAGE.typed:
                self._try(block)
            elif "output" not in block.marks:
                reader.take(block)

    def _try(self, block: Block) -> None:
        done = self.terminal.type(block.text)
        # `check` ends with 1 where it has found doubles, and then that is looked at.
        assert done.code == 0 or "to do" in done.text, f"{block}: {done.text}"
        if " check " in block.text:
            self.checks.append(done)


@pytest.fixture(scope="module")
def staged(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path
) -> Iterator[Callable[[Callable[[datetime], str]], Stage]]:
    """Serve shops that another sender has filled."""
    with ExitStack() as running:

        def start(spell: Callable[[datetime], str]) -> Stage:
            folder = tmp_path_factory.mktemp("stage")
            terminal = running.enter_context(Terminal(folder / "reader", wheel))
            db = folder / "shop.db"
            app = create_app(db, shop_timezone=ZONE.key)
            served = running.enter_context(serve(app, port=terminal.port))
            OtherSender(served.url, spell).send(KEY)
            lines = "".join(json.dumps(line) + "\n" for line in tap_output())
            terminal.write("orders.singer", lines)
            return Stage(terminal, served.url, db)

        yield start


@pytest.fixture(scope="module")
def followed(staged: Callable[..., Stage]) -> Stage:
    """Type the page where the other sender spells times as the target does."""
    stage = staged(iso_of_javascript)
    stage.follow(ONWARD)
    return stage


@pytest.fixture(scope="module")
def turned_back(staged: Callable[..., Stage]) -> Stage:
    """Type it up to the ten where times are spelled in another way."""
    stage = staged(iso_with_offset)
    stage.try_ten()
    return stage


def test_the_order_that_the_page_shows_is_the_sources() -> None:
    """Or nobody could follow."""
    (shown,) = PAGE.having("told by")
    assert json.loads(shown.text) == SOLD[0]


def test_the_ten_add_nothing(followed: Stage) -> None:
    """They overwrite what the other one has sent."""
    assert followed.counts[TEN] == (once(BEFORE), sold(BEFORE))


def test_an_order_that_both_have_sent_counts_once(followed: Stage) -> None:
    """Counted by the shop's own file, against the source."""
    assert counted(followed.db) == once(ALL)
    assert revenue(followed.db) == sold(ALL)


def test_the_questions_of_the_page_find_no_double(followed: Stage) -> None:
    """And the days are those of the ten, for nothing was added by them."""
    assert followed.answer("by id") == followed.answer("by moment") == []
    assert sum(day["orders"] for day in followed.answer("by day")) == BEFORE


def test_a_spelling_that_nobody_is_told_shows_after_the_ten(turned_back: Stage) -> None:
    """The look before found nothing; the look after it finds ten."""
    first, last = turned_back.checks
    assert "to do" not in first.text
    assert "\nto do        order ids   10 of 60" in last.text
    doubles = {row["order_id"]: row["times"] for row in turned_back.answer("by id")}
    assert doubles == {f"#{one['order_no']}": 2 for one in SOLD[:10]}
    assert revenue(turned_back.db) == sold(BEFORE) + sold(10)


def test_who_turns_back_and_cuts_over_counts_each_order_once(turned_back: Stage) -> None:
    """The ten are void, and each order belongs to one sender."""
    turned_back.follow(TURNING_BACK)
    assert counted(turned_back.db) == once(ALL)
    assert revenue(turned_back.db) == sold(ALL)
    assert len(turned_back.counts) == 2
