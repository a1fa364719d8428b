"""What the contract forbids is refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.serve import serve
from tests.sandbox.bodies import SHOP, ad, event, order, product, refund, smallest, subscription
from tests.sandbox.conftest import Client

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return one sandbox for all bodies here: none of them depends on another."""
    db = tmp_path_factory.mktemp("judge") / "sandbox.db"
    with serve(create_app(db)) as served:
        client = Client(served, db)
        yield client
        client.session.close()


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def _variant(**more: Any) -> dict[str, Any]:
    return product(variants=[{"variant_id": "V", "variant_title": "V", **more}])


LEVEL = {"id": "1", "name": "Spring", "status": "ACTIVE"}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("orders", _without(order(), "shop"), "shop is required"),
    ("orders", order(shop=""), "shop is required"),
    ("orders", order(order_id=17), "order_id must be a string"),
    ("orders", order(order_id=None), "order_id must be a string"),
    ("orders", order(order_revenue="10.5"), "order_revenue must be a number"),
    ("orders", order(order_revenue=True), "order_revenue must be a number"),
    ("orders", order(order_revenue=10**400), "order_revenue must be a number"),
    ("orders", order(order_revenue=-1), "order_revenue must be non-negative"),
    ("orders", order(void="true"), "void must be a boolean"),
    ("orders", order(is_new_customer="yes"), "is_new_customer must be a boolean"),
    ("orders", order(tags="vip"), "tags must be an array"),
    ("orders", order(tags=["vip", 1]), "tags[1] must be a string"),
    ("orders", order(customer="C-1"), "customer must be an object"),
    ("orders", order(customer={"id": "C-1"}), "customer needs at least one of email, phone"),
    (
        "orders",
        order(customer={"id": "C-1", "email": ""}),
        "customer needs at least one of email, phone",
    ),
    ("orders", order(customer={"phone": "1"}), "customer.id is required"),
    ("orders", order(total_price=3), "total_price is not a field of the contract"),
    ("orders", order(created_at="2026-01-02T03:04:05"), "created_at must be an ISO 8601 time"),
    ("orders", order(created_at="2026-01-02 03:04:05Z"), "created_at must be an ISO 8601 time"),
    ("orders", order(created_at="2026-13-02T03:04:05Z"), "created_at must be an ISO 8601 time"),
    ("orders", order(created_at="2026-01-02T03:04:05+0500"), "created_at must be an ISO 8601"),
    ("orders", order(refunds=[refund(refunded_at="x")]), "refunds[0].refunded_at must be an ISO"),
    (
        "orders",
        order(discount_codes=[{"type": "percent"}]),
        "discount_codes[0].type must be one of percentage, fixed_amount",
    ),
    (
        "orders",
        order(line_items=[{"id": "1", "price": 1, "quantity": 1.5, "product_id": "P"}]),
        "line_items[0].variant_id is required; line_items[0].quantity must be an integer",
    ),
    ("products", product(variants="V"), "variants must be an array"),
    (
        "products",
        _variant(variant_price=5, compare_at_price=4),
        "variants[0].compare_at_price must be at least variant_price",
    ),
    ("subscriptions", subscription(subscription_items=[]), "subscription_items must hold at least"),
    (
        "subscriptions",
        subscription(customer={"id": "C", "email": "nobody"}),
        "customer.email must be an e-mail address",
    ),
    ("ads", _without(ad(), "campaign"), "body needs at least one of campaign, adset, ad"),
    ("ads", ad(event_date="2026-01-02T00:00:00Z"), "event_date must be a date"),
    ("ads", ad(campaign={**LEVEL, "status": "Enabled"}), "campaign.status must be one of"),
    ("ads", ad(adset={**LEVEL, "thumbnail": "t"}), "adset.thumbnail is not a field"),
    ("event", event(profileIdentifiers={}), "profileIdentifiers needs at least one of"),
    ("event", event(type="custom"), "event_name is required"),
    ("event", event(value=3), "value is not a field of the contract"),
    (
        "event",
        event(type="custom", event_name="n", value={"a": 1}),
        "value must be a number, a string or a boolean",
    ),
    ("event", event(timestamp=1767323045.5), "timestamp must be in whole seconds"),
    ("event", event(timestamp=1767323045000), "timestamp must be at most"),
    ("event", event(timestamp="1767323045"), "timestamp must be a number"),
    (
        "orders-enrichment",
        {"shop": SHOP, "order_id": "1", "orders_quantity": 2},
        "orders_quantity must be one of 0, 1",
    ),
    ("pps", {"shop": SHOP, "order_id": "1", "total_price": -1}, "total_price must be non-negative"),
]


@pytest.mark.parametrize(("path", "body", "problem"), REFUSED, ids=[row[2] for row in REFUSED])
def test_a_violation_is_a_400_that_names_the_field(
    path: str, body: dict[str, Any], problem: str, judge: Client
) -> None:
    """A wrong payload model must fail a test, so the judge is as strict as JSON's own types."""
    answer = judge.post(path, body)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert problem in answer.json()["message"]
    assert judge.rows("SELECT records, status FROM requests ORDER BY n DESC LIMIT 1") == [(1, 400)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orders", order(is_new_customer=None)),
        ("orders", order(created_at="2026-01-02T03:04+05:30", order_revenue=0)),
        (
            "orders",
            order(
                line_items=[
                    {"id": "1", "price": -1, "quantity": 2.0, "product_id": "P", "variant_id": "V"}
                ]
            ),
        ),
        ("products", _variant(variant_price=5, compare_at_price=5)),
        ("event", event(type="custom", event_name="n", value=1.5, vip=True, plan="gold")),
        ("ads", ad(ad={**LEVEL, "thumbnail": "t"}, metrics={"spend": 1})),
    ],
)
def test_what_the_contract_allows_is_taken(path: str, body: dict[str, Any], judge: Client) -> None:
    """A judge that refuses too much would hide what the target does right."""
    assert judge.post(path, body).json()["success"] is True


def test_everything_wrong_with_a_body_is_said_at_once(api: Client) -> None:
    """One resend must be able to mend all of it; the tables keep each reason, without values."""
    body = order(currency=3, customer={"id": "C-1"}, note="for eyes only")
    message = api.post("orders", body).json()["message"]
    assert message.count(";") == 2
    found = api.rows("SELECT path, field FROM refusals ORDER BY field")
    assert found == [("/data-in/orders", field) for field in ("currency", "customer", "note")]
    assert "eyes" not in message


@pytest.mark.parametrize("path", smallest())
def test_a_body_that_is_no_object_is_refused(path: str, judge: Client) -> None:
    """A list or a text in place of a record is an answer, not a crash."""
    bodies: tuple[Any, ...] = ([], "text", 3)
    for body in bodies:
        answer = judge.post(path, body)
        assert (answer.status_code, "body must be an object" in answer.text) == (400, True)
