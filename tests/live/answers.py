"""What the API answered, as far as it can be told from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.live.findings import Untold

if TYPE_CHECKING:
    from collections.abc import Mapping

TELLS_NOTHING = (401, 403, 408, 425, 429)
MOST_WORDS = 160


@dataclass(frozen=True)
class Answer:
    """One answer, or none."""

    status: int | None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it came, by the clock of this machine."""

    @property
    def fields(self) -> dict[str, Any]:
        """Return the body where it is an object, else nothing."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def words(self) -> str:
        """Return what the API says, in either of its two error bodies."""
        parts = [self.fields.get(name) for name in ("error", "message", "code")]
        told = dict.fromkeys(str(part) for part in parts if isinstance(part, str | int) and part)
        return " ".join(": ".join(told).split())[:MOST_WORDS]

    @property
    def told(self) -> str:
        """Return what was seen, in a few words."""
        if self.status is None:
            return "no answer"
        return f'{self.status} "{self.words}"' if self.words else f"{self.status}, no words"

    @property
    def is_success(self) -> bool:
        """Return whether it was a 2xx that does not deny itself."""
        if self.status is None or self.fields.get("success") is False:
            return False
        return 200 <= self.status < 300

    def given(self) -> Answer:
        """Return it if the API has looked at the request at all."""
        if self.status is None or self.status >= 500 or self.status in (408, 425, 429):
            raise Untold(self.told)
        return self

    def judged(self) -> Answer:
        """Return it if the API has looked at the record, not only at the key."""
        if self.status in TELLS_NOTHING:
            raise Untold(self.told)
        return self.given()

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Return what a bulk answer says of faulty orders."""
        found = self.fields.get("errors")
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    @property
    def refused(self) -> dict[str, str]:
        """Return by order id why it was refused."""
        return {str(one.get("order_id")): str(one.get("error")) for one in self.errors}
