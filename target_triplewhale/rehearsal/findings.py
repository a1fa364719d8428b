"""What a rehearsal finds suspicious: counted by code, with a few examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_EXAMPLES = 5

TOTAL_FAR = "TW-REHEARSAL-TOTAL-FAR"
MINOR_UNITS = "TW-REHEARSAL-MINOR-UNITS"
MINOR_ITEMS = "TW-REHEARSAL-MINOR-ITEMS"
WHOLE_AMOUNTS = "TW-REHEARSAL-WHOLE-AMOUNTS"
DATE_EARLY = "TW-REHEARSAL-DATE-EARLY"
DATE_FUTURE = "TW-REHEARSAL-DATE-FUTURE"
DOUBLED = "TW-REHEARSAL-DOUBLED"
ID_TWICE = "TW-REHEARSAL-ID-TWICE"
EMAIL_SHARED = "TW-REHEARSAL-EMAIL-SHARED"
PHONE_SHARED = "TW-REHEARSAL-PHONE-SHARED"

PROBLEMS = {
    TOTAL_FAR: "have a total far from line items + shipping + tax - discounts; look at "
    "`order_revenue`, and at `price`, which is that of one piece",
    MINOR_UNITS: "have a total about 100 times its line items: if it is in cents, name it under "
    "`minor_units` of the route",
    MINOR_ITEMS: "have line items about 100 times their total: if prices are in cents, name them "
    "under `minor_units` of the route",
    WHOLE_AMOUNTS: "have amounts without any decimals that look like cents (1999 for 19.99): if "
    "they are, name them under `minor_units` of the route",
    DATE_EARLY: "are from before 2005: a time that was empty, or read in the wrong unit",
    DATE_FUTURE: "are in the future: a wrong `timezone` or `date_format`, or a planned date",
    DOUBLED: "come more than once under one identity, and the last one stands; rows of line items "
    "need `group_rows`",
    ID_TWICE: "come with more than one `created_at`, platform or account under one id: each of "
    "these counts",
    EMAIL_SHARED: "is the number of e-mail addresses that many profiles share: what they did "
    "becomes one person's",
    PHONE_SHARED: "is the number of phone numbers that many profiles share: what they did becomes "
    "one person's",
}
"""What each code says of the records that it counts."""


@dataclass
class Found:
    """How often something was found at one endpoint, and where."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


class Findings:
    """Counts what is found; memory does not grow with it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Found] = {}

    def add(self, code: str, endpoint: str, example: str = "", number: int = 1) -> None:
        """Count something found at a record, or at several, of which one is an example."""
        found = self._found.setdefault((code, endpoint), Found())
        found.count += number
        name = masked(example)
        if name and name not in found.examples and len(found.examples) < MOST_EXAMPLES:
            found.examples.append(name)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield each finding's code and its line."""
        for (code, endpoint), found in self._found.items():
            examples = f" ({', '.join(found.examples)})" if found.examples else ""
            yield code, f"{endpoint}: {found.count:,} {PROBLEMS[code]}{examples}"

    def document(self) -> list[dict[str, Any]]:
        """Return them as the report has them."""
        return [
            {
                "code": code,
                "endpoint": endpoint,
                "count": found.count,
                "problem": PROBLEMS[code],
                "examples": found.examples,
            }
            for (code, endpoint), found in self._found.items()
        ]
