"""Scripted faults over a real socket."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import requests

from target_triplewhale.sandbox import Faults
from tests.sandbox.bodies import SHOP, event, order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sandbox.conftest import Client


@pytest.fixture
def scripted(start: Callable[..., Client]) -> Callable[..., Client]:
    """Return a function that serves a sandbox with the given rules."""
    return lambda *rules: start(faults=Faults.parse(json.dumps(rules)))


def _statuses(api: Client, count: int) -> list[int]:
    return [api.post("orders", order()).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"nth": 2}, [200, 503, 200, 200]),
        ({"nth": [1, 3]}, [503, 200, 503, 200]),
        ({"from": 2, "to": 3}, [200, 503, 503, 200]),
        ({"from": 3}, [200, 200, 503, 503]),
        ({"times": 2}, [503, 503, 200, 200]),
        ({"path": "/data-in/orders", "nth": 1}, [503, 200, 200, 200]),
        ({"path": "/data-in/event"}, [200, 200, 200, 200]),
        ({"order_id": "A-1"}, [503, 503, 503, 503]),
        ({"order_id": "A"}, [200, 200, 200, 200]),
    ],
    ids=str,
)
def test_a_rule_strikes_the_requests_it_names(
    when: dict[str, Any], expected: list[int], scripted: Callable[..., Client]
) -> None:
    """Faults are scripted, never random: a test can count on them."""
    assert _statuses(scripted({**when, "status": 503}), 4) == expected


def test_each_rule_counts_the_requests_it_is_about(scripted: Callable[..., Client]) -> None:
    """The second order is the second of its rule, whatever lies between; the first rule wins."""
    api = scripted({"path": "/orders", "nth": 2, "status": 500}, {"nth": 3, "status": 502})
    assert api.post("orders", order()).status_code == 200
    assert api.post("event", event()).status_code == 200
    assert api.post("orders", order()).status_code == 500
    assert api.post("orders", order()).status_code == 200


def test_an_order_is_found_inside_a_bulk_request(scripted: Callable[..., Client]) -> None:
    """One poisoned order among many: the case that halving is for."""
    api = scripted({"order_id": "A-7", "status": 500})
    bulk = [order(f"A-{number}") for number in range(8)]
    assert api.post("bulk-orders", {"shop": SHOP, "orders": bulk}).status_code == 500
    assert api.post("bulk-orders", {"shop": SHOP, "orders": bulk[:7]}).status_code == 200


@pytest.mark.parametrize(("keep", "rows"), [(None, 0), (False, 0), (True, 1)])
def test_a_body_is_kept_before_a_failing_answer_only_if_asked(
    keep: bool | None,  # noqa: FBT001
    rows: int,
    scripted: Callable[..., Client],
) -> None:
    """A 503 may come after the record was taken: the resend must then do no harm."""
    api = scripted({"nth": 1, "status": 503, "keep": keep})
    assert api.post("orders", order()).json()["success"] is False
    assert api.rows("SELECT count(*) FROM orders_table") == [(rows,)]


def test_an_answer_can_be_any_text_with_any_headers(scripted: Callable[..., Client]) -> None:
    """A proxy's error page is no JSON."""
    api = scripted({"nth": 1, "text": "<html>", "headers": {"X-Proxy": "1"}}, {"body": {"a": 1}})
    answer = api.post("orders", order())
    assert (answer.status_code, answer.text, answer.headers["X-Proxy"]) == (200, "<html>", "1")
    assert api.post("orders", order()).json() == {"a": 1}
    assert api.rows("SELECT count(*) FROM orders_table") == [(0,)]


def test_a_delay_comes_after_the_body_is_kept(scripted: Callable[..., Client]) -> None:
    """A client that gives up too early finds its record taken all the same."""
    api = scripted({"nth": 1, "delay": 0.3})
    started = time.perf_counter()
    assert api.post("orders", order()).status_code == 200
    assert time.perf_counter() - started >= 0.3


def test_a_client_that_gives_up_early_finds_its_record_taken(
    scripted: Callable[..., Client], capfd: pytest.CaptureFixture[str]
) -> None:
    """A timeout says nothing about the record; the server goes on without noise."""
    api = scripted({"nth": 1, "delay": 0.3})
    url = f"{api.served.url}/data-in/orders"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, json=order(), timeout=0.1)
    assert api.rows("SELECT count(*) FROM orders_table") == [(1,)]
    api.served.stop()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("when", "rows"), [("before", 0), ("after", 1)])
def test_a_cut_connection_gives_no_answer(
    when: str, rows: int, scripted: Callable[..., Client], capfd: pytest.CaptureFixture[str]
) -> None:
    """Whether the record was taken cannot be known from outside; the log knows."""
    api = scripted({"nth": [1, 2], "cut": when})
    with pytest.raises(requests.ConnectionError):
        api.post("orders", order())
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(f"{api.served.url}/data-in/orders", json=order())
    assert api.rows("SELECT count(*) FROM orders_table") == [(rows,)]
    assert api.rows("SELECT status FROM requests") == [(0,), (0,)]
    assert api.post("orders", order()).status_code == 200
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "script",
    [
        "{}",
        "[",
        '[{"stauts": 500}]',
        '[{"nth": "two"}]',
        '[{"nth": 1, "from": 2}]',
        '[{"body": {}, "text": ""}]',
        '[{"cut": "after", "status": 500}]',
        '[{"cut": "never"}]',
        '[{"delay": -1}]',
    ],
)
def test_a_script_that_cannot_be_meant_is_refused_by_name(script: str, tmp_path: Path) -> None:
    """A rule that is misread would make a rehearsal worthless."""
    path = tmp_path / "script.json"
    path.write_text(script, encoding="utf-8")
    with pytest.raises(ValueError, match=r"faults file .*script\.json: ."):
        Faults.load(path)


def test_a_missing_script_is_refused_by_name(tmp_path: Path) -> None:
    """The sentence says which file."""
    with pytest.raises(ValueError, match=r"nowhere\.json: No such file"):
        Faults.load(tmp_path / "nowhere.json")
