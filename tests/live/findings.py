"""What came of asking for an assumption."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.live.assumptions import Assumption


class Verdict(StrEnum):
    """How an assumption stands."""

    HOLDS = "holds"
    DIFFERS = "differs"
    CANNOT_TELL = "cannot tell"
    NOT_ASKED = "not asked"


class Untold(Exception):
    """There is no answer from which to tell; says why."""


class Denied(Exception):
    """What was assumed is refused; says how."""


class NotAsked(Untold):
    """No request was made; says why."""


@dataclass(frozen=True)
class Finding:
    """How an assumption stands, and what was seen."""

    assumption: Assumption
    verdict: Verdict
    seen: str

    @property
    def line(self) -> str:
        """Return the one line that is printed."""
        row = self.assumption
        return f"{self.verdict:<11}  {row.id:<18}  {row.assumed.rstrip('.')}: {self.seen}"
