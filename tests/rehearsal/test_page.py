"""docs/before-a-run.md shows what its commands really say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.exports import Table
from tests.whole_runs import records, schema

if TYPE_CHECKING:
    from tests.whole_runs import Runner

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "before-a-run.md").read_text()
SHOWN = re.findall(
    r"```sh\nTARGET_TRIPLEWHALE_(\w+)=(\w+) meltano run .*?```text\n(.*?)```", PAGE, re.DOTALL
)


def samples() -> list[dict[str, Any]]:
    """Return the repository's orders as tap-csv reads them."""
    rows = Table("orders.csv").rows(ROOT / "examples")
    return [schema("orders", *rows[0]), *records("orders", *rows)]


def test_the_page_has_three_commands() -> None:
    """Or the next test would show nothing."""
    assert [name for name, _, _ in SHOWN] == ["DRY_RUN", "RECORD_LIMIT", "TEST_ACCOUNT"]


@pytest.mark.parametrize(("name", "value", "output"), SHOWN)
def test_each_command_says_what_the_page_shows(
    run: Runner, name: str, value: str, output: str
) -> None:
    """Line by line; a command's environment is a setting of the run."""
    settings: dict[str, Any] = {name.lower(): value}
    done = run(samples(), is_whole=False, **settings)
    assert done.code == 0
    assert [line for line in output.splitlines() if line not in done.log] == []
