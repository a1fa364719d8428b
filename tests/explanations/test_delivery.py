"""docs/delivery.md names what there is; what it has typed is typed by `tests/docs`."""

from __future__ import annotations

from typing import get_args

from target_triplewhale.outcomes import Outcome
from tests.explanations.pages import DOCS


def test_the_page_names_the_five_endings() -> None:
    """No other, and none is left out."""
    text = (DOCS / "delivery.md").read_text()
    table = text.partition("| ending |")[2].partition("\n\n")[0]
    named = [line.split(" | ")[0].strip("| ") for line in table.splitlines()[2:]]
    assert sorted(named) == sorted(kind.__name__.lower() for kind in get_args(Outcome))
