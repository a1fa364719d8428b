"""Who does not follow the page counts twice, and `check` or its SQL shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.another_sender.counting import asked, counted, once, revenue, sold, sources
from tests.another_sender.page import config, doubles, queries
from tests.another_sender.shop import (
    BEFORE,
    SOLD,
    ZONE,
    OtherSender,
    iso_of_javascript,
    iso_without_milliseconds,
    tap_output,
)
from tests.check.checking import check, configured

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from target_triplewhale.sandbox.serve import Served
    from tests.whole_runs import Runner

SPELLED = "the spelling of `created_at`, at the same moment"


def _fields(**fields: str) -> dict[str, Any]:
    streams = config()["streams"]
    streams["web_orders"]["fields"] |= fields
    return {"streams": streams}


MISTAKES: dict[str, dict[str, Any]] = {
    "the platform, even in capitals only": {"platform": "webshop"},
    "the account": {"platform_account_id": "main"},
    "the spelling of the id": _fields(order_id="order_no"),
    "the moment of `created_at`, by a wrong zone": {"timezone": "America/Chicago"},
    SPELLED: {},
    "both the id and the moment": {
        **_fields(order_id="join('', ['no ', order_no])"),
        "timezone": "America/Chicago",
    },
}


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "served.db"


@pytest.fixture
def filled(run: Runner, serving: Callable[..., Served]) -> Callable[..., Runner]:
    """Fill a shop by another sender, and configure the target as the page does."""

    def start(mistake: str) -> Runner:
        run.config |= config() | {"api_url": serving(shop_timezone=ZONE.key).url}
        spell = iso_without_milliseconds if mistake == SPELLED else iso_of_javascript
        OtherSender(run.config["api_url"], spell).send(run.config["api_key"])
        return run

    return start


def _found(run: Runner) -> dict[str, list[dict[str, Any]]]:
    """Ask all that the page asks."""
    url, key = run.config["api_url"], run.config["api_key"]
    return {name: asked(url, key, text) for name, text in queries().items()}


def _finding(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return the first question of the page that shows doubles."""
    shows = {name: rows for name, rows in after.items() if rows != before[name]}
    return next(name for name in ("by id", "by moment", "by day") if name in shows)


def test_the_page_names_all_that_is_tried_here() -> None:
    """A row that nobody has tried would be a guess."""
    assert list(doubles()) == list(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_differs_counts_twice_and_is_found_as_the_page_says(
    filled: Callable[..., Runner], db: Path, mistake: str
) -> None:
    """Before the ten by `check`, after them by a question; and the ten can be taken back."""
    to_do, by = doubles()[mistake]
    run = filled(mistake)
    wrong = {**MISTAKES[mistake], "ledger_url": "sqlite:///ten.db"}
    looked = check(run, tap_output(), **wrong)
    assert looked.to_do == to_do
    before = _found(run)
    assert run(tap_output(), is_whole=False, record_limit=10, **wrong).code == 0
    assert counted(db) == once(BEFORE) + once(10)
    assert revenue(db) == sold(BEFORE) + sold(10)
    assert _finding(before, _found(run)) == by
    configured(run, **wrong)
    undone = run.execute(["--config", "config.json", "ledger", "undo", "1"], b"")
    assert undone.code == 0
    assert counted(db) == once(BEFORE)


def test_an_id_and_a_moment_that_both_differ_look_like_another_order(
    filled: Callable[..., Runner],
) -> None:
    """Nobody can tell it from one but who knows that all of them should be there."""
    mistake = "both the id and the moment"
    looked = check(filled(mistake), tap_output(), **MISTAKES[mistake])
    assert looked.sentence("order ids") == f"none of {len(SOLD)} looked for is there"


def test_without_a_ledger_the_same_orders_are_voided_by_a_default(
    filled: Callable[..., Runner], db: Path
) -> None:
    """The identical record with `void` true; the other sender's orders stand."""
    run = filled("the account")
    wrong: dict[str, Any] = {"platform_account_id": "main", "record_limit": 10}
    assert run(tap_output(), is_whole=False, **wrong).code == 0
    assert counted(db).total() == BEFORE + 10
    route = config()["streams"]["web_orders"] | {"defaults": {"void": True}}
    streams = {"web_orders": route}
    assert run(tap_output(), is_whole=False, **wrong, streams=streams).code == 0
    assert counted(db) == once(BEFORE)


def test_a_void_of_what_was_no_double_takes_the_sale_away(
    filled: Callable[..., Runner], db: Path
) -> None:
    """The page warns of it: the ledger cannot know who was first."""
    run = filled("")
    ten: dict[str, Any] = {"ledger_url": "sqlite:///ten.db"}
    assert run(tap_output(), is_whole=False, record_limit=10, **ten).code == 0
    configured(run, **ten)
    assert run.execute(["--config", "config.json", "ledger", "undo", "1"], b"").code == 0
    assert counted(db) == once(BEFORE) - once(10)


@pytest.mark.parametrize(("ledger", "who"), [(None, "target"), ("sqlite:///l.db", "other")])
def test_of_two_senders_the_last_one_decides_and_a_ledger_does_not_know_it(
    filled: Callable[..., Runner], db: Path, ledger: str | None, who: str
) -> None:
    """So the page wants none of it while both send."""
    run = filled("")
    names = {"target": "from here", "other": None}
    streams = _fields(source_name="'from here'")
    for _ in range(2):
        assert run(tap_output(), ledger_url=ledger, **streams).code == 0
        found = sources(db)
        OtherSender(run.config["api_url"]).send(run.config["api_key"])
        assert sources(db)["#1001"] is None
    assert found["#1001"] == names[who]
    assert counted(db) == once()
