"""Where a record's columns find their place by name."""

from __future__ import annotations

from typing import Any

import pytest

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.mapping.shape import Picked, Shape


def pick(endpoint: str, record: dict[str, Any]) -> Picked:
    """Take what an endpoint's model documents from a record."""
    return Shape(ENDPOINTS[endpoint].model, endpoint).pick(record)


@pytest.mark.parametrize(
    "column",
    [
        "customer__email",
        "customer.email",
        "customer_email",
        "Customer Email",
        "CustomerEmail",
        "email",
    ],
)
def test_a_flat_column_finds_its_place_in_an_object(column: str) -> None:
    """Taps spell headers in many ways."""
    assert pick("orders", {column: "a@b.de"}).payload == {"customer": {"email": "a@b.de"}}


def test_the_surer_name_wins_and_the_other_is_told() -> None:
    """The documented name before a folded one, before another name."""
    found = pick("orders", {"total": 1, "Order Revenue": 2, "order_revenue": 3})
    assert found.payload == {"order_revenue": 3}
    assert found.ignored == {"total", "Order Revenue"}


def test_an_empty_column_leaves_its_place_to_another() -> None:
    """CSV files are full of columns that hold nothing."""
    found = pick("orders", {"order_revenue": " ", "total_price": "5", "customer__email": None})
    assert found.payload == {"order_revenue": "5"}


def test_text_in_the_place_of_an_object_is_never_lost_in_silence() -> None:
    """It stands for the object's name where that is usual, else it is told."""
    ad = pick("ads", {"campaign": "Brand", "campaign_id": "7"}).payload
    assert ad == {"campaign": {"id": "7", "name": "Brand"}}
    order = pick("orders", {"customer": "cus_1", "customer_email": "a@b.de"})
    assert order.payload == {"customer": {"email": "a@b.de"}}
    assert order.ignored == {"customer"}


def test_names_inside_lists_and_json_text_are_understood_too() -> None:
    """tap-rest-api-msdk sends line items as JSON text."""
    items = '[{"id": 1, "title": "Mug", "qty": 2, "grams": 300}, null]'
    found = pick("orders", {"line_items": items})
    assert found.payload == {"line_items": [{"id": 1, "name": "Mug", "quantity": 2}]}
    assert found.unused == {"line_items.grams": 300}
    both = pick("orders", {"line_items": [{"id": 1, "name": "Mug", "title": "Cup"}]})
    assert both.payload == {"line_items": [{"id": 1, "name": "Mug"}]}
    assert "line_items.title" in both.unused


def test_columns_of_the_pipeline_itself_are_never_taken() -> None:
    """`_sdc_*` columns say nothing about the record."""
    found = pick("orders", {"_sdc_extracted_at": "x", "order_id": "1"})
    assert found == Picked(payload={"order_id": "1"})
