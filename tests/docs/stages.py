"""What is there before the first command of a page: made by real runs against the sandbox."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import yaml

from tests.docs.pages import ROOT
from tests.exports import Table
from tests.project.test_meltano_project import environment, loader, tapped
from tests.whole_runs import Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.docs.terminal import Terminal

INPUT = "tap-output.jsonl"
REPLAY = f"#!/bin/sh\nexec cat {INPUT}\n"
REJECTS = "20260304T050607Z-1a2b3c4d.jsonl"
"""What pages call a file that is named by its time."""
SERVED = "http://127.0.0.1:8787/api/v2"
KEY = {"api_key": "a-key-of-the-sandbox"}


def empty(_: Terminal) -> None:
    """Nothing but the page's own files."""


def contacts(terminal: Terminal) -> None:
    """A file of the reader's own."""
    text = (ROOT / "examples/contacts.csv").read_text(encoding="utf-8")
    terminal.write("contacts.csv", text)


def hub(terminal: Terminal) -> None:
    """The definition that the Hub would have."""
    name = "target-triplewhale.yml"
    terminal.write(name, (ROOT / "docs/hub" / name).read_text(encoding="utf-8"))


def project(terminal: Terminal) -> None:
    """The samples: this checkout's Meltano project, and `config.json` for a bare pipe."""
    given = loader()["config"] | environment("sandbox") | KEY
    configure(terminal, given)
    bring(terminal, tapped())


def delivered(terminal: Terminal) -> None:
    """Orders and leads after two runs: reports of both kinds, rejects, a ledger that knows one run.

    Three orders were rejected for what the settings say by now.
    """
    found = [order(n) for n in range(1, 31)]
    found[6] |= {"currency": None}
    found[7] |= {"currency": None}
    found[8] |= {"created_at": "2026-03-09 05:06:07"}
    bring(terminal, [*_orders(found), schema("leads", "eventId"), *records("leads", *_leads(9))])
    run = Runner(terminal.folder, "sandbox:///output/sandbox.db")
    run.config |= {"max_rejects": "10%"}
    lines = terminal.folder / INPUT
    run(lines, report_path="output/report.html", rejects_path="output/rejects", is_whole=False)
    run.config |= {"ledger_url": "sqlite:///ledger.db", "rejects_path": "triplewhale-rejects"}
    run(lines, is_whole=False)
    for folder in ("output/rejects", "triplewhale-rejects"):
        (kept,) = (terminal.folder / folder).glob("*.jsonl")
        kept.rename(kept.with_name(REJECTS))
    configure(terminal, run.config | {"currency": "EUR", "timezone": "UTC"})
    terminal.write("faults.json", json.dumps([{"path": "/data-in/event", "nth": 3, "status": 429}]))


def orders(terminal: Terminal) -> None:
    """The samples' orders alone, which need no mapping."""
    configure(terminal, environment("sandbox") | KEY)
    rows = Table("orders.csv").rows(ROOT / "examples")
    bring(terminal, [schema("orders", *rows[0]), *records("orders", *rows)])


def five_hundred_orders(terminal: Terminal) -> None:
    """A tap's output with a STATE after each hundred."""
    lines = [schema("orders")]
    for first in range(0, 500, 100):
        lines += records("orders", *(order(number) for number in range(first, first + 100)))
        lines.append(state(orders=first + 100))
    terminal.write("orders.singer", "".join(json.dumps(line) + "\n" for line in lines))


def a_year_of_shopify(terminal: Terminal) -> None:
    """Orders and a customer to be sent, to a shop that has orders already, with a narrow key."""
    days = [f"2025-{month:02}-15T10:00:00Z" for month in range(1, 13)]
    lately = (datetime.now(UTC) - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%SZ")
    run = Runner(terminal.folder, "sandbox:///sandbox.db")
    there = [order(f"S{n}", created_at=days[n % 12]) for n in range(4122)]
    run(_orders(there), platform="shopify", native_sources="allow")
    run(_orders([order("new", created_at=lately)]))
    mine = [order(n, created_at=days[n % 12]) for n in range(1200)]
    mine[7] = order(7, currency=None)
    bring(
        terminal, [*_orders(mine), schema("customers"), *records("customers", {"customer_id": 1})]
    )
    served = {"api_url": SERVED, "timezone": "America/New_York", "max_rejects": "5%"}
    configure(terminal, run.config | served)
    key = {"scopes": ["Orders: Write", "Data Out"], "created_at": "2026-01-03T09:00:00.000Z"}
    terminal.write("keys.json", json.dumps({run.config["api_key"]: key}))
    _serve(terminal, "--keys keys.json --timezone America/New_York")


def a_lost_order(terminal: Terminal) -> None:
    """Five orders were sent, long enough ago, and the shop has lost one of them."""
    times = ("04T03:30", "04T04:30", "05T04:30", "06T05:30", "06T15:00")
    sent = [
        order(n, created_at=f"2026-03-{time}:00Z", currency="USD")
        for n, time in enumerate(times, start=1)
    ]
    sent[0]["order_revenue"] = 1010.5
    run = Runner(terminal.folder, terminal.here(SERVED))
    _serve(terminal, "--timezone America/New_York")
    run(_orders(sent))
    with closing(sqlite3.connect(terminal.folder / "sandbox.db")) as connection, connection:
        connection.execute("DELETE FROM orders_table WHERE order_id = 'A-2'")
    report = terminal.folder / "report.json"
    ended = {"ended": "2026-03-08T00:00:00+00:00"}
    report.write_text(json.dumps(json.loads(report.read_text()) | ended))
    configure(terminal, run.config)


def configure(terminal: Terminal, config: Mapping[str, Any]) -> None:
    """Write settings for a bare pipe, and this checkout's Meltano project with them.

    The project's tap replays, and nothing of it needs to be installed.
    """
    terminal.write("config.json", json.dumps(config))
    content: dict[str, Any] = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    (tap,), (target,) = (content["plugins"][kind] for kind in ("extractors", "loaders"))
    del tap["pip_url"], tap["capabilities"], target["pip_url"]
    tap["executable"] = "tap-csv"
    target["config"] = dict(config)
    content["environments"] = [{"name": "sandbox"}]
    terminal.write("meltano.yml", yaml.safe_dump(content))


def bring(terminal: Terminal, lines: Iterable[Any]) -> None:
    """Let the taps `tap-csv` and `tap-x` print these lines."""
    terminal.write(INPUT, "".join(json.dumps(line) + "\n" for line in lines))
    terminal.write("tap.json", "{}")
    for tap in ("tap-csv", "tap-x"):
        terminal.add_command(tap, REPLAY)


def _orders(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [schema("orders", "order_id"), *records("orders", *found)]


def _leads(number: int) -> list[dict[str, Any]]:
    who = {"profileIdentifiers": {"externalId": "P"}, "timestamp": 1772600767, "type": "lead"}
    return [{"eventId": f"E-{n}", **who} for n in range(number)]


def _serve(terminal: Terminal, options: str) -> None:
    done = terminal.serve(f"target-triplewhale sandbox --db sandbox.db --port 8787 {options}")
    assert done.code == 0, done.text


STAGES: Mapping[str, Callable[[Terminal], None]] = {
    stage.__name__: stage
    for stage in (
        empty,
        contacts,
        hub,
        project,
        delivered,
        orders,
        five_hundred_orders,
        a_year_of_shopify,
        a_lost_order,
    )
}
