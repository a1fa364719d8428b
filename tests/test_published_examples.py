"""The example record of every endpoint in the published file arrives with every field it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from target_triplewhale.endpoints import ENDPOINTS
from tests.whole_runs import TABLES, Runner, order, records, rows, schema

if TYPE_CHECKING:
    from pathlib import Path

FILLED_IN = {"events": {"eventId"}}
"""Fields that the target adds where a record does not bring them."""


def example(part: dict[str, Any]) -> Any:
    """Build a value from the examples of its properties."""
    if "properties" in part:
        return {name: example(inner) for name, inner in part["properties"].items()}
    if part.get("type") == "array":
        return part.get("example") or [example(part["items"])]
    return part["example"]


def published(shared: Path, name: str) -> dict[str, Any]:
    """Return an endpoint's example record."""
    text = (shared / "api" / "triple-whale-openapi.yml").read_text()
    paths = yaml.safe_load(text)["paths"]
    path = "/data-in/orders" if name == "orders" else ENDPOINTS[name].path
    content = paths[path]["post"]["requestBody"]["content"]["application/json"]
    record: dict[str, Any] = example(content["schema"])
    return record


def in_one_spelling(value: Any) -> Any:
    """Make two values comparable that mean the same: times, phones, whole numbers, case."""
    if isinstance(value, dict):
        return {name: in_one_spelling(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [in_one_spelling(inner) for inner in value]
    if isinstance(value, str):
        plain = value.replace(".000Z", "Z").replace(" ", "T")
        is_time = len(plain) >= 19 and plain[10:11] == "T"
        return plain.rstrip("Z") if is_time else value.replace("-", "")
    return value


@pytest.mark.parametrize("name", ENDPOINTS)
def test_the_published_example_loses_no_field(run: Runner, shared: Path, name: str) -> None:
    """A field that is dropped on the way is data that a user never sees again."""
    record = published(shared, name)
    lines = [schema(name, "id"), *records(name, record)]
    if name == "pps":
        known = order(1, order_id=record["order_id"])
        lines = [schema("orders", "id"), *records("orders", known), *lines]
    done = run(lines, shop=record["shop"], timezone="UTC", native_sources="allow")
    assert done.code == 0, done.log
    (kept,) = rows(run.folder / "served.db", TABLES[name])
    added = kept.keys() - record.keys()
    assert added <= FILLED_IN.get(name, set())
    kept = {field: value for field, value in kept.items() if field not in added}
    if name == "orders":
        record.pop("shop")
        kept.pop("shop", None)
    assert in_one_spelling(kept) == in_one_spelling(record)


OLDER_EVENT = {
    "type": "custom",
    "email": " Ann@Example.com ",
    "phone": "+1 202 555 0147",
    "timestamp": "2026-03-04T05:06:07+01:00",
    "properties": {
        "event_name": "deal_won",
        "value": 12.5,
        "currency": "USD",
        "source": "gohighlevel",
        "campaign": "spring",
        "medium": "email",
        "pipeline_name": "Sales",
        "lead_value": "500",
        "ghl_contact_id": "abc",
        "company_name": "",
    },
}


def test_an_older_custom_event_arrives_as_the_published_one(run: Runner) -> None:
    """Identity nested, seconds, source and campaign at the top, the rest beside them."""
    assert run([schema("events", "type"), *records("events", OLDER_EVENT)]).code == 0
    (kept,) = rows(run.folder / "served.db", "pixel_custom_events_table")
    assert kept.pop("eventId")
    assert kept == {
        "shop": "example.myshopify.com",
        "type": "custom",
        "event_name": "deal_won",
        "timestamp": 1772597167,
        "profileIdentifiers": {"email": "ann@example.com", "phone": "+12025550147"},
        "source": "gohighlevel",
        "campaign": "spring",
        "value": 12.5,
        "currency": "USD",
        "medium": "email",
        "pipeline_name": "Sales",
        "lead_value": "500",
        "ghl_contact_id": "abc",
    }


def test_an_older_event_of_another_type_names_what_it_leaves_out(run: Runner) -> None:
    """The API takes no extras there; `as_custom` keeps them."""
    lead = {**OLDER_EVENT, "type": "lead"}
    lines = [schema("crm", "type"), *records("crm", lead)]
    done = run(lines, streams={"crm": {"endpoint": "events"}})
    (kept,) = rows(run.folder / "served.db", "pixel_custom_events_table")
    assert kept["type"] == "lead"
    assert "medium" not in kept
    assert "columns that no route uses" in done.log
    assert "medium (100%)" in done.log
    run(lines, streams={"crm": {"endpoint": "events", "as_custom": True}})
    _, custom = rows(run.folder / "served.db", "pixel_custom_events_table")
    assert (custom["type"], custom["event_name"]) == ("custom", "lead")
    assert custom["medium"] == "email"


def test_an_older_order_arrives_as_the_published_one(run: Runner) -> None:
    """By the older shape's own rules for what it leaves out."""
    older = {
        "shop": "example.myshopify.com",
        "order_id": 1001,
        "created_at": "2026-03-04T05:06:07Z",
        "platform": "CUSTOM",
        "customer": {"email": "Ann@example.com", "first_name": "Ann", "last_name": "Example"},
        "line_items": [{"product_id": 7, "title": "Mug", "quantity": "2", "price": "9.50"}],
        "total_price": "21.00",
        "subtotal_price": "19.00",
        "total_tax": 2,
        "total_discounts": "0",
        "tags": "vip, web",
        "source_name": "web",
        "note": "hello",
    }
    done = run([schema("orders", "order_id"), *records("orders", older)], currency="EUR")
    assert done.code == 0
    (kept,) = rows(run.folder / "served.db", "orders_table")
    assert kept.pop("updated_at")
    kept.pop("shop", None)
    assert kept == {
        "order_id": "1001",
        "created_at": "2026-03-04T05:06:07.000Z",
        "platform": "CUSTOM",
        "platform_account_id": "custom-msp",
        "currency": "USD",
        "customer": {
            "id": "ann@example.com",
            "email": "ann@example.com",
            "first_name": "Ann",
            "last_name": "Example",
        },
        "line_items": [
            {
                "id": "1001-1",
                "name": "Mug",
                "price": 9.5,
                "quantity": 2,
                "product_id": "7",
                "variant_id": "7",
            }
        ],
        "order_revenue": 21,
        "taxes": 2,
        "total_discounts": 0,
        "tags": ["vip", "web"],
        "source_name": "web",
    }
    for left_out in ("note (100%)", "subtotal_price (100%)"):
        assert left_out in done.log
