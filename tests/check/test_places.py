"""The places that a run writes are looked at, and left as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.check.checking import check
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from tests.whole_runs import Runner


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("rejects", "rejects_path", "config.json/rejects"),
        ("report", "report_path", "config.json/report.json"),
        ("ledger", "ledger_url", "sqlite:///config.json/ledger.db"),
        ("ledger", "ledger_url", "mysql://nowhere/ledger"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(
    run: Runner, name: str, setting: str, value: str
) -> None:
    """A run would end there, or worse, only at its end."""
    found = check(run, **{setting: value})
    assert found.to_do == [name]
    assert f"setting `{setting}`" in found.sentence(name)


def test_a_ledger_is_there_or_is_still_to_be_made(run: Runner) -> None:
    """Neither is a fault, and the look makes none."""
    url = "sqlite:///output/ledger.db"
    assert "the first run makes it" in check(run, ledger_url=url).sentence("ledger")
    assert not (run.folder / "output").exists()
    run([schema("orders"), *records("orders", order(1))], ledger_url=url)
    assert check(run, ledger_url=url).sentence("ledger") == "can be read"


def test_a_ledger_that_is_damaged_is_told(run: Runner) -> None:
    """In the words that a run would have."""
    (run.folder / "ledger.db").write_bytes(b"no database" * 100)
    found = check(run, ledger_url="sqlite:///ledger.db")
    assert found.to_do == ["ledger"]
    assert "it is damaged" in found.sentence("ledger")
