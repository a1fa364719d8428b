"""A shop, a copy of the example, and what each of its nights came to."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, text

from target_triplewhale.sandbox import Faults, create_app
from target_triplewhale.sandbox.serve import serve

if TYPE_CHECKING:
    from target_triplewhale.sandbox.serve import Served

BIN = Path(sys.executable).parent
EXAMPLE = Path(__file__).parents[2] / "examples/nightly"
KEY = "a-key-of-the-sandbox-7f3c"
FAILING = "A-101"
"""The order of the second night at which the API fails once."""


@dataclass(frozen=True)
class Night:
    """What a night has left behind."""

    code: int
    said: str
    there: frozenset[str]
    """Orders that the shop has."""
    known: frozenset[str]
    """Orders that the ledger knows as accepted."""
    waiting: frozenset[str]
    """Rejected orders that the ledger keeps."""
    read_up_to: str
    """The tap's bookmark in the STATE that Meltano keeps."""


@dataclass
class Shop:
    """The API's side: a sandbox behind a socket, of which one request fails."""

    database: Path
    fault: dict[str, Any]
    nights: list[Night] = field(default_factory=list)

    def open(self) -> Served:
        """Serve it."""
        rule = {"path": "/data-in/bulk-orders", "order_id": FAILING, **self.fault}
        return serve(create_app(self.database, faults=Faults.parse(json.dumps([rule]))))

    def ask(self, query: str) -> list[Any]:
        """Return the first column of what a query finds."""
        with sqlite3.connect(self.database) as connection:
            return [one for (one, *_) in connection.execute(query)]

    def accepted(self) -> list[int]:
        """Return how many orders each accepted request held."""
        return self.ask("SELECT records FROM requests WHERE status = 200 AND records")

    def end_of_night(self, code: int, said: str, state: str, ledger: str) -> None:
        """Keep what there is after a night, from databases by their addresses."""
        assert self.nights or code == 0, said
        assert KEY not in said
        night = Night(
            code,
            said,
            there=frozenset(self.ask("SELECT order_id FROM orders_table")),
            known=_column(ledger, "SELECT name FROM triplewhale_records"),
            waiting=_orders(_column(ledger, "SELECT identity FROM triplewhale_rejects")),
            read_up_to=_bookmark(state),
        )
        self.nights.append(night)


def checkout(folder: Path) -> Path:
    """Copy the example as its repository has it."""
    ignored = (EXAMPLE / ".gitignore").read_text().replace("/", "").split()
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(*ignored, "__pycache__"))
    # The package is not in the registry yet: Meltano takes the executable that is on the path.
    project = folder / "meltano.yml"
    content = re.sub(r" *pip_url: target-triplewhale.*\n", "", project.read_text())
    project.write_text(content)
    return folder


def settings(served: Served) -> dict[str, str]:
    """Return what stands for a real shop in the tests' environment."""
    return {
        "TARGET_TRIPLEWHALE_API_URL": served.url,
        "TARGET_TRIPLEWHALE_BATCH_SIZE_ROWS": "20",
        "TARGET_TRIPLEWHALE_MAX_RETRIES": "1",
    }


def _column(url: str, query: str) -> frozenset[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalars().all()
    engine.dispose()
    return frozenset(str(one) for one in found)


def _orders(told: frozenset[str]) -> frozenset[str]:
    return frozenset(re.findall(r"A-\d+", " ".join(told)))


def _bookmark(url: str) -> str:
    (state,) = _column(url, "SELECT completed_state FROM state") or ("",)
    return "".join(re.findall(r'"replication_key_value": *"([^"]+)"', state))
