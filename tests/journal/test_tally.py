"""The counts of a run add up, or the run fails loudly."""

from __future__ import annotations

import pytest

from target_triplewhale.errors import RunEnded
from target_triplewhale.journal.tally import Tally
from target_triplewhale.outcomes import Delivered, Filtered


def test_a_record_that_has_not_ended_fails_the_run() -> None:
    """It would be lost in silence."""
    tally = Tally()
    count = tally.of("orders", "orders:orders", "orders")
    count.offered = 2
    count.end(Delivered())
    with pytest.raises(RunEnded, match="2 records were offered and 1 have ended"):
        tally.check()
    count.end(Filtered())
    tally.check()
