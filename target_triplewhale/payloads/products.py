"""The body of POST /data-in/products."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from target_triplewhale.payloads.coercion import ListOf, Number, Text, TextList, Time
from target_triplewhale.payloads.problems import RULE, problem
from target_triplewhale.payloads.strict import Strict


class Image(Strict):
    """A picture of a product."""

    image_id: Text
    image_src: Text


class Variant(Strict):
    """What is sold of a product; `compare_at_price` is the struck-through one."""

    variant_id: Text
    variant_title: Text
    variant_price: Number | None = None
    sku: Text | None = None
    variant_cost: Number | None = None
    handling_fee: Number | None = None
    inventory_quantity: Number | None = None
    image_src: Text | None = None
    compare_at_price: Number | None = None

    @field_validator("compare_at_price")
    @classmethod
    def _not_below_the_price(cls, value: float | None, info: ValidationInfo) -> float | None:
        price = info.data.get("variant_price")
        if value is not None and price is not None and value < price:
            raise problem(RULE, "is below `variant_price`; expected at least as much")
        return value


class Product(Strict):
    """A product with its variants: at least one."""

    shop: Text
    platform: Text | None = None
    platform_account_id: Text | None = None
    product_id: Text
    product_title: Text
    vendor: Text | None = None
    product_status: Text | None = None
    product_tags: TextList | None = None
    product_type: Text | None = None
    collections: TextList | None = None
    images: ListOf[Image] | None = None
    variants: Annotated[ListOf[Variant], Field(min_length=1)]
    created_at: Time | None = None
    updated_at: Time | None = None
