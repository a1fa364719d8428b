"""Lists of objects that become an order's line items, a product's variants, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.fields import PARTS
from target_triplewhale.suggestions.likeness import likeness
from target_triplewhale.suggestions.matching import matched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_triplewhale.suggestions.columns import Column
    from target_triplewhale.suggestions.draft import Work
    from target_triplewhale.suggestions.matching import Match

CALLED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "orders": {
        "line_items": ("line item", "item", "product", "order line", "order item"),
        "refunds": ("refund",),
        "shipping_lines": ("ship line", "ship method"),
    },
    "products": {"variants": ("variant",), "images": ("image",)},
    "subscriptions": {"subscription_items": ("item", "subscription item", "line item", "plan")},
}
"""Endpoint, then a list in its payloads, then what sources call it."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "line_items": ("id", "price", "quantity", "product_id", "variant_id"),
    "refunds": ("refund_id", "refunded_at", "total_refund"),
    "shipping_lines": ("shipping_price",),
    "variants": ("variant_id", "variant_title"),
    "images": ("image_id", "image_src"),
    "subscription_items": (
        *("subscription_item_id", "created_at", "status", "interval", "interval_count"),
        *("price", "quantity"),
    ),
}
"""What each object in a list must have."""
_LEAST = 0.7


def add_lists(work: Work) -> None:
    """Rebuild the lists of objects that the source nests in its records."""
    for name, called in CALLED.get(work.draft.endpoint, {}).items():
        column = _best(work.columns, called)
        if column is None:
            continue
        inner = sources(f"{work.draft.endpoint}.{name}", column.inner)
        lacking = [path for path in NEEDED[name] if path not in inner]
        told = f"{name}: {column.told}, a list of objects on {_share(column)}"
        if lacking:
            work.draft.remarks.append(f"{told}, lacks {', '.join(lacking)}: left out")
        else:
            value = f"{column.source}[].{objects(inner)}"
            work.draft.fields[name] = Line(value, f"{column.told}, a list on {_share(column)}")


def sources(path: str, columns: Sequence[Column]) -> dict[str, str]:
    """Return what fills the fields of an object in a list."""
    found = {field: match.column.source for field, match in within(path, columns).items()}
    if path == "orders.line_items":
        complete_item(found, within(path, columns))
    return found


def within(path: str, columns: Sequence[Column]) -> dict[str, Match]:
    """Return which column of the objects fills which of their fields."""
    return matched(PARTS[path], columns)


def complete_item(found: dict[str, str], matches: Mapping[str, Match]) -> None:
    """Name a line item's product and variant by what it has, as a product without variants is."""
    named = [found[name] for name in ("sku", "name") if name in found]
    if "product_id" not in found and named:
        found["product_id"] = " || ".join(named)
    if "product_id" not in found:
        return
    variant = matches.get("variant_id")
    if variant is None:
        found["variant_id"] = found["product_id"]
    elif zero := zero_of(variant.column):
        source = variant.column.source
        found["variant_id"] = f"({source} != {zero} && {source}) || {found['product_id']}"
    elif variant.column.fill < 1:
        found["variant_id"] = f"{variant.column.source} || {found['product_id']}"


def zero_of(column: Column) -> str:
    """Return the zero by which a source says that there is none, as an expression writes it."""
    if "0" not in column.counts:
        return ""
    return "'0'" if any(isinstance(value, str) for value in column.values) else "`0`"


def objects(found: Mapping[str, str]) -> str:
    """Write an object of an expression."""
    return "{" + ", ".join(f"{name}: {source}" for name, source in found.items()) + "}"


def _best(columns: Sequence[Column], called: Sequence[str]) -> Column | None:
    lists = [one for one in columns if one.inner]
    scored = [(_likeness(one, called), one) for one in lists]
    score, column = max(scored, key=lambda one: one[0], default=(0.0, None))
    return column if score >= _LEAST else None


def _likeness(column: Column, called: Sequence[str]) -> float:
    return max(likeness(column.words, tuple(one.split()), frozenset()) for one in called)


def _share(column: Column) -> str:
    return f"{len(column.values)} of {column.records}"
