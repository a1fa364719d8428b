"""What the mapping of a record costs, beside the checking and writing of its payload."""

from __future__ import annotations

import gc
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.mapping.facts import Facts
from target_triplewhale.mapping.mapper import Mapped, Mapper
from target_triplewhale.payloads.coercion import CoercionContext
from target_triplewhale.recipes import RecipeReader
from tests.bench.figures import Figure, at_most
from tests.bench.measurement import Bench, Measurement
from tests.bench.processes import BenchmarkFailed
from tests.bench.records import order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.errors import Fault

RECORDS = 5000
ROUNDS = 7
FACTS = Facts(
    shop="example.com",
    shops=frozenset({"example.com"}),
    platform=None,
    platform_account_id=None,
    channel_account_id="CUSTOM_CHANNEL",
    currency=None,
    coercion=CoercionContext(),
    started=datetime.now(UTC),
)

ABOUT = """\
Processor time of one record's mapping: from the record to a payload that is filled in, before the
payload's model checks it and writes it, which the figures of orders a second include. Each figure
is the best of seven rounds of 5,000 records, in this process. "Map and write" is all of it.
"""


class Case(NamedTuple):
    """A route's mapping, a record of it, and the microseconds that it may take."""

    name: str
    endpoint: str
    route: dict[str, Any]
    record: dict[str, Any]
    bound: float


class Unwritten(Mapper):
    """Maps a record up to its payload, and says that it is mapped."""

    def _mapped_natively(self, picked: Any, record: dict[str, Any]) -> Mapped:  # noqa: ARG002
        return _MAPPED


_MAPPED = Mapped("", "", (), b"", set(), is_mergeable=True, filled_at=None, is_void=False)
_TWENTY = {
    "customer_id": "C-1",
    "created_at": "2026-03-04T05:06:07.000Z",
    "first_name": "Ann",
    "last_name": "Lee",
    "display_name": "Ann Lee",
    "email_address": "ann@example.com",
    "phone": "+12025550123",
    "country": "Germany",
    "country_code": "DE",
    "city": "Berlin",
    "zip": "10115",
    "state": "Berlin",
    "state_code": "BE",
    "address1": "Street 1",
    "address2": "2nd floor",
    "note": "pays late",
    "status": "ENABLED",
    "amount_spent": 12.5,
    "number_of_orders": 3,
    "tax_exempt": False,
}
_IN_PROFILE = ("city", "zip", "state", "address1", "address2")


_ORDER = ("order_id", "created_at", "currency", "customer", "order_revenue")
_ITEMS = (
    "items[].{id: id, name: name, price: price, quantity: qty, product_id: product_id, "
    "variant_id: variant_id, sku: sku}"
)


def _cases() -> Iterator[Case]:
    yield Case("without `fields`", "orders", {}, order(1), 5)
    yield Case("twenty plain or dotted names", "customers", *_twenty_names(), 15)
    yield Case("an expression over a nested array", "orders", *_nested_array(), 40)


def _twenty_names() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a route whose columns all have other names, a part of them one level down."""
    prefixes = {name: "profile." if name in _IN_PROFILE else "" for name in _TWENTY}
    fields = {name: f"{prefix}src_{name}" for name, prefix in prefixes.items()}
    inner = {f"src_{name}": _TWENTY[name] for name in _IN_PROFILE}
    outer = {f"src_{name}": one for name, one in _TWENTY.items() if name not in _IN_PROFILE}
    return {"fields": fields}, {**outer, "profile": inner}


def _nested_array() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a route that makes line items of an array, and an order that has it."""
    record = order(1)
    items = record.pop("line_items")
    record["items"] = [{**item, "qty": item.pop("quantity")} for item in items]
    return {"fields": {**{name: name for name in _ORDER}, "line_items": _ITEMS}}, record


def _measure(bench: Bench) -> Iterator[Figure]:
    for case in _cases():
        bench.tick(0)
        mapping = _microseconds(_mapper(Unwritten, case), case.record)
        yield Figure(case.name, mapping, "us", at_most(case.bound))
        yield Figure(
            f"{case.name}: map and write", _microseconds(_mapper(Mapper, case), case.record), "us"
        )


def _mapper(kind: type[Mapper], case: Case) -> Mapper:
    problems: list[Fault] = []
    endpoint = ENDPOINTS[case.endpoint]
    recipe = RecipeReader(case.name, endpoint, problems).recipe(case.route)
    mapper = kind(endpoint, recipe, FACTS, ())
    if problems or not isinstance(
        Mapper(endpoint, recipe, FACTS, ()).map(case.record, None), Mapped
    ):
        raise BenchmarkFailed(f"mapping, {case.name}: the record is not accepted")
    return mapper


def _microseconds(mapper: Mapper, record: dict[str, Any]) -> float:
    gc.collect()
    return min(_seconds(mapper, record) for _ in range(ROUNDS)) / RECORDS * 1_000_000


def _seconds(mapper: Mapper, record: dict[str, Any]) -> float:
    began = time.process_time()
    for _ in range(RECORDS):
        mapper.map(record, None)
    return time.process_time() - began


MAPPINGS = Measurement("mapping", "Mapping", ABOUT, _measure)
