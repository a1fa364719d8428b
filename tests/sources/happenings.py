"""What the sources say happened to whom, by plain reading."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sources.reading import answer, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CONTACTS = "gohighlevel_api_docs/contacts.json"


@dataclass(frozen=True, order=True)
class Happening:
    """An event: what it is called, whom it happened to, and an amount if there is one."""

    name: str
    who: str
    amount: Decimal = Decimal()


def gohighlevel(*contacts: str) -> Callable[[Path], list[Happening]]:
    """Return what reads contacts, each a lead, and the opportunity, in the one stage there is."""

    def read(files: Path) -> list[Happening]:
        found = [answer(files / CONTACTS, *path.split(" > ")) for path in contacts]
        leads = [one for some in found for one in (some if isinstance(some, list) else [some])]
        opportunities: list[dict[str, Any]] = answer(
            files / "gohighlevel_api_docs" / "opportunities.json",
            "GET /opportunities/search",
            "opportunities",
        )
        return [
            *(Happening("lead", one["id"]) for one in leads),
            *(Happening("opportunity", one["contactId"]) for one in opportunities),
        ]

    return read


def gohighlevel_exports(files: Path) -> list[Happening]:
    """A lead for each contact with a mail or a phone; an event of its own for what is closed."""
    folder = files / "export_shapes"
    contacts = table(folder / "ghl_contacts_export.csv")
    opportunities = table(folder / "ghl_opportunities_export.csv")
    names = {"Negotiation": "opportunity", "Closed": "deal_closed"}
    return [
        *(Happening("lead", row["Contact Id"]) for row in contacts if row["Email"] or row["Phone"]),
        *(Happening(names[row["stage"]], row["email"]) for row in opportunities),
    ]


def klaviyo(files: Path) -> list[Happening]:
    """Mails that were received, and a lead for each person; what was ordered stays out."""
    mails = table(files / "fivetran_klaviyo" / "event.csv")
    people = table(files / "fivetran_klaviyo" / "person.csv")
    return [
        *(Happening(row["type"], row["person_id"]) for row in mails if "Order" not in row["type"]),
        *(Happening("lead", row["id"]) for row in people),
    ]


def stripe(files: Path) -> list[Happening]:
    """Charges that failed, with what would have been paid in cents."""
    return [
        Happening("payment_failed", row["customer_id"], Decimal(row["amount"]) / 100)
        for row in table(files / "fivetran_stripe" / "charge_data.csv")
        if row["status"] == "failed"
    ]


HAPPENED: Mapping[str, Callable[[Path], list[Happening]]] = {
    "gohighlevel__meltanolabs-tap-gohighlevel": gohighlevel(
        "GET /contacts/ > contacts", "GET /contacts/{contactId} > contact"
    ),
    "rest__gohighlevel": gohighlevel("GET /contacts/ > contacts"),
    "tap-csv__fivetran_klaviyo": klaviyo,
    "tap-csv__fivetran_stripe": stripe,
    "tap-csv__ghl_exports": gohighlevel_exports,
    "tap-spreadsheets__ghl_exports": gohighlevel_exports,
}
"""By the name of a recorded file or an export, what reads its source."""
