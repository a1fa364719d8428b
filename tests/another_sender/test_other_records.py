"""What is no order: when both senders mean one and the same record, and when there are two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from target_triplewhale.endpoints import ENDPOINTS
from tests.another_sender.page import TEXT
from tests.sandbox.bodies import ad, smallest
from tests.whole_runs import TABLES, records, rows, schema

if TYPE_CHECKING:
    from tests.whole_runs import Runner

ANSWER = {"order_id": "A-1", "question_id": "Q-1", "response_id": "R-1"}
ANSWER |= {"question_text": "Where from?", "response": "A friend"}
LEVELS = {"ad": {"id": "3", "name": "Blue", "status": "ACTIVE"}}
SECOND: dict[str, list[dict[str, Any]]] = {
    "products": [{"product_id": "#P-1"}, {"platform": "other"}, {"platform_account_id": "other"}],
    "customers": [{"customer_id": "c-1"}, {"platform": "other"}, {"platform_account_id": "other"}],
    "subscriptions": [{"subscription_id": "s-1"}, {"platform_account_id": "custom-msp"}],
    "ads": [{"channel_account_id": "other"}, {"event_date": "2026-01-03"}, LEVELS],
    "pps": [{"response_id": "R-2"}, {"question_id": "Q-2"}],
    "events": [{"eventId": "E-2"}],
    "orders_enrichment": [{"order_id": "#A-1"}],
    "products_enrichment": [{"product_id": "#P-1"}],
}
"""What the target sends otherwise than the other sender, and which makes two records."""
HARMLESS: dict[str, dict[str, Any]] = {
    "products": {"product_title": "Mug"},
    "customers": {"first_name": "Ann"},
    "subscriptions": {"created_at": "2026-01-03T00:00:00.000Z"},
    "ads": {"campaign": ad()["campaign"] | {"status": "PAUSED"}},
    "pps": {"response": "A neighbour"},
    "events": {"timestamp": 1767323046, "eventId": "E-1"},
    "orders_enrichment": {"platform": "amazon"},
    "products_enrichment": {},
}
"""What it sends otherwise, and which makes none."""
SECOND_CASES = [(name, change) for name, changes in SECOND.items() for change in changes]


def _sent_before(run: Runner, endpoint: str) -> dict[str, Any]:
    """Send a record as another sender does; return it."""
    path = ENDPOINTS[endpoint].path.removeprefix("/data-in/")
    own = {"shop": run.config["shop"]}
    body = (ANSWER if endpoint == "pps" else smallest()[path][0]) | own
    body |= {"eventId": "E-1"} if endpoint == "events" else {}
    before = {"orders": smallest()["orders"][0] | own} if endpoint == "pps" else {}
    for place, sent in (before | {path: body}).items():
        url = f"{run.config['api_url']}/data-in/{place}"
        answer = httpx.post(url, json=sent, headers={"x-api-key": run.config["api_key"]})
        assert answer.status_code == 200, answer.text
    return body


def _there(run: Runner, endpoint: str, record: dict[str, Any]) -> int:
    """Send a record from here; return how many there are then."""
    done = run([schema(endpoint), *records(endpoint, record)])
    assert done.counts(f"{endpoint}:{endpoint}")["delivered"] == 1
    return len(rows(run.folder / "served.db", TABLES[endpoint]))


def test_all_that_is_no_order_is_tried_and_named() -> None:
    """A row that is not there would leave a reader to guess."""
    assert set(SECOND) == set(HARMLESS) == ENDPOINTS.keys() - {"orders"}
    table = TEXT.partition("## What is not an order")[2]
    assert [name for name in SECOND if f"`{name}`" not in table] == []


@pytest.mark.parametrize("endpoint", SECOND)
def test_what_has_the_same_identity_is_the_same_record(run: Runner, endpoint: str) -> None:
    """Whatever else the other sender has said of it."""
    body = _sent_before(run, endpoint)
    assert _there(run, endpoint, body | HARMLESS[endpoint]) == 1


@pytest.mark.parametrize(("endpoint", "change"), SECOND_CASES)
def test_what_differs_in_its_identity_is_a_second_record(
    run: Runner, endpoint: str, change: dict[str, Any]
) -> None:
    """Spelling and level included."""
    body = _sent_before(run, endpoint)
    assert _there(run, endpoint, body | change) == 2
