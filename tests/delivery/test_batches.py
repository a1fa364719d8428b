"""What is sent together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.batches import Parcel, into_batches, latest_of_each
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.outcomes import Delivered, Superseded

if TYPE_CHECKING:
    from target_triplewhale.outcomes import Outcome


def parcel(
    endpoint: str,
    key: str,
    created: str = "t",
    shop: str = "s",
    settled: list[Outcome] | None = None,
) -> Parcel:
    found = settled if settled is not None else []
    body = json.dumps({"order_id": key}).encode()
    return Parcel(ENDPOINTS[endpoint], shop, key, (shop, key, created), body, found.append)


@given(
    st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("tu"), st.sampled_from("sr"))),
    st.integers(1, 4),
)
def test_a_bulk_request_holds_one_shop_and_no_key_twice(
    found: list[tuple[str, str, str]], size: int
) -> None:
    """A bulk answer names orders by id alone, and the body's shop overwrites each order's."""
    parcels = [parcel("orders", key, created, shop) for key, created, shop in found]
    batches = into_batches(parcels, size)
    assert sum(len(batch.parcels) for batch in batches) == len(parcels)
    for batch in batches:
        keys = [one.key for one in batch.parcels]
        assert len(set(keys)) == len(keys) <= size
        assert len({one.shop for one in batch.parcels}) == 1


def test_other_records_go_one_by_one_and_by_rank() -> None:
    """Customers go before events, events before orders, surveys last."""
    names = ["pps", "orders", "events", "customers"]
    batches = into_batches([parcel(name, "1") for name in names], 10)
    assert [batch.endpoint.name for batch in batches] == list(reversed(names))


def test_the_body_of_a_bulk_request_names_its_shop() -> None:
    """The shop stands once, beside the orders."""
    (batch,) = into_batches([parcel("orders", "1"), parcel("orders", "2")], 10)
    assert json.loads(batch.body) == {"shop": "s", "orders": [{"order_id": "1"}, {"order_id": "2"}]}


def test_a_later_record_supersedes_and_settles_the_earlier_ones() -> None:
    """Only the last of an identity is sent; the others end with it."""
    first: list[Outcome] = []
    second: list[Outcome] = []
    last: list[Outcome] = []
    parcels = [parcel("customers", "1", settled=one) for one in (first, second, last)]
    (kept,) = latest_of_each(parcels)
    assert not first
    kept.settle(Delivered())
    assert [first, second, last] == [[Superseded()], [Superseded()], [Delivered()]]
