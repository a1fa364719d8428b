"""By what events will find their person: an e-mail, a phone, or only an id of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.masking import masked
from target_triplewhale.rehearsal.seen import Use, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EMAIL, PHONE = "email", "phone"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass
class Identities:
    """Counts what events are known by; an e-mail that is none is rejected before."""

    events: int = 0
    email: int = 0
    phone_e164: int = 0
    phone_other: int = 0
    external_id_only: int = 0
    without_time: int = 0
    """Rejected for it."""

    def add(self, payload: Mapping[str, Any]) -> Iterator[Use]:
        """Take in an event, and yield the addresses that it uses."""
        known: Mapping[str, str] = payload["profileIdentifiers"]
        email, phone = known.get("email"), known.get("phone")
        is_e164 = bool(phone and _E164.fullmatch(phone))
        self.events += 1
        self.email += bool(email)
        self.phone_e164 += is_e164
        self.phone_other += bool(phone) and not is_e164
        self.external_id_only += not (email or phone)
        profile = known.get("externalId")
        label = masked(profile or payload["eventId"])
        for kind, address in ((EMAIL, email and email.lower()), (PHONE, phone)):
            if address:
                yield Use(kind, digest(address), digest(profile) if profile else None, label)

    def sentence(self) -> str:
        """Return the counts in one line."""
        other = f" ({self.phone_other:,} with another phone)" if self.phone_other else ""
        late = f"; {self.without_time:,} are rejected for want of a time"
        return (
            f"of {self.events:,} events {self.email:,} have a valid e-mail, {self.phone_e164:,} a "
            f"phone in E.164{other}, {self.external_id_only:,} only an external id"
            + (late if self.without_time else "")
        )
