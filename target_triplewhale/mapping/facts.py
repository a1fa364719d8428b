"""What the settings add to every record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

    def moment(self, time_extracted: object) -> str:
        """Return when a record was read, or else when the run began: UTC, milliseconds, Z."""
        moment = self.started
        if isinstance(time_extracted, str):
            try:
                moment = datetime.fromisoformat(time_extracted)
            except ValueError:
                moment = self.started
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
