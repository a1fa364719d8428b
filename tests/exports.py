"""Exports and samples of vendors that no tap has recorded, as the lines that a tap makes of them.

A CSV is read as tap-csv reads it: headers as they are, every cell text. Lines before a header, a
delimiter and an encoding are what a user sets in the tap.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Rows = list[dict[str, Any]]


class Export(Protocol):
    """What holds the records of one stream."""

    def rows(self, files: Path) -> Rows:
        """Return the records, read from the folder of all files."""


@dataclass(frozen=True)
class Table:
    """A CSV file."""

    path: str
    lines_before_header: int = 0
    delimiter: str = ","
    encoding: str = "utf-8"

    def rows(self, files: Path) -> Rows:
        """Return its rows; a row that is too short lacks columns, as it does in the tap."""
        with (files / self.path).open(encoding=self.encoding, newline="") as lines:
            for _ in range(self.lines_before_header):
                next(lines)
            read = csv.DictReader(lines, delimiter=self.delimiter)
            return [{name: one for name, one in row.items() if one is not None} for row in read]


@dataclass(frozen=True)
class Joined:
    """The rows of one CSV file, each with the columns of the row of another that it names."""

    many: Table
    one: Table
    by: str

    def rows(self, files: Path) -> Rows:
        """Return the rows of the first file, widened."""
        found = {row[self.by]: row for row in self.one.rows(files)}
        return [{**found[row[self.by]], **row} for row in self.many.rows(files)]


@dataclass(frozen=True)
class Answers:
    """JSON files that each hold one record or a list of them, under names or at the top."""

    paths: tuple[str, ...]
    names: tuple[str, ...] = ()

    def rows(self, files: Path) -> Rows:
        """Return the records of all files."""
        return [row for path in self.paths for row in self._of_file(files / path)]

    def _of_file(self, path: Path) -> Rows:
        content = json.loads(path.read_text(encoding="utf-8"))
        for name in self.names:
            content = content.get(name, content) if isinstance(content, dict) else content
        return content if isinstance(content, list) else [content]


SHOPIFY = "shopify_api_fixtures"
STRIPE = ("stripe_api_fixtures/fixtures3_subset.json",)
GOHIGHLEVEL = "gohighlevel_api_docs"
EXPORTS: Mapping[str, Mapping[str, Export]] = {
    "csv__decimal_commas": {"edge_semi": Table("edge_csv/semi.csv", delimiter=";")},
    "csv__latin1": {"edge_latin1": Table("edge_csv/latin1.csv", encoding="latin-1")},
    "csv__header_only": {"edge_header_only": Table("edge_csv/header_only.csv")},
    "csv__google_ads_daily": {
        "google_ads": Table("export_shapes/google_ads_campaign_report_daily.csv", 2)
    },
    "csv__google_ads_french": {
        "google_ads": Table("export_shapes/google_ads_report_fr_semicolon.csv", 2, ";")
    },
    "csv__google_ads_utf16": {
        "google_ads": Table("export_shapes/google_ads_report_excel_utf16.csv", 2, "\t", "utf-16")
    },
    "csv__northwind_joined": {
        "order_lines": Joined(
            Table("northwind/order_details.csv"), Table("northwind/orders.csv"), "order_id"
        )
    },
    "csv__stripe_charges": {"stripe_charge": Table("fivetran_stripe/charge_data.csv")},
    "csv__stripe_invoices": {"stripe_invoice": Table("fivetran_stripe/invoice_data.csv")},
    "rest__gohighlevel": {
        "contacts": Answers((f"{GOHIGHLEVEL}/contacts.json",), ("GET /contacts/", "contacts")),
        "opportunities": Answers(
            (f"{GOHIGHLEVEL}/opportunities.json",),
            ("GET /opportunities/search", "opportunities"),
        ),
    },
    "rest__shopify_python": {
        "orders": Answers(
            (f"{SHOPIFY}/python_api/orders.json", f"{SHOPIFY}/python_api/order.json"),
            ("orders", "order"),
        ),
        "products": Answers(
            (f"{SHOPIFY}/python_api/product.json", f"{SHOPIFY}/python_api/products.json"),
            ("product",),
        ),
        "customers": Answers((f"{SHOPIFY}/python_api/customer.json",), ("customer",)),
        "draft_orders": Answers((f"{SHOPIFY}/python_api/draft_orders.json",), ("draft_orders",)),
        "checkouts": Answers((f"{SHOPIFY}/python_api/checkouts.json",), ("checkouts",)),
        "variants": Answers((f"{SHOPIFY}/python_api/variants.json",), ("variants",)),
    },
    "rest__shopify_ruby": {
        "orders": Answers(
            (
                f"{SHOPIFY}/ruby_api/order.json",
                f"{SHOPIFY}/ruby_api/orders.json",
                f"{SHOPIFY}/ruby_api/order_with_properties.json",
            ),
            ("orders", "order"),
        ),
        "products": Answers((f"{SHOPIFY}/ruby_api/product.json",), ("product",)),
        "customers": Answers((f"{SHOPIFY}/ruby_api/customers.json",), ("customer",)),
        "refunds": Answers((f"{SHOPIFY}/ruby_api/refund.json",), ("refund",)),
    },
    "rest__stripe": {
        f"{name}s": Answers(STRIPE, (name,))
        for name in ("charge", "customer", "invoice", "product", "refund", "subscription")
    },
    "rest__woocommerce": {
        name: Answers((f"woocommerce_rest_docs/{name}.json",))
        for name in ("customers", "orders", "products", "refunds", "variations")
    },
}


def write_lines(export: str, files: Path, target: Path) -> None:
    """Write the messages that a tap would print: a SCHEMA a stream, its records, one STATE."""
    found = {stream: one.rows(files) for stream, one in EXPORTS[export].items()}
    lines = [message for stream, rows in found.items() for message in _messages(stream, rows)]
    lines.append({"type": "STATE", "value": {"read": export}})
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    target.write_text(text, encoding="utf-8")


def _messages(stream: str, rows: Rows) -> Rows:
    columns: dict[str, Any] = {name: {} for row in rows for name in row}
    schema = {"type": "object", "properties": columns}
    first = {"type": "SCHEMA", "stream": stream, "schema": schema, "key_properties": []}
    return [first, *({"type": "RECORD", "stream": stream, "record": row} for row in rows)]
