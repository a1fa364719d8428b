"""The published OpenAPI file, where it lies beside the checkout, and the model of each path."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from target_triplewhale.payloads.ads import Ad
from target_triplewhale.payloads.customers import Customer
from target_triplewhale.payloads.events import Event
from target_triplewhale.payloads.orders import Order
from target_triplewhale.payloads.orders_enrichment import OrderEnrichment
from target_triplewhale.payloads.pps import PostPurchaseSurvey
from target_triplewhale.payloads.products import Product
from target_triplewhale.payloads.products_enrichment import ProductEnrichment
from target_triplewhale.payloads.subscriptions import Subscription

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "api" / "triple-whale-openapi.yml"
MODELS: dict[str, type[BaseModel]] = {
    "orders": Order,
    "products": Product,
    "customers": Customer,
    "subscriptions": Subscription,
    "ads": Ad,
    "pps": PostPurchaseSurvey,
    "event": Event,
    "orders-enrichment": OrderEnrichment,
    "products-enrichment": ProductEnrichment,
}


@cache
def _paths() -> dict[str, Any]:
    yaml = pytest.importorskip("yaml")
    if not PUBLISHED.exists():
        pytest.skip("the published file does not lie beside this checkout")
    paths: dict[str, Any] = yaml.load(PUBLISHED.read_text(), yaml.CSafeLoader)["paths"]
    return paths


def schema(path: str) -> dict[str, Any]:
    """Return the schema of the body that a Data-In path takes."""
    body = _paths()[f"/data-in/{path}"]["post"]["requestBody"]
    found: dict[str, Any] = body["content"]["application/json"]["schema"]
    return found


def data_in_paths() -> set[str]:
    """Return the names of all Data-In paths."""
    return {path.removeprefix("/data-in/") for path in _paths() if path.startswith("/data-in/")}


def example(part: dict[str, Any]) -> Any:
    """Return the example record, which is made of its properties' examples."""
    if "example" in part:
        return part["example"]
    if "properties" in part:
        return {name: example(inner) for name, inner in part["properties"].items()}
    if "items" in part:
        return [example(part["items"])]
    return part["examples"][0]
