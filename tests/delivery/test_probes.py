"""Records that the API has taken, and that may be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.probes import KEPT, Probes
from tests.delivery.parcels import parcel

if TYPE_CHECKING:
    from target_triplewhale.delivery.batches import Parcel


def test_only_a_record_of_the_same_endpoint_and_shop_is_a_probe() -> None:
    """Another shop's or endpoint's success shows nothing of this one's."""
    probes = Probes()
    probes.add([parcel("customers", "1", shop="a")])
    assert probes.find(parcel("customers", "2", shop="b"), lambda _: True) is None
    assert probes.find(parcel("ads", "2", shop="a"), lambda _: True) is None
    found = probes.find(parcel("customers", "2", shop="a"), lambda _: True)
    assert found
    assert found.key == "1"


def test_a_record_with_a_newer_version_on_its_way_is_passed_over() -> None:
    """The older version would land after the newer one."""
    probes = Probes()
    probes.add([parcel("customers", "1"), parcel("customers", "2")])
    found = probes.find(parcel("customers", "3"), lambda one: one.key == "1")
    assert found
    assert found.key == "1"
    assert probes.find(parcel("customers", "3"), lambda _: False) is None


@given(
    st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=20, unique=True))
)
def test_the_last_few_are_kept_each_in_its_newest_version(batches: list[list[str]]) -> None:
    """An older version must never be asked again, and memory is bounded."""
    probes, newest = Probes(), {}
    for number, keys in enumerate(batches):
        parcels = [parcel("orders", key, number=number) for key in keys]
        probes.add(parcels)
        newest.update({one.key: one for one in parcels})
    offered: list[Parcel] = []

    def pass_over(one: Parcel) -> bool:
        offered.append(one)
        return False

    probes.find(parcel("orders"), pass_over)
    assert len(offered) == min(KEPT, len({one.key for one in offered}))
    assert all(newest[one.key] is one for one in offered)
    if batches:
        assert offered[0].key == batches[-1][-1]
        assert len(offered) >= min(KEPT, len(batches[-1]))
