"""A dry run shows what would be sent, what it is worth, and what is likely wrong with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_runs import Finished, Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    Stored = Callable[[str], list[dict[str, Any]]]

LONG_AGO = "1999-12-31T23:00:00Z"


def rehearsed(run: Runner, stream: str, *found: dict[str, Any], **config: Any) -> Finished:
    """Run dry on the records of one stream."""
    lines = [schema(stream), *records(stream, *found)]
    done = run(lines, is_whole=False, dry_run=True, api_key=None, **config)
    assert done.code == 0, done.log
    assert not done.states
    return done


def findings(done: Finished) -> dict[str, Any]:
    """Return count and examples of each finding, by its code without what all begin with."""
    found = done.report["rehearsal"]["findings"]
    return {
        one["code"].removeprefix("TW-REHEARSAL-"): (one["count"], one["examples"]) for one in found
    }


def test_the_first_three_bodies_are_shown_without_persons(run: Runner) -> None:
    """In the log, a line each, and in the report."""
    person = {
        "id": "C-1",
        "email": "canary@example.com",
        "phone": "+491701234567",
        "first_name": "Canary",
        "last_name": "Vogel",
    }
    address = {"address_1": "Canary Street 1", "zip": "12345", "city": "Vogelstadt"}
    orders = [order(n, customer=person, shipping_address=address) for n in range(5)]
    done = rehearsed(run, "orders", *orders)
    shown = done.report["rehearsal"]["bodies"]["orders"]
    assert [body["order_id"] for body in shown] == ["A-0", "A-1", "A-2"]
    assert shown[0]["customer"] == {
        "id": "C-1",
        "email": "***@***",
        "phone": "+***",
        "first_name": "***",
        "last_name": "***",
    }
    assert shown[0]["order_revenue"] == 10.5
    assert "rehearsal: orders, body 3 of 3: {" in done.log
    assert "body 4" not in done.log
    said = (done.log + json.dumps(done.report)).lower()
    assert not [word for word in ("canary", "vogel", "1701234567", "12345") if word in said]


def test_money_is_summed_by_day_and_currency(run: Runner) -> None:
    """Sums worked out by hand; a later version takes the place of an earlier, a void is nothing."""
    done = rehearsed(
        run,
        "orders",
        order(1, order_revenue=10.10),
        order(2, order_revenue=20.20),
        order(2, order_revenue=30.30),
        order(3, order_revenue=5, currency="USD"),
        order(4, created_at="2026-03-05T23:30:00-02:00", order_revenue=1),
        order(5, order_revenue=7, refunds=[refund(2.5)]),
        order(6, order_revenue=1000, void=True),
    )
    money = done.report["rehearsal"]["money"]
    assert [tuple(one.values()) for one in money] == [
        ("orders", "EUR", "2026-03-04", 3, "47.4", "2.5"),
        ("orders", "EUR", "2026-03-06", 1, "1", "0"),
        ("orders", "USD", "2026-03-04", 1, "5", "0"),
    ]
    line = "4 orders in EUR, 2026-03-04 to 2026-03-06 (UTC): revenue 48.4, refunds 2.5"
    assert line in done.log
    assert findings(done) == {"DOUBLED": (1, ["A-2"])}


def test_subscriptions_are_worth_the_price_of_their_items(run: Runner) -> None:
    """Two at 10 and one at 5 are 25."""
    items = [
        {
            "subscription_item_id": f"I-{n}",
            "created_at": "2026-03-04T05:06:07Z",
            "status": "active",
            "interval": "month",
            "interval_count": 1,
            "price": price,
            "quantity": quantity,
        }
        for n, (price, quantity) in enumerate([(10, 2), (5, 1)])
    ]
    subscription = {
        "subscription_id": "S-1",
        "created_at": "2026-03-04T05:06:07Z",
        "currency": "EUR",
        "status": "active",
        "customer": {"id": "C-1", "email": "a@example.com"},
        "subscription_items": items,
    }
    done = rehearsed(run, "subscriptions", subscription)
    (money,) = done.report["rehearsal"]["money"]
    assert (money["endpoint"], money["amount"]) == ("subscriptions", "25")
    assert (
        "1 subscription in EUR, 2026-03-04 to 2026-03-04 (UTC): price of all items 25" in done.log
    )


def test_one_id_under_two_identities_is_found(run: Runner) -> None:
    """Each counts: `created_at` is a part of what an order is known by."""
    done = rehearsed(run, "orders", order(1), order(1, created_at="2026-03-04T05:06:08Z"))
    assert findings(done) == {"ID-TWICE": (1, ["A-1"])}
    assert "[TW-REHEARSAL-ID-TWICE]" in done.log


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"order_revenue": 25}, None),
        ({"order_revenue": 33}, None),
        ({"order_revenue": 28.01}, None),
        ({"order_revenue": 0, "total_discounts": 25}, None),
        ({"order_revenue": 50}, "TOTAL-FAR"),
        ({"order_revenue": 5}, "TOTAL-FAR"),
        ({"order_revenue": 2999}, "MINOR-UNITS"),
        ({"order_revenue": 0.29}, "MINOR-ITEMS"),
    ],
)
def test_a_total_is_held_to_its_line_items(
    run: Runner, changes: dict[str, Any], found: str | None
) -> None:
    """2 pieces for 10 and one for 5, shipping 4, tax 4, no discounts: between 25 and 33."""
    items = [item(1, price=10, quantity=2), item(2, price=5, quantity=1)]
    base = {"line_items": items, "shipping_price": 4, "taxes": 4, "total_discounts": 0}
    done = rehearsed(run, "orders", order(1, **{**base, **changes}))
    assert findings(done) == ({found: (1, ["A-1"])} if found else {})


def test_an_order_that_comes_twice_is_one_example(run: Runner) -> None:
    """Five examples are to be five records."""
    done = rehearsed(run, "orders", *[order(1, created_at="2004-12-31T23:59:59Z")] * 2)
    assert findings(done)["DATE-EARLY"] == (2, ["A-1"])


def test_amounts_that_look_like_cents_are_suspected(run: Runner) -> None:
    """Whole, mostly large, and with endings that price lists in whole units do not have."""
    cents = [order(n, order_revenue=999 + 137 * n) for n in range(30)]
    assert findings(rehearsed(run, "orders", *cents)) == {"WHOLE-AMOUNTS": (30, [])}


@pytest.mark.parametrize(
    ("currency", "amounts"),
    [
        ("EUR", [1490, 1990, 2490, 2980, 890, 3500] * 5),
        ("EUR", [12, 25, 37, 48, 51, 66, 79, 83, 94, 105, 118, 120] * 3),
        ("JPY", [999 + 137 * n for n in range(30)]),
        ("EUR", [999 + 137 * n for n in range(29)] + [10.5]),
        ("EUR", [999 + 137 * n for n in range(19)]),
    ],
    ids=["furniture", "small", "yen", "decimals", "few"],
)
def test_whole_amounts_are_mostly_no_cents(
    run: Runner, currency: str, amounts: list[float]
) -> None:
    """A shop of furniture, one of trinkets, one in yen: no false alarm."""
    orders = [order(n, order_revenue=one, currency=currency) for n, one in enumerate(amounts)]
    assert findings(rehearsed(run, "orders", *orders)) == {}


def test_times_that_can_hardly_be_meant_are_found(run: Runner) -> None:
    """Before 2005, or in the future; an example is masked."""
    done = rehearsed(
        run,
        "orders",
        order(1, created_at=LONG_AGO),
        order(2, created_at=(datetime.now(UTC) + timedelta(days=3)).isoformat()),
        order(3, refunds=[refund(1, refunded_at=LONG_AGO)]),
        order(4, order_id="canary@example.com", created_at=LONG_AGO),
    )
    assert findings(done) == {
        "DATE-EARLY": (3, ["A-1", "A-3", "***@***"]),
        "DATE-FUTURE": (1, ["A-2"]),
    }
    assert "canary" not in done.log


def test_what_events_are_known_by_is_counted(run: Runner) -> None:
    """A valid e-mail, a phone in E.164 or another, only an id; and what is shared by many."""
    shared = {"email": "Info@example.com", "phone": "+491701234567"}
    done = rehearsed(
        run,
        "leads",
        *(event(n, **shared) for n in range(5)),
        event(10, email="one@example.com"),
        event(11, phone="0170 1234567"),
        event(12),
        event(13) | {"timestamp": None},
        max_rejects="100%",
    )
    assert done.report["rehearsal"]["identities"] == {
        "events": 8,
        "email": 6,
        "phone_e164": 5,
        "phone_other": 1,
        "external_id_only": 1,
        "without_time": 1,
    }
    assert findings(done) == {"EMAIL-SHARED": (1, ["P-0"]), "PHONE-SHARED": (1, ["P-0"])}
    assert "of 8 events 6 have a valid e-mail" in done.log
    assert "info@example.com" not in done.log.lower()


def test_statuses_and_a_forecast_are_told(run: Runner) -> None:
    """Three orders in requests of two are two requests."""
    orders = [order(1, status="fulfilled"), order(2, status="fulfilled"), order(3)]
    done = rehearsed(run, "orders", *orders, batch_size_rows=2)
    assert done.report["rehearsal"]["statuses"] == {"orders": {"fulfilled": 2, "(none)": 1}}
    assert done.report["rehearsal"]["forecast"]["endpoints"] == {
        "orders": {"records": 3, "requests": 2}
    }
    assert "rehearsal: forecast: 3 orders: 2 requests; about 1 s at the limits" in done.log


def test_what_would_be_rejected_is_told_by_its_reason(run: Runner) -> None:
    """Beside the rejects file, which a dry run writes as any other."""
    done = rehearsed(run, "orders", order(1), order(2, currency=None), max_rejects="100%")
    assert "rehearsal: stream orders: 1 rejected (TW-ORDERS-CURRENCY-MISSING)" in done.log
    assert len(done.rejects) == 1


def test_a_real_run_has_no_rehearsal(run: Runner) -> None:
    """The report says so."""
    done = run([schema("orders"), *records("orders", order(1))])
    assert done.report["rehearsal"] is None
    assert "rehearsal" not in done.log


def refund(total: float, **changes: Any) -> dict[str, Any]:
    """Return a refund."""
    made = {"refund_id": "R-1", "refunded_at": "2026-03-07T00:00:00Z", "total_refund": total}
    return made | changes


def item(number: int, **changes: Any) -> dict[str, Any]:
    """Return a line item."""
    return {
        "id": f"L-{number}",
        "product_id": f"P-{number}",
        "variant_id": f"V-{number}",
        **changes,
    }


def event(number: int, **known: str) -> dict[str, Any]:
    """Return a lead of a profile of its own."""
    return {
        "eventId": f"E-{number}",
        "type": "lead",
        "timestamp": "2026-03-04T05:06:07Z",
        "profileIdentifiers": {"externalId": f"P-{number}", **known},
    }
