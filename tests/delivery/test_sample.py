"""A run of the first records holds them until it has said what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_triplewhale.delivery.rehearsal import Rehearsal
from target_triplewhale.delivery.sample import Sample
from tests.delivery.parcels import parcel

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_nothing_goes_before_it_is_told_of() -> None:
    """Whatever else is asked of it, and then all goes in order."""
    said: list[Any] = []

    def tell(counts: Mapping[str, int]) -> None:
        said.append(dict(counts))

    sample = Sample(Rehearsal(lambda _, __: True, lambda one: said.append(one.key)), tell)
    for endpoint, key in (("orders", "A-1"), ("events", "E-1"), ("orders", "A-2")):
        sample.send(parcel(endpoint, key))
        sample.hand_over()
        sample.flush()
        sample.check()
        sample.finish()
    assert said == []
    sample.release()
    assert said == [{"orders": 2, "events": 1}, "A-1", "E-1", "A-2"]
    sample.finish()
    sample.stop()
    sample.close()
    assert len(said) == 4
