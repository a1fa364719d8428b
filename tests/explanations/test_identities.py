"""What docs/identities.md says of identities, tried against the sandbox, which keeps them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid5

import pytest

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.sandbox.tables import EVENTS, REFUNDS, UPSERTED
from tests.explanations.identities import AD, LEAD
from tests.explanations.pages import DOCS
from tests.mapping.test_identity import GOLDEN_KEYED, GOLDEN_KEYLESS
from tests.whole_runs import TABLES, order, records, rows, schema

if TYPE_CHECKING:
    from tests.whole_runs import Runner

PAGE = (DOCS / "identities.md").read_text()
ROW = re.compile(r"^\| (.+?) \| (a second \w+|overwritten) \| (a second \w+|\w+) \|$", re.MULTILINE)
CHANGES = {change: (without, with_one) for change, without, with_one in ROW.findall(PAGE)}
NAIVE = order(1, created_at="2026-03-04 05:06:07")
PLACED = {name: name for name in order(1)} | {"created_at": "placed"}
TWICE_TIMED = order(1) | {"placed": "2026-03-04T05:06:07Z", "paid": "2026-03-05T05:06:07Z"}
REFUND = {"refund_id": "R-1", "refunded_at": "2026-03-05T00:00:00Z", "total_refund": 5}
PERSON = {"customer_id": "C-1", "platform": "crm"}


class Second(NamedTuple):
    """A record, and how it comes the second time."""

    endpoint: str
    before: dict[str, Any]
    after: dict[str, Any]
    settings: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    table: str = ""


def _stream(name: str, **route: Any) -> dict[str, Any]:
    return {"streams": {name: {"endpoint": name, **route}}}


TRIED = {
    "the setting `timezone`, of times without a zone": Second(
        "orders", NAIVE, NAIVE, ({"timezone": "America/New_York"}, {"timezone": "Europe/Berlin"})
    ),
    "`platform` or `platform_account_id`, of orders": Second(
        "orders", order(1), order(1), ({}, {"platform_account_id": "other"})
    ),
    "the column that `created_at` is taken from": Second(
        "orders",
        TWICE_TIMED,
        TWICE_TIMED,
        (
            _stream("orders", fields=PLACED),
            _stream("orders", fields=PLACED | {"created_at": "paid"}),
        ),
    ),
    "the source drops the milliseconds of `created_at`": Second(
        "orders", order(1, created_at="2026-03-04T05:06:07.250Z"), order(1)
    ),
    "the spelling of the id: `1001`, `#1001`": Second(
        "orders", order(1, order_id="1001"), order(1, order_id="#1001")
    ),
    "a refund's `refunded_at`": Second(
        "orders",
        order(1, refunds=[REFUND]),
        order(1, refunds=[REFUND | {"refunded_at": "2026-03-06T00:00:00Z"}]),
        table=REFUNDS,
    ),
    "a refund gets an id that it did not have": Second(
        "orders",
        order(1, refunds=[{"total_refund": 5}]),
        order(1, refunds=[{"total_refund": 5, "refund_id": "R-1"}]),
        table=REFUNDS,
    ),
    "`channel_account_id`, of ads": Second(
        "ads", AD, AD, ({"currency": "EUR"}, {"currency": "EUR", "channel_account_id": "other"})
    ),
    "the level: first the campaign, then an ad of it": Second(
        "ads",
        AD | {"currency": "EUR"},
        AD | {"currency": "EUR", "ad": {"id": "3", "name": "Blue", "status": "ACTIVE"}},
    ),
    "`platform_account_id`, of customers": Second(
        "customers", PERSON, PERSON, ({}, {"platform_account_id": "other"})
    ),
    "`event_key`": Second(
        "events",
        LEAD,
        LEAD,
        (_stream("events", event_key="id"), _stream("events", event_key=["id", "type"])),
    ),
    "the e-mail of an event without a key": Second("events", LEAD, LEAD | {"email": "b@x.com"}),
    "the revenue, the status, any other field": Second(
        "orders", order(1), order(1, order_revenue=11, status="fulfilled")
    ),
}


def test_all_that_the_page_says_is_tried() -> None:
    """A row that nobody has tried would be a guess."""
    assert list(CHANGES) == list(TRIED)


@pytest.mark.parametrize("ledger", [None, "sqlite:///ledger.db"], ids=["without", "with"])
@pytest.mark.parametrize("change", TRIED)
def test_what_changes_makes_what_the_page_says(
    run: Runner, change: str, ledger: str | None
) -> None:
    """Without a ledger, and with one."""
    tried, expected = TRIED[change], CHANGES[change][bool(ledger)]
    before, after = tried.settings
    _send(run, tried.endpoint, tried.before, ledger_url=ledger, **before)
    counts = _send(run, tried.endpoint, tried.after, ledger_url=ledger, **after)
    table = tried.table or TABLES[tried.endpoint]
    there = len(rows(run.folder / "served.db", table))
    assert counts == {"read": 1, "rejected" if expected == "rejected" else "delivered": 1}
    assert there == (2 if expected.startswith("a second") else 1)


def _send(run: Runner, stream: str, record: dict[str, Any], **config: Any) -> dict[str, int]:
    done = run([schema(stream), *records(stream, record)], **config)
    return done.counts(f"{stream}:{stream}")


def test_an_event_id_can_be_made_of_what_the_page_shows() -> None:
    """By who sends the same events from elsewhere."""
    (space,) = re.findall(r"name space\s+`([0-9a-f-]+)`", PAGE)
    made = dict(re.findall(r"\| `(\[.+?\])` \| `([0-9a-f-]+)` \|", PAGE))
    assert len(made) == 3
    assert {text: str(uuid5(UUID(space), text)) for text in made} == made
    assert {GOLDEN_KEYED, GOLDEN_KEYLESS} <= set(made.values())


def test_the_sandbox_keeps_records_by_the_same_identities() -> None:
    """Its own copy of the contract says what the page says."""
    found = {table.name: table.identity for table in (*UPSERTED, EVENTS)}
    told = {TABLES[name]: endpoint.identity for name, endpoint in ENDPOINTS.items()}
    told[TABLES["events"]] = ("eventId",)
    assert found == told
