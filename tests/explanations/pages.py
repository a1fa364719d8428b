"""The tables of the pages, by their marks; `python -m tests.explanations` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.explanations import answers, identities, limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCS = Path(__file__).parents[2] / "docs"
PICTURE = DOCS / "concurrency.svg"
TABLES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "delivery.md": {"answers": answers.answers},
    "identities.md": {
        "identities": identities.endpoints,
        "spellings": identities.spellings,
        "event ids": identities.event_ids,
    },
    "limits.md": {
        "limits": limits.paces,
        "durations": limits.durations,
        "in flight": limits.in_flight,
        "waits": limits.waits,
        "sizes": limits.sizes,
    },
}


def refreshed(name: str) -> str:
    """Return a page with its tables as they are now."""
    text = (DOCS / name).read_text()
    for mark, table in TABLES[name].items():
        between = re.compile(f"(?<=<!-- {mark} -->\n).*?(?=<!-- /{mark} -->)", re.DOTALL)
        before, after = between.split(text)
        text = f"{before}{table()}\n{after}"
    return text
