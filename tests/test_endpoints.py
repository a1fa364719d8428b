"""The table of endpoints against the sandbox's own: two statements of the same published facts."""

from __future__ import annotations

import pytest

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.sandbox import tables
from tests.whole_runs import TABLES

KEPT = {
    table.name: table.identity for table in vars(tables).values() if isinstance(table, tables.Table)
}


@pytest.mark.parametrize("name", [name for name in ENDPOINTS if name != "events"])
def test_what_identifies_a_record_is_the_same_on_both_sides(name: str) -> None:
    """If it differed, two records would be counted as delivered, and one be kept."""
    assert set(ENDPOINTS[name].identity) == set(KEPT[TABLES[name]])
