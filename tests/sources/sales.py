"""What the sources say was sold, by plain reading, without a mapping or any code of the target.

Each function states the rule of one source; amounts are decimals from the first digit on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from tests.sources.reading import answer, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Sale:
    """One order: its revenue, each line's quantity and price, and each refund's amount."""

    order_id: str
    currency: str
    revenue: Decimal
    lines: tuple[tuple[Decimal, Decimal], ...] = ()
    refunds: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Totals:
    """What a shop's owner would look at."""

    orders: int
    revenue: Mapping[str, Decimal]
    line_items: int
    quantity: Decimal
    goods: Decimal
    refunds: int
    refunded: Decimal


def totals(sales: Iterable[Sale]) -> Totals:
    """Add sales up."""
    found = list(sales)
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for one in found:
        revenue[one.currency] += one.revenue
    lines = [line for one in found for line in one.lines]
    refunds = [amount for one in found for amount in one.refunds]
    return Totals(
        len(found),
        dict(revenue),
        len(lines),
        sum((quantity for quantity, _ in lines), Decimal()),
        sum((quantity * price for quantity, price in lines), Decimal()),
        len(refunds),
        sum(refunds, Decimal()),
    )


def plain(
    name: str,
    total: str = "total",
    currency: str = "USD",
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> Callable[[Path], list[Sale]]:
    """Return what reads a file of an id and a total; a total that is missing is nothing."""

    def read(files: Path) -> list[Sale]:
        rows = table(files / "edge_csv" / name, delimiter=delimiter, encoding=encoding)
        return [
            Sale(row["order_id"], currency, Decimal((row.get(total) or "0").replace(",", ".")))
            for row in rows
            if row["order_id"]
        ]

    return read


def northwind(files: Path) -> list[Sale]:
    """Every order, by its freight: the table of orders has no other amount."""
    rows = table(files / "northwind" / "orders.csv")
    return [Sale(row["order_id"], "USD", Decimal(row["freight"])) for row in rows]


def northwind_joined(files: Path) -> list[Sale]:
    """Every order that has lines, at their prices in cents less the discount in per cent."""
    lines: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in table(files / "northwind" / "order_details.csv"):
        lines[row["order_id"]].append(row)
    return [_of_lines(order_id, rows) for order_id, rows in lines.items()]


def _of_lines(order_id: str, rows: list[dict[str, str]]) -> Sale:
    read = [(Decimal(row["quantity"]), _rounded(row["unit_price"])) for row in rows]
    parts = [1 - _rounded(row["discount"]) for row in rows]
    paid = [amount * price * part for (amount, price), part in zip(read, parts, strict=True)]
    return Sale(order_id, "USD", sum(paid, Decimal()), tuple(read))


def _rounded(text: str) -> Decimal:
    """Return what 9.80000019 was before it became a binary number."""
    return Decimal(text).quantize(CENT, ROUND_HALF_UP)


def recharge(files: Path) -> list[Sale]:
    """What was charged with success and is not deleted, in the shop's dollars."""
    rows = table(files / "fivetran_recharge" / "orders_data.csv")
    return [
        Sale(row["id"], "USD", Decimal(row["total_price"]))
        for row in rows
        if row["charge_status"] == "SUCCESS" and row["_fivetran_deleted"] == "FALSE"
    ]


def shopify_tables(files: Path) -> list[Sale]:
    """What was paid and is neither a test nor deleted, in the tables of both dialects."""
    folder = files / "fivetran_shopify"
    rest = table(folder / "shopify_order_data.csv")
    graph = table(folder / "shopify_gql_order_data.csv")
    set_ = "total_price_set_shop_"
    return [
        *(
            Sale(row["id"], row["currency"], Decimal(row["total_price"]))
            for row in rest
            if (row["financial_status"], row["test"]) == ("paid", "FALSE")
        ),
        *(
            Sale(row["id"], row[f"{set_}currency_code"], Decimal(row[f"{set_}amount"]))
            for row in graph
            if row["display_financial_status"] == "PAID"
            and (row["test"], row["_fivetran_deleted"]) == ("FALSE", "FALSE")
        ),
    ]


def shopify(*paths: str) -> Callable[[Path], list[Sale]]:
    """Return what reads a store's samples: of one order's samples, the last that says enough."""

    def read(files: Path) -> list[Sale]:
        folder = files / "shopify_api_fixtures"
        found = [one for path in paths for one in answer(folder / path).values()]
        orders = [one for some in found for one in (some if isinstance(some, list) else [some])]
        return list({one["id"]: _of_shopify(one) for one in orders if _tells_all(one)}.values())

    return read


def _tells_all(order: dict[str, Any]) -> bool:
    """Tell whether an order that was refunded says how much."""
    return "refund" not in order["financial_status"] or "refunds" in order


def _of_shopify(order: dict[str, Any]) -> Sale:
    lines = [(Decimal(one["quantity"]), Decimal(one["price"])) for one in order["line_items"]]
    total = Decimal(order["total_price"])
    return Sale(str(order["id"]), order["currency"], total, tuple(lines))


def stripe_intents(files: Path) -> list[Sale]:
    """What was received in cents, of those whose mail is known."""
    rows = table(files / "fivetran_stripe" / "payment_intent_data.csv")
    return [
        Sale(row["id"], row["currency"].upper(), Decimal(row["amount_received"]) / 100)
        for row in rows
        if row["status"] == "succeeded" and row["receipt_email"]
    ]


def stripe_payments(files: Path) -> list[Sale]:
    """What was paid by somebody, with what went back."""
    rows = table(files / "export_shapes" / "stripe_payments_export.csv")
    return [
        Sale(
            row["id"],
            row["Currency"].upper(),
            Decimal(row["Amount"].replace(",", "")),
            refunds=tuple(filter(None, [Decimal(row["Amount Refunded"].replace(",", ""))])),
        )
        for row in rows
        if row["Mode"] == "Live"
        and row["Status"] in {"Paid", "Refunded"}
        and (row["Customer ID"] or row["Customer Email"])
    ]


def woocommerce_export(files: Path) -> list[Sale]:
    """Every row; its lines lie in one cell, and stay out."""
    rows = table(files / "export_shapes" / "woocommerce_orders_export.csv")
    return [
        Sale(row["order_id"], row["order_currency"], Decimal(row["order_total"])) for row in rows
    ]


def woocommerce(files: Path) -> list[Sale]:
    """What was paid, with its lines and what went back, which is negative there."""
    orders = answer(files / "woocommerce_rest_docs" / "orders.json")
    return [
        Sale(
            str(one["id"]),
            one["currency"],
            Decimal(one["total"]),
            tuple(
                (Decimal(line["quantity"]), Decimal(line["price"])) for line in one["line_items"]
            ),
            tuple(-Decimal(refund["total"]) for refund in one["refunds"]),
        )
        for one in orders
        if one["status"] in {"processing", "completed", "refunded"}
    ]


SALES: Mapping[str, Callable[[Path], list[Sale]]] = {
    "csv__decimal_commas": plain("semi.csv", currency="EUR", delimiter=";"),
    "csv__latin1": plain("latin1.csv", encoding="latin-1"),
    "csv__northwind_joined": northwind_joined,
    "edge_tap-csv__blankline": plain("blankline.csv"),
    "edge_tap-csv__bom": plain("bom.csv", "Total Price"),
    "edge_tap-csv__dup": plain("dup.csv"),
    "edge_tap-csv__emptyhdr": plain("emptyhdr.csv"),
    "edge_tap-csv__emptyid": plain("emptyid.csv"),
    "edge_tap-csv__long": plain("long.csv"),
    "edge_tap-csv__nul": plain("nul.csv"),
    "edge_tap-csv__short": plain("short.csv"),
    "rest__shopify_python": shopify("python_api/orders.json", "python_api/order.json"),
    "rest__shopify_ruby": shopify(
        "ruby_api/order.json", "ruby_api/orders.json", "ruby_api/order_with_properties.json"
    ),
    "rest__woocommerce": woocommerce,
    "tap-csv__fivetran_recharge": recharge,
    "tap-csv__fivetran_shopify": shopify_tables,
    "tap-csv__fivetran_stripe": stripe_intents,
    "tap-csv__northwind": northwind,
    "tap-csv__stripe_exports": stripe_payments,
    "tap-csv__woo_export": woocommerce_export,
    "woocommerce__tap-rest-api-msdk": woocommerce,
}
"""By the name of a recorded file or an export, what reads its source."""
