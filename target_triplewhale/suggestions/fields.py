"""What the endpoints' fields are called in sources, and what their values look like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from target_triplewhale.suggestions.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """What a field takes: shapes of values, with how well each fits."""

    ID = "id"
    TIME = "time"
    MONEY = "money"
    COUNT = "count"
    EMAIL = "email"
    ADDRESS = "address"
    """An e-mail address that must have its form: hashed ones are refused."""
    PHONE = "phone"
    PERSON = "person"
    PLACE = "place"
    CODE = "code"
    TITLE = "title"
    TEXT = "text"
    TAGS = "tags"
    FLAG = "flag"
    CURRENCY = "currency"
    STATUS = "status"
    INTERVAL = "interval"
    DEGREES = "degrees"
    LINK = "link"


_TEXTS = {Shape.TEXT: 1.0, Shape.TOKEN: 0.9, Shape.PAIR: 0.9, Shape.LETTERS: 0.9, Shape.LONG: 0.7}
_NUMBERS = {Shape.NUMBER: 1.0, Shape.WHOLE: 0.95}
FITS: Mapping[Kind, Mapping[Shape, float]] = {
    Kind.ID: {
        Shape.WHOLE: 1.0,
        Shape.TOKEN: 1.0,
        Shape.EPOCH: 0.95,
        Shape.TEXT: 0.7,
        Shape.URL: 0.8,
        Shape.LETTERS: 0.7,
        Shape.PAIR: 0.5,
        Shape.PHONE: 0.5,
        Shape.NUMBER: 0.6,
    },
    Kind.TIME: {Shape.TIME: 1.0, Shape.EPOCH: 0.95},
    Kind.MONEY: _NUMBERS,
    Kind.COUNT: {Shape.WHOLE: 1.0, Shape.NUMBER: 0.7},
    Kind.EMAIL: {Shape.EMAIL: 1.0, Shape.TOKEN: 0.8},
    Kind.ADDRESS: {Shape.EMAIL: 1.0},
    Kind.PHONE: {Shape.PHONE: 1.0, Shape.WHOLE: 0.8, Shape.TOKEN: 0.7, Shape.TEXT: 0.5},
    Kind.PERSON: _TEXTS,
    Kind.PLACE: {**_TEXTS, Shape.WHOLE: 0.9, Shape.PHONE: 0.8, Shape.NUMBER: 0.7},
    Kind.CODE: {Shape.PAIR: 1.0, Shape.TOKEN: 0.7, Shape.LETTERS: 0.8, Shape.TEXT: 0.5},
    Kind.TITLE: {**_TEXTS, Shape.TOKEN: 0.65},
    Kind.TEXT: {**_TEXTS, Shape.LONG: 1.0, Shape.WHOLE: 0.6, Shape.URL: 0.5, Shape.FLAG: 0.4},
    Kind.TAGS: {**_TEXTS, Shape.LIST: 1.0, Shape.OBJECTS: 0.9, Shape.LONG: 0.9},
    Kind.FLAG: {Shape.FLAG: 1.0},
    Kind.CURRENCY: {Shape.LETTERS: 1.0},
    Kind.STATUS: {**_TEXTS, Shape.LONG: 0.0},
    Kind.INTERVAL: {Shape.TEXT: 1.0, Shape.LETTERS: 1.0},
    Kind.DEGREES: {Shape.NUMBER: 1.0, Shape.TOKEN: 0.0},
    Kind.LINK: {Shape.URL: 1.0, Shape.TEXT: 0.5},
}
SHOWN = frozenset(
    {
        *(Kind.TIME, Kind.MONEY, Kind.COUNT, Kind.TITLE, Kind.TAGS, Kind.FLAG, Kind.CURRENCY),
        *(Kind.STATUS, Kind.INTERVAL, Kind.CODE),
    }
)
"""Kinds whose values say nothing of a person."""


@dataclass(frozen=True)
class Phrase:
    """A way to call a field: its words, how sure it is, and which of them may lack."""

    words: tuple[str, ...]
    sureness: float
    optional: frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """A field, and the ways to call it."""

    path: str
    kind: Kind
    phrases: tuple[Phrase, ...]


def _table(owner: str, text: str) -> tuple[Wanted, ...]:
    """Read a table, one field a row: path, kind, ways to call it between bars; a row may go on.

    A word after `~` may lack, and so may the owner's own name; a number says how sure a way is.
    """
    rows = re.sub(r"\n\s*\|", " |", text).strip().splitlines()
    return tuple(_wanted(row, frozenset(owner.split())) for row in rows)


def _wanted(row: str, owner: frozenset[str]) -> Wanted:
    path, kind, called = row.split(maxsplit=2)
    return Wanted(path, Kind[kind], tuple(_phrase(one, owner) for one in called.split("|")))


def _phrase(called: str, owner: frozenset[str]) -> Phrase:
    words = called.split()
    sureness = float(words.pop()) if words[-1][:2] == "0." else 1.0
    may_lack = frozenset(word[1:] for word in words if word.startswith("~"))
    return Phrase(tuple(word.lstrip("~") for word in words), sureness, owner | may_lack)


FIELDS: Mapping[str, tuple[Wanted, ...]] = {
    "orders": _table(
        "order",
        """
        order_id                        ID        order id | payment id 0.8 | invoice id 0.75
        name                            TEXT      order name 0.9 | order number 0.95
        created_at                      TIME      created date | date 0.9 | start date 0.6
                                                | processed date 0.6 | paid date 0.5
        updated_at                      TIME      updated date ~last
        currency                        CURRENCY  currency ~code
        order_revenue                   MONEY     total amount ~amount | revenue
                                                | paid amount 0.92 | amount 0.85 | total revenue
        taxes                           MONEY     tax ~total ~amount
        total_discounts                 MONEY     discount ~total ~amount
        shipping_price                  MONEY     ship ~total ~amount ~price ~cost
        taxes_included                  FLAG      tax included ~price
        status                          STATUS    fulfillment status | ship status | status 0.7
        source_name                     TITLE     source ~name
        tags                            TAGS      tag
        payment_gateway_names           TITLE     payment ~name | payment method | payment type
        subscription_id                 ID        subscription id
        customer.id                     ID        customer id
        customer.email                  EMAIL     email ~customer ~billing ~address ~invoice
        customer.phone                  PHONE     phone ~customer ~billing ~number
                                                | ship phone 0.7
        customer.first_name             PERSON    first name ~customer ~billing
        customer.last_name              PERSON    last name ~customer ~billing
        shipping_address.address_1      PLACE     ship address ~1 ~line
        shipping_address.address_2      PLACE     ship address 2 ~line
        shipping_address.zip            PLACE     ship zip ~address
        shipping_address.city           PLACE     ship city ~address
        shipping_address.country        PLACE     ship country ~address ~name
        shipping_address.country_code   CODE      ship country ~address ~code
        shipping_address.province_code  CODE      ship region ~address ~code
        """,
    ),
    "products": _table(
        "product",
        """
        product_id      ID      product id
        product_title   TITLE   product name ~full | product note 0.65
        vendor          TITLE   vendor ~name
        product_status  STATUS  status
        product_tags    TAGS    tag
        product_type    TITLE   product type ~name
        collections     TAGS    collection | type ~name 0.6
        created_at      TIME    created date | date 0.9 | start date 0.6 | processed date 0.6
        updated_at      TIME    updated date ~last
        """,
    ),
    "customers": _table(
        "customer",
        """
        customer_id                           ID       customer id
        created_at                            TIME     created date | date 0.9 | start date 0.6
                                                     | processed date 0.6
        email_address                         EMAIL    email ~address | billing email ~address 0.9
        phone                                 PHONE    phone ~number | billing phone ~number 0.9
        first_name                            PERSON   first name | first 0.75
                                                     | billing first name 0.9
        last_name                             PERSON   last name | last 0.75
                                                     | billing last name 0.9
        display_name                          PERSON   customer name ~full | company name 0.8
        address1                              PLACE    address ~1 ~line ~default
                                                     | billing address ~1 ~line ~default 0.9
                                                     | ship address ~1 ~line ~default 0.7
        address2                              PLACE    address 2 ~line ~default
                                                     | billing address 2 ~line ~default 0.9
                                                     | ship address 2 ~line ~default 0.7
        city                                  PLACE    city ~address ~default
                                                     | billing city ~address ~default 0.9
                                                     | ship city ~address ~default 0.7
        state                                 PLACE    region ~address ~name ~default
                                                     | billing region ~address ~name ~default 0.9
                                                     | ship region ~address ~name ~default 0.7
        state_code                            CODE     region ~code ~address ~default
                                                     | billing region ~code ~address ~default 0.9
                                                     | ship region ~code ~address ~default 0.7
        country                               PLACE    country ~name ~address ~default
                                                     | billing country ~name ~address ~default 0.9
                                                     | ship country ~name ~address ~default 0.7
        country_code                          CODE     country ~code ~address ~default
                                                     | billing country ~code ~address ~default 0.9
                                                     | ship country ~code ~address ~default 0.7
        zip                                   PLACE    zip ~address ~default
                                                     | billing zip ~address ~default 0.9
                                                     | ship zip ~address ~default 0.7
        amount_spent                          MONEY    spend ~total ~amount | lifetime amount
                                                     | revenue ~total
        number_of_orders                      COUNT    order quantity | total order
        customer_tags                         TAGS     tag
        note                                  TEXT     note
        locale                                TITLE    locale
        latitude                              DEGREES  latitude
        longitude                             DEGREES  longitude
        tax_exempt                            FLAG     tax exempt
        status                                STATUS   status | state 0.9
        last_order_id                         ID       last order id
        email_marketing_consent_status        STATUS   email marketing consent status
        email_marketing_consent_opt_in_level  STATUS   email marketing consent opt level
        email_marketing_consent_updated_at    TIME     email marketing consent updated date
        """,
    ),
    "subscriptions": _table(
        "subscription",
        """
        subscription_id        ID        subscription id
        created_at             TIME      created date | date 0.9 | start date 0.6
                                       | processed date 0.6
        canceled_at            TIME      cancel date
        ended_at               TIME      end date
        updated_at             TIME      updated date ~last
        cancellation_reason    TEXT      cancel reason
        cancellation_comments  TEXT      cancel reason note | cancel note
        currency               CURRENCY  currency ~code
        status                 STATUS    status | state 0.9
        customer.id            ID        customer id
        customer.email         EMAIL     email ~customer ~billing ~address ~invoice
        customer.phone         PHONE     phone ~customer ~billing ~number | ship phone 0.7
        customer.first_name    PERSON    first name ~customer ~billing
        customer.last_name     PERSON    last name ~customer ~billing
        """,
    ),
    "ads": _table(
        "",
        """
        event_date                TIME      date | start date report 0.7
        currency                  CURRENCY  currency ~code ~account
        channel_account_id        ID        account id | customer id 0.8
        campaign.id               ID        campaign id
        campaign.name             TITLE     campaign ~name
        campaign.status           STATUS    campaign status
        adset.id                  ID        adset id
        adset.name                TITLE     adset ~name
        adset.status              STATUS    adset status
        ad.id                     ID        ad id
        ad.name                   TITLE     ad name
        ad.status                 STATUS    ad status
        metrics.spend             MONEY     spend ~amount ~total | cost ~total ~amount
        metrics.impressions       COUNT     impression ~total ~quantity
        metrics.clicks            COUNT     click ~url ~total ~quantity
        metrics.conversions       MONEY     conversion ~total ~quantity | order ~quantity 0.8
        metrics.conversion_value  MONEY     conversion amount ~total | order conversion amount
                                          | order amount 0.8 | revenue 0.8
        metrics.visits            COUNT     visit ~total ~quantity
        """,
    ),
    "pps": _table(
        "survey",
        """
        order_id       ID     order id
        created_at     TIME   created date | date 0.9 | start date 0.6 | processed date 0.6
                            | response date
        total_price    MONEY  order total ~amount | order amount
        question_id    ID     question id
        question_text  TITLE  question ~text ~name
        response_id    ID     response id | id 0.9
        response       TEXT   response ~text ~name | response amount
        """,
    ),
    "events": _table(
        "event lead opportunity",
        """
        timestamp                      TIME     event date | created date | date 0.9
                                              | start date 0.6 | processed date 0.6
        profileIdentifiers.email       ADDRESS  email ~customer ~address
        profileIdentifiers.phone       PHONE    phone ~customer ~number
        profileIdentifiers.externalId  ID       customer id
        type                           STATUS   stage ~pipeline ~name | stage id ~pipeline 0.95
        event_name                     TITLE    event name | event type | action ~name ~type
        source                         TITLE    source ~name
        campaign                       TITLE    campaign ~name
        """,
    ),
}
"""Endpoint, then the fields that a column by itself can fill."""

PARTS: Mapping[str, tuple[Wanted, ...]] = {
    "orders.line_items": _table(
        "line item order",
        """
        id            ID     id
        name          TITLE  name ~product | item 0.8 | product 0.8
        price         MONEY  price ~unit ~amount | unit amount | amount 0.6
        quantity      COUNT  quantity
        product_id    ID     product id
        variant_id    ID     variant id
        variant_name  TITLE  variant name
        sku           TEXT   sku ~code
        """,
    ),
    "orders.refunds": _table(
        "refund",
        """
        refund_id     ID     refund id
        refunded_at   TIME   created date | date 0.9 | start date 0.6 | processed date 0.6
        total_refund  MONEY  refund total ~amount | amount 0.9
        """,
    ),
    "orders.shipping_lines": _table(
        "ship line",
        """
        title                      TITLE  name | method name
        source                     TITLE  source
        shipping_price             MONEY  price ~amount | total 0.8
        shipping_discounted_price  MONEY  discount price ~amount
        """,
    ),
    "products.variants": _table(
        "variant product",
        """
        variant_id          ID     variant id
        variant_title       TITLE  variant name
        variant_price       MONEY  price ~unit ~amount
        sku                 TEXT   sku ~code
        variant_cost        MONEY  cost ~unit ~amount
        inventory_quantity  COUNT  inventory quantity | inventory unit
        compare_at_price    MONEY  compare price ~date
        """,
    ),
    "products.images": _table(
        "image product",
        """
        image_id   ID    image id
        image_src  LINK  url ~image
        """,
    ),
    "subscriptions.subscription_items": _table(
        "subscription item order",
        """
        subscription_item_id  ID        subscription item id
        created_at            TIME      created date | date 0.9 | start date 0.6
                                      | processed date 0.6
        canceled_at           TIME      cancel date
        status                STATUS    status | state 0.9
        interval              INTERVAL  interval ~unit
        interval_count        COUNT     interval ~quantity
        product_id            ID        product id | plan id | plan 0.8
        variant_id            ID        variant id
        price                 MONEY     price ~unit ~amount | amount 0.9 | plan amount 0.9
        quantity              COUNT     quantity
        """,
    ),
}
"""A list in a payload, then the fields of what it holds."""
