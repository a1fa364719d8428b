"""What three nights must hold under each scheduler; a module a scheduler runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.nightly.exports import ids
from tests.nightly.nights import FAILING

if TYPE_CHECKING:
    from tests.nightly.nights import Shop

BROKEN = {1: "A-7", 2: "A-67"}


class ThreeNights:
    """Asks the shop, the ledger and Meltano's STATE; `shop` is a fixture of the module."""

    def test_the_first_night_delivers_all_but_what_is_broken(self, shop: Shop) -> None:
        """And what is broken waits."""
        first = shop.nights[0]
        assert first.code == 0, first.said
        assert first.there == first.known == ids(1) - {BROKEN[1]}
        assert first.waiting == {BROKEN[1]}

    def test_the_second_night_fails_and_keeps_what_was_accepted(self, shop: Shop) -> None:
        """The ledger knows just what the shop has."""
        first, second, _ = shop.nights
        assert second.code == 1, second.said
        assert first.there < second.there < ids(1, 2)
        assert FAILING not in second.there
        assert second.known == second.there

    def test_a_failed_night_keeps_its_rejects(self, shop: Shop) -> None:
        """They are of the part that was read."""
        assert shop.nights[1].waiting == set(BROKEN.values())

    def test_the_state_does_not_pass_orders_that_are_open(self, shop: Shop) -> None:
        """It stays where the first night has left it, until the third has delivered them."""
        first, second, third = (night.read_up_to for night in shop.nights)
        assert "" < first == second < third

    def test_the_third_night_delivers_the_rest(self, shop: Shop) -> None:
        """Of the second night's orders as well."""
        third = shop.nights[2]
        assert third.code == 0, third.said
        assert ids(2) - set(BROKEN.values()) <= third.there
        assert third.known == third.there

    def test_nothing_that_was_accepted_is_sent_again(self, shop: Shop) -> None:
        """Over all nights the shop has taken each order once."""
        there = shop.nights[2].there
        assert sum(shop.accepted()) == len(there)
        assert set(shop.ask("SELECT versions FROM orders_table")) == {1}
