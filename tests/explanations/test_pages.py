"""The tables of the pages that explain are those of the code."""

from __future__ import annotations

import pytest

from tests.explanations.pages import DOCS, PICTURE, TABLES, refreshed
from tests.explanations.picture import picture


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_fresh(name: str) -> None:
    """`python -m tests.explanations` writes them."""
    assert (DOCS / name).read_text() == refreshed(name)


def test_the_picture_is_fresh() -> None:
    """The same command draws it."""
    assert PICTURE.read_text() == picture()
