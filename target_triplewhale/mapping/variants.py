"""The one variant of a product that brings none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from target_triplewhale.mapping.shape import Picked, Shape


def complete_product(picked: Picked, product: Shape) -> None:
    """Give a product without variants the one that the published file asks for.

    Its id is the product's, its title too; the columns that the product has no place for fill it.
    """
    payload = picked.payload
    if payload.get("variants") or "product_id" not in payload:
        return
    only = product.children["variants"].pick(picked.unused)
    picked.unused = only.unused
    only.payload.setdefault("variant_id", payload["product_id"])
    if "product_title" in payload:
        only.payload.setdefault("variant_title", payload["product_title"])
    payload["variants"] = [only.payload]
