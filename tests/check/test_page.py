"""`docs/check.md` shows what the command prints."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from target_triplewhale.commands import check
from target_triplewhale.sandbox import Keys
from target_triplewhale.sandbox.keys import Key
from tests.check.checking import configured, written
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served
    from tests.whole_runs import Runner

PAGE = Path(__file__).parents[2] / "docs" / "check.md"
BLOCK = re.compile(r"<!-- output -->\n```text\n(.*?)```", re.DOTALL)
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_shows_the_output_as_it_is(run: Runner, serving: Callable[..., Served]) -> None:
    """A shop with a year of Shopify behind it, and a key that lacks a scope."""
    days = [f"2025-{month:02}-15T10:00:00Z" for month in range(1, 13)]
    there = [order(f"S{n}", created_at=days[n % 12]) for n in range(4122)]
    lines = [schema("orders"), *records("orders", *there)]
    assert run(lines, platform="shopify", native_sources="allow").code == 0
    lately = (datetime.now(UTC) - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert run([schema("orders"), *records("orders", order("new", created_at=lately))]).code == 0
    key = Key(scopes=("Orders: Write", "Data Out"), created_at="2026-01-03T09:00:00.000Z")
    keys = Keys({run.config["api_key"]: key})
    run.config["api_url"] = serving(keys=keys, shop_timezone="America/New_York").url
    mine = [order(n, created_at=days[n % 12]) for n in range(1200)]
    mine[7] = order(7, currency=None)
    told = [schema("orders"), *records("orders", *mine)]
    told += [schema("customers"), *records("customers", {"customer_id": "1"})]
    configured(run, timezone="America/New_York", max_rejects="5%")
    written(run, told)
    done = run.execute(["--config", "config.json", "check", "--input", "input.jsonl"], b"")
    assert done.code == 1
    assert BLOCK.findall(TEXT) == [done.out]


def test_the_page_explains_every_finding() -> None:
    """A word that it does not explain would stay a riddle."""
    source = Path(check.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    names = set(re.findall(r"(?:ok|cannot_tell|to_do|_tried)\(\s*\"([a-z ]+)\",", code))
    names |= set(re.findall(r"^NAME = \"([a-z ]+)\"$", code, re.MULTILINE))
    rows = "".join(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE))
    assert len(names) == 13
    assert {name for name in names if f"`{name}`" not in rows} == set()
