"""The tables of the pages that explain are those of the code."""

from __future__ import annotations

import pytest

from tests.explanations.pages import DOCS, TABLES, refreshed


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_fresh(name: str) -> None:
    """`python -m tests.explanations` writes them."""
    assert (DOCS / name).read_text() == refreshed(name)
