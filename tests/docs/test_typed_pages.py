"""Each page is followed from the top down: what it has typed works, and says what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import pages
from tests.docs.reader import Reader
from tests.docs.stages import STAGES
from tests.docs.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.pages import Page

STAGED = [page for page in pages() if page.stage in STAGES]


@pytest.fixture
def terminal(tmp_path: Path, wheel: Path) -> Iterator[Terminal]:
    """Return a terminal in an empty folder."""
    with Terminal(tmp_path, wheel) as opened:
        yield opened


@pytest.mark.parametrize("page", STAGED, ids=str)
def test_all_that_a_page_has_typed_works(page: Page, terminal: Terminal) -> None:
    """In the order of the page, in one folder."""
    STAGES[str(page.stage)](terminal)
    Reader(terminal).follow(page)
