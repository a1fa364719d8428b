"""What the settings add to every record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from target_triplewhale.mapping.accounts import TrialAccounts
    from target_triplewhale.mapping.recipe import Recipe
    from target_triplewhale.payloads.coercion import CoercionContext


@dataclass(frozen=True)
class Facts:
    """Shop, identity, currency and zone, as the user has set them."""

    shop: str
    shops: frozenset[str]
    platform: str | None
    platform_account_id: str | None
    channel_account_id: str
    currency: str | None
    coercion: CoercionContext
    started: datetime
    refuse_native: bool = True
    voids: bool = False
    """Whether orders that are gone are voided, and not filtered."""
    accounts: TrialAccounts | None = None
    """Marks the accounts of a test."""

    def under(self, recipe: Recipe) -> Facts:
        """Return the facts of one route, whose own currency, zone and dates go before."""
        coercion = replace(
            self.coercion,
            timezone=recipe.timezone or self.coercion.timezone,
            day_first=recipe.day_first,
        )
        return replace(self, currency=recipe.currency or self.currency, coercion=coercion)

    def moment(self, time_extracted: object) -> str:
        """Return when a record was read, or else when the run began: UTC, milliseconds, Z."""
        if not isinstance(time_extracted, str):
            return self._at_start
        try:
            return _spelled(datetime.fromisoformat(time_extracted))
        except (ValueError, OverflowError):
            return self._at_start

    @cached_property
    def _at_start(self) -> str:
        return _spelled(self.started)


def _spelled(moment: datetime) -> str:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"
