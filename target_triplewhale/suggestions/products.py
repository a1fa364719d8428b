"""What products need beside their columns: at least one variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_triplewhale.suggestions.draft import Line
from target_triplewhale.suggestions.lists import objects, within

if TYPE_CHECKING:
    from target_triplewhale.suggestions.draft import Work

_OF_THE_VARIANT = ("variant_price", "sku", "variant_cost", "inventory_quantity", "compare_at_price")


def finish(work: Work) -> None:
    """Give a product without variants one of its own, with the price and what else there is."""
    work.require("product_id")
    work.require("product_title")
    if "variants" in work.draft.fields or work.draft.missing:
        return
    found = within("products.variants", work.left())
    told = {name: found[name].column for name in _OF_THE_VARIANT if name in found}
    if not any(column.values for column in told.values()):
        return
    named = {"variant_id": work.source("product_id"), "variant_title": work.source("product_title")}
    told_sources = {name: column.source for name, column in told.items() if column.values}
    value = f"[{objects(named | told_sources)}]"
    work.draft.fields["variants"] = Line(value, "one variant: the product itself")
    work.matches |= {f"variants.{name}": found[name] for name in told_sources}
