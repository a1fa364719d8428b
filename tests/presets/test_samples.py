"""Each preset turns its sample into exactly the payloads that are written beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.presets.library import packaged
from tests.presets.samples import FOLDER, config, expected, samples
from tests.whole_runs import TABLES, Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Stored = Callable[[str], list[dict[str, Any]]]

UNKNOWN = "TW-PPS-ORDER_ID-UNKNOWN"
"""The answer to an order that the API does not know, which no mapping can foresee."""


@pytest.mark.parametrize("sample", samples())
def test_a_sample_comes_to_its_payloads_and_no_others(
    sample: str, run: Runner, stored: Stored, tmp_path: Path
) -> None:
    """Bodies, numbers and codes, as they are written down; the API refuses only what is unknown.

    One by one, since of many requests at once any may be the first to arrive.
    """
    done = run(FOLDER / sample / "input.jsonl", max_concurrency=1, **config(sample))
    assert done.code == 0, done.log
    wanted = expected(sample)
    assert _routes(done.report) == wanted["routes"]
    kept = {endpoint: stored(table) for endpoint, table in TABLES.items()}
    found = {endpoint: [_body(row) for row in rows] for endpoint, rows in kept.items() if rows}
    assert found == wanted["bodies"]
    unknown = sum(one["codes"].get(UNKNOWN, 0) for one in done.report["routes"])
    assert _refusals(tmp_path / "served.db") == [("/data-in/pps", "Order not found")] * unknown


def test_every_preset_has_a_sample_and_a_page() -> None:
    """A preset that is added later must show what it does."""
    assert {sample.partition("__")[0] for sample in samples()} == set(packaged())
    pages = FOLDER.parents[1] / "docs" / "presets"
    assert {page.stem for page in pages.glob("*.md")} >= set(packaged())


def _refusals(db: Path) -> list[tuple[str, str]]:
    """Return the path and the problem of everything that the sandbox refused."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return list(connection.execute("SELECT path, problem FROM refusals"))


def _routes(report: dict[str, Any]) -> dict[str, Any]:
    told = ("read", "delivered", "superseded", "filtered", "rejected", "codes")
    return {
        one["route"]: {name: one[name] for name in told if one[name]} for one in report["routes"]
    }


def _body(kept: dict[str, Any]) -> dict[str, Any]:
    """Return what was sent; the time of the run, where that was filled in, is no part of it."""
    is_of_the_run = str(kept.get("updated_at")) > "2026-11"
    return {name: one for name, one in kept.items() if name != "updated_at" or not is_of_the_run}
