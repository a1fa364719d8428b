"""An export of GoHighLevel's contacts as its first user has it, made by arithmetic alone."""

from __future__ import annotations

import csv
import hashlib
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTACTS = 18_568
COLUMNS = (
    "Contact Id",
    "First Name",
    "Last Name",
    "Phone",
    "Email",
    "Created",
    "Last Activity",
    "Tags",
    "Country",
    "Opportunities",
)
LETTERS = string.ascii_letters + string.digits
FIRST = datetime(2024, 2, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Contact:
    """One row, with what is odd about it."""

    number: int

    @property
    def id(self) -> str:
        """What GoHighLevel calls it: twenty letters and digits."""
        digest = hashlib.sha256(str(self.number).encode()).digest()
        return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:20])

    @property
    def created(self) -> datetime:
        """One every 67 minutes, so that days and months differ."""
        return FIRST + timedelta(minutes=67 * self.number)

    @property
    def lacks_zone(self) -> bool:
        """Some came from an older system, whose times name none."""
        return self.number % 37 == 11

    @property
    def is_nobody(self) -> bool:
        """Some have neither an e-mail nor a phone."""
        return self.number % 53 == 7

    @property
    def has_odd_email(self) -> bool:
        """Some have an e-mail that is none."""
        return self.number % 613 == 50 and not self.is_nobody

    @property
    def email(self) -> str:
        """Two of three have one."""
        if self.is_nobody or (self.number % 3 == 2 and not self.has_odd_email):
            return ""
        at = " at " if self.has_odd_email else "@"
        return f"cliente{self.number}{at}example.com"

    @property
    def phone(self) -> str:
        """All have one but nobody."""
        return "" if self.is_nobody else f"+52668{self.number:07}"

    def row(self) -> tuple[str, ...]:
        """Return it as the export has it."""
        zone = "" if self.lacks_zone else "-07:00"
        local = self.created - timedelta(hours=7)
        return (
            self.id,
            f"Nombre{self.number}",
            f"Apellido{self.number % 91}",
            self.phone,
            self.email,
            f"{local:%Y-%m-%dT%H:%M:%S}{zone}",
            f"{local:%b %d %Y %I:%M %p}",
            "inbound whatsapp, another-device-replied-whatsapp",
            "Mexico",
            "open Embudo de ventas Prospecto",
        )


def contacts() -> Iterator[Contact]:
    """Yield them in the order of the export."""
    return (Contact(number) for number in range(1, CONTACTS + 1))


def export(path: Path) -> None:
    """Write the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(contact.row() for contact in contacts())
