"""No block of a page is left that nobody runs, and no command in a sentence that there is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.commands import problems
from tests.docs.pages import ROOT, TYPED, pages
from tests.docs.stages import STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.docs.pages import Block, Page

PAGES = pages()
TOLD = [block for page in PAGES for block in page.having("told by")]
OWN = {
    "docs/another-sender.md": "tests/another_sender/test_page.py",
    "docs/csv.md": "tests/composition/test_pages.py",
    "docs/every-night.md": "tests/nightly/test_page.py",
    "docs/jsonl.md": "tests/composition/test_pages.py",
    "docs/mappers.md": "tests/composition/test_pages.py",
    "docs/mapping.md": "tests/test_mapping_page.py",
    "docs/tutorial.md": "tests/tutorial/test_tutorial.py",
    "docs/warehouse.md": "tests/composition/test_pages.py",
}
"""Pages that a test of their own types."""
NOT_RUN = {"meltano config unset target-triplewhale api_url"}
"""What nobody can type yet, by its first line."""
MARKS = {
    *("body", "example", "exit", "file", "not run", "output", "record", "serve", "sql", "told by"),
}
NEEDED = {
    "": MARKS | {""},
    "text": {"output", "told by"},
    "sql": {"sql", "file"},
}
"""The marks that a language may have; `''` stands for none."""
CONFIGURATION = {"example", "file", "record", "body"}


COMMAND = re.compile(r"^\$? ?(?:target-triplewhale|meltano|pip|make|python) ", re.MULTILINE)
"""A line that would be typed."""
SERVES = re.compile(r"^target-triplewhale sandbox (?!.*(?:--port|--summary)).*$", re.MULTILINE)
"""What would take the port that all pages name, while another page is followed."""


def problem(page: Page, block: Block) -> str | None:
    """Return why nobody runs a block."""
    marks = block.marks.keys() & MARKS
    if not block.language and COMMAND.search(block.text):
        return "commands in a block that is not called sh"
    if block.language in TYPED:
        if SERVES.search(block.text) and "not run" not in marks:
            return "a sandbox without --port 8787: a test serves it elsewhere"
        is_typed = page.name in OWN or page.stage in STAGES
        return None if is_typed or "not run" in marks else "commands on a page without a stage"
    allowed = NEEDED.get(block.language, CONFIGURATION)
    is_run = bool(marks & allowed) or (not marks and "" in allowed)
    is_run = is_run or (page.name in OWN and bool(block.marks))
    return None if is_run else f"{block.language} that no mark says how to run"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_block_is_run(page: Page) -> None:
    """A block that no test runs is wrong sooner or later."""
    found = [(block, problem(page, block)) for block in page.blocks]
    assert [f"{block}: {why}" for block, why in found if why] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_speaks_of_commands_that_there_are(page: Page) -> None:
    """In sentences and tables: commands, options, `make` targets, variables."""
    assert list(problems(page)) == []


def test_what_is_not_run_is_known() -> None:
    """The way out is for what nobody can type yet, and for nothing else."""
    found = {line for page in PAGES for line in _not_run(page)}
    assert found == NOT_RUN


def _not_run(page: Page) -> Iterator[str]:
    for block in page.having("not run"):
        yield block.text.splitlines()[0]


@pytest.mark.parametrize("block", TOLD, ids=str)
def test_what_no_command_says_is_told_by_a_test(block: Block) -> None:
    """One that reads it from the page."""
    module = (ROOT / block.marks["told by"]).read_text(encoding="utf-8")
    assert f'page("{block.page}")' in module


@pytest.mark.parametrize(("name", "module"), OWN.items())
def test_a_page_with_a_test_of_its_own_is_named_there(name: str, module: str) -> None:
    """A page that is moved, or a test that goes, must be seen."""
    assert f'page("{name}")' in (ROOT / module).read_text(encoding="utf-8")
    assert (ROOT / name).is_file()
