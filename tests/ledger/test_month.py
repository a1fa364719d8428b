"""A month of nightly syncs of one store: each night sends what has changed, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.ledger.nights import requests
from tests.ledger.store import COLUMNS, CONFIG, VOID, Flaws, Store, arrived, due, export

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served
    from tests.whole_runs import Runner

    Stored = Callable[[str], list[dict[str, Any]]]

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"
BROKEN = "06-001"
"""An order whose total cannot be read on two nights."""
LAST = "22-000"
"""An order whose request is refused on its night."""
WITHOUT_NOTE = tuple(name for name in COLUMNS if name != "note")
REFUSED = 22
NIGHTS: dict[int, tuple[str, Flaws]] = {
    6: ("one total cannot be read", Flaws(broken=BROKEN)),
    7: ("the same", Flaws(broken=BROKEN)),
    10: ("the tap drops a column", Flaws(columns=WITHOUT_NOTE)),
    11: ("the same", Flaws(columns=WITHOUT_NOTE)),
    14: ("a wrong time zone shifts `created_at`", Flaws(hours_off=1)),
    18: ("half an export that says it is whole", Flaws(share=0.5)),
    REFUSED: ("the API refuses the key half way", Flaws()),
}
ONE_BY_ONE: dict[str, Any] = {"batch_size_rows": 4, "max_concurrency": 1}
HALTED = {14, 18, REFUSED}


class Night(NamedTuple):
    """What came of a night."""

    day: int
    read: int
    changes: int
    sent: int
    requests: int
    code: int
    told: str


@pytest.fixture
def url(serving: Callable[..., Served]) -> str:
    """Serve a shop whose key is refused once, in the middle of a night."""
    fault = {"path": "/data-in/bulk-orders", "order_id": LAST, "status": 401, "times": 1}
    return serving(faults=[fault]).url


def test_a_month_of_nights(run: Runner, stored: Stored, url: str) -> None:
    """Requests follow the real changes, and the end is the source's truth."""
    store, run.config["api_url"] = Store(), url
    nights = [one_night(run, stored, store) for _ in range(30)]
    assert {one.day for one in nights if one.code} == HALTED
    now = arrived(stored("orders_table"))
    assert {name: one for name, one in now.items() if one != VOID} == store.counting()
    assert table(nights) in PAGE.read_text()


def one_night(run: Runner, stored: Stored, store: Store) -> Night:
    """Let a day pass, sync, and hold what was sent to what has changed."""
    store.live()
    told, flaws = NIGHTS.get(store.day, ("", Flaws()))
    before = arrived(stored("orders_table")) if store.day > 1 else {}
    wanted = due(store, before, flaws)
    made = len(requests(run.folder)) if store.day > 1 else 0
    is_refused = store.day == REFUSED
    more = ONE_BY_ONE if is_refused else {}
    done = run(export(store, flaws), **{**CONFIG, **more})
    now = arrived(stored("orders_table"))
    sent = [records for path, records in requests(run.folder)[made:] if "orders" in path]
    came = {name: one for name, one in now.items() if before.get(name) != one}
    if is_refused:
        assert 0 < len(came) < len(wanted)
        assert came.items() < wanted.items()
    else:
        assert came == wanted
        assert sum(sent) == len(wanted)
    assert bool(done.states) == (done.code == 0)
    return Night(store.day, len(store.orders), len(wanted), len(came), len(sent), done.code, told)


def table(nights: list[Night]) -> str:
    """Return the nights as the page shows them."""
    heads = "night | orders read | changes | sent | requests | exit code | what went wrong"
    lines = [f"| {heads} |", "|--:" * 6 + "|---|"]
    lines += ["| " + " | ".join(map(str, one)) + " |" for one in nights]
    return "\n".join(line.rstrip() for line in lines)
