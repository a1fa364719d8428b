"""docs/mapping.md holds nothing that does not work as it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from target_triplewhale.recipes import KEYS
from tests.test_meltano import BIN, meltano
from tests.whole_runs import TABLES, Runner, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

PAGE = Path(__file__).parents[1] / "docs" / "mapping.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", TEXT, re.DOTALL))
EXAMPLES = {
    name: re.findall(r"```\w+\n(.*?)```", blocks, re.DOTALL)
    for name, blocks in re.findall(
        r"<!-- example: (?!streams)(\w+) -->\n((?:```\w+\n.*?```\n?){3})", TEXT, re.DOTALL
    )
}
FILLED_IN = {"shop", "platform", "platform_account_id", "updated_at"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_sends_the_body_that_it_shows(name: str, run: Runner, stored: Stored) -> None:
    """Route, record and body, as a reader would try them."""
    route, record, body = EXAMPLES[name]
    streams = yaml.safe_load(route)
    (stream,) = streams
    read = json.loads(record)
    schema = {"type": "object", "properties": {column: {} for column in read}}
    lines = [
        {"type": "SCHEMA", "stream": stream, "schema": schema, "key_properties": []},
        {"type": "RECORD", "stream": stream, "record": read},
    ]
    done = run(lines, streams=streams)
    assert done.code == 0, done.log
    found = [body for table in TABLES.values() for body in stored(table)]
    assert [_without_what_is_filled_in(one) for one in found] == [json.loads(body)]


def test_every_key_of_a_route_is_explained() -> None:
    """A key that is added later must get its words."""
    assert [key for key in KEYS if f"`{key}`" not in TEXT] == []


def test_the_first_pipeline_does_what_the_page_says(tmp_path: Path) -> None:
    """Its own files, real Meltano, a real tap; only the target is this checkout's."""
    project = yaml.safe_load(FILES["meltano.yml"])
    loader = project["plugins"]["loaders"][0]
    del loader["pip_url"]
    loader["executable"] = str(BIN / "target-triplewhale")
    (tmp_path / "shop.csv").write_text(FILES["shop.csv"], encoding="utf-8")
    (tmp_path / "meltano.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
    for _ in range(2):
        done = meltano(tmp_path, "run", "--full-refresh", "tap-csv", "target-triplewhale")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "4 read; 3 delivered, 1 filtered" in done.stdout + done.stderr
        kept = rows(tmp_path / "sandbox.db", TABLES["orders"])
        assert [_told(order) for order in kept] == [
            ("W-1001", "2026-04-03T08:15:00.000Z", "ann@example.com", 29.98, 2, 0),
            ("W-1002", "2026-04-04T16:40:00.000Z", "ben@example.com", 9.99, 1, 9.99),
        ]
    shown = subprocess.check_output(_summary(), cwd=tmp_path, text=True)
    assert "orders" in shown


def _summary() -> list[str]:
    line = next(one for one in TEXT.splitlines() if one.startswith("target-triplewhale sandbox"))
    return [sys.executable, "-m", "target_triplewhale", *line.split()[1:]]


def _told(order: dict[str, Any]) -> tuple[Any, ...]:
    refunded = sum(one["total_refund"] for one in order.get("refunds", []))
    assert order["currency"] == "EUR"
    assert order["platform_account_id"] == "web-shop"
    return (
        order["order_id"],
        order["created_at"],
        order["customer"]["email"],
        order["order_revenue"],
        len(order["line_items"]),
        refunded,
    )


def _without_what_is_filled_in(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in FILLED_IN}
