"""Who and what the sources name: the ids of customers, products and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sources.reading import answer, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SHAPES = "export_shapes"
GHL = f"{SHAPES}/ghl_contacts_export.csv"
REST = "shopify_api_fixtures"


def ids(path: str, column: str, **having: str) -> Callable[[Path], list[str]]:
    """Return what reads a column of the rows that hold some values."""

    def read(files: Path) -> list[str]:
        rows = [row for row in table(files / path) if having.items() <= row.items()]
        return [row[column] for row in rows]

    return read


def ids_of(path: str, *names: str) -> Callable[[Path], list[str]]:
    """Return what reads the ids of a JSON file's records."""

    def read(files: Path) -> list[str]:
        content = answer(files / path, *names)
        records = content if isinstance(content, list) else [content]
        return [str(one["id"]) for one in records]

    return read


def both(*readers: Callable[[Path], list[str]]) -> Callable[[Path], list[str]]:
    """Return what reads with several readers."""
    return lambda files: [one for read in readers for one in read(files)]


def shopify_customers(files: Path) -> list[str]:
    """By mail, as the orders export names them; without one by their own id."""
    rows = table(files / SHAPES / "shopify_customers_export.csv")
    return [row["Email"] or row["Customer ID"].lstrip("'") for row in rows]


WOOCOMMERCE = {
    "customers": ids_of("woocommerce_rest_docs/customers.json"),
    "products": ids_of("woocommerce_rest_docs/products.json"),
}
IDS: Mapping[str, Mapping[str, Callable[[Path], list[str]]]] = {
    "gohighlevel__meltanolabs-tap-gohighlevel": {
        "customers": both(
            ids_of("gohighlevel_api_docs/contacts.json", "GET /contacts/", "contacts"),
            ids_of("gohighlevel_api_docs/contacts.json", "GET /contacts/{contactId}", "contact"),
        )
    },
    "rest__gohighlevel": {
        "customers": ids_of("gohighlevel_api_docs/contacts.json", "GET /contacts/", "contacts")
    },
    "rest__shopify_python": {
        "customers": ids_of(f"{REST}/python_api/customer.json", "customer"),
        "products": both(
            ids_of(f"{REST}/python_api/product.json", "product"),
            ids_of(f"{REST}/python_api/products.json"),
        ),
    },
    "rest__shopify_ruby": {
        "customers": ids_of(f"{REST}/ruby_api/customers.json", "customer"),
        "products": ids_of(f"{REST}/ruby_api/product.json", "product"),
    },
    "rest__woocommerce": WOOCOMMERCE,
    "tap-csv__fivetran_klaviyo": {
        "customers": ids("fivetran_klaviyo/person.csv", "id", _fivetran_deleted="FALSE")
    },
    "tap-csv__fivetran_recharge": {
        "customers": ids("fivetran_recharge/customer_data.csv", "id", _fivetran_deleted="FALSE"),
        "subscriptions": ids("fivetran_recharge/subscription_data.csv", "id"),
    },
    "tap-csv__fivetran_shopify": {
        "customers": both(
            ids("fivetran_shopify/shopify_customer_data.csv", "id"),
            ids("fivetran_shopify/shopify_gql_customer_data.csv", "id"),
        ),
        "products": ids(
            "fivetran_shopify/shopify_product_data.csv", "id", _fivetran_deleted="FALSE"
        ),
    },
    "tap-csv__fivetran_stripe": {
        "customers": ids("fivetran_stripe/customer_data.csv", "id", is_deleted="FALSE"),
        "products": ids("fivetran_stripe/product_data.csv", "id", is_deleted="false"),
    },
    "tap-csv__ghl_exports": {"customers": ids(GHL, "Contact Id")},
    "tap-spreadsheets__ghl_exports": {"customers": ids(GHL, "Contact Id")},
    "tap-csv__northwind": {
        "customers": ids("northwind/customers.csv", "customer_id"),
        "products": ids("northwind/products.csv", "product_id"),
    },
    "tap-csv__shopify_customers_export": {"customers": shopify_customers},
    "tap-csv__stripe_exports": {
        "subscriptions": ids(
            f"{SHAPES}/stripe_subscriptions_export.csv",
            "id",
            **{"Customer Email": "ann@example.com"},
        )
    },
    "woocommerce__tap-rest-api-msdk": WOOCOMMERCE,
}
"""By the name of a recorded file or an export, and by endpoint, what reads its source."""
