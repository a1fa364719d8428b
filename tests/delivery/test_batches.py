"""What is sent together, and what takes the place of what."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.batches import Batch
from tests.delivery.parcels import SHOP, parcel


def test_the_body_of_a_bulk_request_names_its_shop() -> None:
    """The shop stands once, beside the orders."""
    batch = Batch([parcel("orders", "1", shop='the "shop"'), parcel("orders", "2")])
    assert json.loads(batch.body) == {
        "shop": 'the "shop"',
        "orders": [{"order_id": "1"}, {"order_id": "2"}],
    }


def test_the_body_of_a_single_request_is_its_parcels_own() -> None:
    """It was made once, when the record was mapped."""
    one = parcel("customers")
    assert Batch([one]).body is one.body


def test_what_is_asked_names_endpoint_shop_and_keys() -> None:
    """The verdict on an answer needs no more."""
    asked = Batch([parcel("orders", "1"), parcel("orders", "2")]).asked
    assert (asked.endpoint.name, asked.shop, list(asked.keys)) == ("orders", SHOP, ["1", "2"])


@given(st.integers(2, 1000))
def test_halves_are_a_request_split_in_the_middle(count: int) -> None:
    """Neither is empty, and none is left out, or halving would never end."""
    parcels = [parcel("orders", str(number)) for number in range(count)]
    first, second = Batch(parcels).halves()
    assert [*first.parcels, *second.parcels] == parcels
    assert 0 <= len(second.parcels) - len(first.parcels) <= 1


@given(st.integers(1, 6), st.integers(-1, 7))
def test_versions_are_parted_where_a_run_ends(count: int, number: int) -> None:
    """The newest version from before is sent, with those it superseded; the later ones are not."""
    versions = [parcel("customers", number=position) for position in range(count)]
    last = versions[0]
    for version in versions[1:]:
        last = version.instead_of(last)
    assert (last.superseded or []) == versions[:-1]
    assert not any(version.superseded for version in versions[:-1])
    earlier, later = last.parted(number)
    before = [version for version in versions if version.number < number]
    assert later == [version for version in versions if version.number >= number]
    assert earlier is (before[-1] if before else None)
    assert not any(version.superseded for version in later)
    if earlier:
        assert (earlier.superseded or []) == before[:-1]
